"""The career tools over one engine: what Python callers, commands and the conversation use."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.career.compare import Comparison, compare_roles, weigh_switch
from advisor.career.describe import is_told, read_description
from advisor.career.estimate import Estimate, estimate_hours
from advisor.career.extract import extract_profile
from advisor.career.fit import RoleFit, rank_roles
from advisor.career.gap import Gap, find_gap, find_guide
from advisor.career.interests import Interests
from advisor.career.interview import Feedback, choose_questions, give_feedback, judge_point
from advisor.career.plan import Plan, make_plan
from advisor.career.profile import HeldSkill, Profile, merge_profiles
from advisor.engine import Engine
from advisor.errors import CareerError, ProfileError
from ingest.catalogue import Catalogue
from ingest.role_guide import LEVELS, InterviewQuestion

if TYPE_CHECKING:
    from advisor.career.cv import ReadCv

Person = Profile | str


class CareerDesk:
    """Fit, gap, plan, interview and comparison. A person is a Profile or a description in plain words.

    Safe to share between threads. Every method raises CareerError where the material holds no role guides.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._interests: tuple[str, Interests] | None = None

    @property
    def catalogue(self) -> Catalogue:
        """Roles, skills, lessons and occupations of the published index."""
        return self._engine.generation.catalogue

    def understand(self, person: Person) -> Profile:
        """The profile of a person; a description is read by rules, and by the language model where one writes."""
        if not isinstance(person, str):
            return person
        model = self._engine.model if self._engine.drafts else None
        if model is None:
            return read_description(person, self.catalogue)
        return extract_profile(person, self.catalogue, model)

    def note(self, profile: Profile, text: str) -> Profile:
        """The profile with what a message of a conversation tells of the person; as it was where that cannot be."""
        told = read_description(text, self.catalogue, lenient=True) if is_told(text) else Profile()
        return merge_profiles(profile, told)[0]

    def read_cv(self, path: Path) -> ReadCv:
        """The profile that a CV states. Raises ProfileError for a file that is no CV."""
        # The loaders take a third of a second, and hardly any conversation brings a CV.
        from advisor.career.cv import read_cv

        return read_cv(path, self.catalogue)

    def fit(self, person: Person) -> list[RoleFit]:
        """All roles, best first. Raises CareerError where nothing is known of the person."""
        profile = self.understand(person)
        self._check()
        if profile.is_empty:
            raise CareerError("To rank roles I need to know something of you, such as your occupation and skills.")
        return rank_roles(profile, self.catalogue, self._open_interests())

    def gap(self, role: str, person: Person) -> Gap:
        """What a person holds and lacks for a role."""
        return find_gap(self.understand(person), self.catalogue, role)

    def plan(self, role: str, person: Person, *, hours: float | None = None, by: datetime.date | None = None) -> Plan:
        """A dated plan for a role. Raises CareerError without hours or with a past deadline."""
        return make_plan(self.understand(person), self.catalogue, role, hours=hours, by=by)

    def estimate(self, role: str, person: Person) -> Estimate:
        """How long a role takes for a person, by the guides."""
        guide = find_guide(self.catalogue, role)
        return estimate_hours(self.understand(person), self.catalogue, guide)

    def compare(self, roles: Sequence[str], person: Person) -> Comparison:
        """Two or three roles side by side."""
        profile = self.understand(person)
        self._check()
        return compare_roles(
            profile, self.catalogue, list(roles), rank_roles(profile, self.catalogue, self._open_interests())
        )

    def weigh_switch(self, person: Person, role: str | None = None) -> Comparison:
        """Staying beside switching."""
        profile = self.understand(person)
        self._check()
        fits = rank_roles(profile, self.catalogue, self._open_interests())
        return weigh_switch(profile, self.catalogue, fits, role)

    def choose_questions(self, role: str, number: int = 5, start: int = 0) -> list[InterviewQuestion]:
        """Interview questions of a role."""
        return choose_questions(self.catalogue, role, number, start)

    def give_feedback(self, question: InterviewQuestion, answer: str) -> Feedback:
        """Feedback on an answer, by the language model where there is one."""
        model = self._engine.reader
        return give_feedback(question, answer, partial(judge_point, model) if model else None)

    def read_skill(self, text: str) -> HeldSkill:
        """A skill from "NAME" or "NAME:LEVEL", under its canonical name. Raises ProfileError for an unknown one."""
        name, _, level = text.partition(":")
        known = {n.lower(): s.name for s in self.catalogue.skills for n in (s.name, *s.aliases)}
        if name.strip().lower() not in known:
            near = get_close_matches(name.strip().lower(), known, n=1)
            hint = f"; did you mean '{known[near[0]]}'?" if near else "."
            raise ProfileError(f"There is no skill '{name.strip()}' in the material{hint}")
        if level and level.strip() not in LEVELS:
            raise ProfileError(f"'{level.strip()}' is no level; use {', '.join(LEVELS)}.")
        held = next((known_level for known_level in LEVELS if known_level == level.strip()), "solid")
        return HeldSkill(name=known[name.strip().lower()], level=held)

    def check_done(self, ids: Sequence[str]) -> list[str]:
        """Ids of finished lessons, "sprint" or "project"; raises ProfileError for another."""
        known = {"sprint", "project", *(lesson.id for lesson in self.catalogue.lessons)}
        for id_ in ids:
            if id_ not in known:
                near = get_close_matches(id_, known, n=1)
                hint = f"; did you mean '{near[0]}'?" if near else "; use a lesson's id, 'sprint' or 'project'."
                raise ProfileError(f"There is nothing called '{id_}' to have finished{hint}")
        return list(ids)

    def name_role(self, role: str) -> str:
        """The canonical name of a role; raises CareerError for an unknown one."""
        return find_guide(self.catalogue, role).role

    def _check(self) -> None:
        if not self.catalogue.guides:
            raise CareerError("The material holds no role guides, so there is nothing to advise from.")

    def _open_interests(self) -> Interests:
        generation = self._engine.generation
        with self._lock:
            if self._interests is None or self._interests[0] != generation.name:
                self._interests = generation.name, Interests(self._engine.embedder, generation.catalogue)
            return self._interests[1]

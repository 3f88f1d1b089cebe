"""What a person still lacks for a role: each skill held, partly held or missing, with lessons and a way to prove it."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from pydantic import BaseModel, ConfigDict

from advisor.career.profile import Profile, rank_level
from advisor.errors import CareerError
from ingest.catalogue import Catalogue, CatalogueLesson
from ingest.normalise import extract_words
from ingest.role_guide import Need, NeededSkill, Project, Quote, RoleGuide, SkillLevel
from ingest.roles import name_roles

Status = Literal["held", "partly", "missing"]
_NEEDS: tuple[Need, ...] = ("must", "should", "nice")
# Lessons by the level that is needed.
_LESSONS = {"basic": 1, "solid": 1, "deep": 2}


class Lesson(BaseModel):
    """A lesson that teaches a skill. hours: study time. quote: what it is about."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    hours: float
    quote: Quote


class SkillGap(BaseModel):
    """One skill of a role: how much it is needed, at which level, at which it is held, and what to do.

    proof: a portfolio project of the guide in which it can be shown.
    """

    model_config = ConfigDict(frozen=True)

    skill: str
    need: Need
    level: SkillLevel
    held: SkillLevel | None
    status: Status
    lessons: list[Lesson]
    proof: str
    citations: list[Quote]


class Gap(BaseModel):
    """The skills of a role in the order of their weight; source_id: the guide."""

    model_config = ConfigDict(frozen=True)

    role: str
    source_id: str
    skills: list[SkillGap]

    def list_by_status(self, status: Status) -> list[SkillGap]:
        """Skills of one status, heaviest first."""
        return [skill for skill in self.skills if skill.status == status]


def find_gap(profile: Profile, catalogue: Catalogue, role: str) -> Gap:
    """The gap of a person for a role; raises CareerError for a role without a guide."""
    guide = find_guide(catalogue, role)
    levels = profile.levels
    skills = []
    for needed in sorted(guide.skills, key=lambda s: (_NEEDS.index(s.need), -rank_level(s.level))):
        held = levels.get(needed.name)
        status: Status = (
            "missing" if held is None else "held" if rank_level(held) >= rank_level(needed.level) else "partly"
        )
        project = _choose_proof(needed, guide)
        quotes = [needed.quote, project.brief] if project else [needed.quote]
        skills.append(
            SkillGap(
                skill=needed.name,
                need=needed.need,
                level=needed.level,
                held=held,
                status=status,
                lessons=[] if status == "held" else [
                    Lesson(id=lesson.id, title=lesson.title, hours=lesson.hours, quote=lesson.quote)
                    for lesson in choose_lessons(catalogue, needed.name, needed.level, guide.role)
                    if lesson.id not in profile.done
                ],
                proof=project.title if project else "",
                citations=quotes,
            )
        )  # fmt: skip
    return Gap(role=guide.role, source_id=guide.source_id, skills=skills)


def find_guide(catalogue: Catalogue, role: str) -> RoleGuide:
    """The guide of a role under any of its names; raises CareerError where there is none."""
    if not catalogue.guides:
        raise CareerError("The material holds no role guides, so there is nothing to advise from; add some and ingest.")
    named = [role] if role in catalogue.guides else [name for name in name_roles(role) if name in catalogue.guides]
    if len(named) != 1:
        roles = ", ".join(catalogue.guides)
        raise CareerError(f"There is no role '{role}' in the material; choose one of: {roles}.")
    return catalogue.guides[named[0]]


def choose_lessons(catalogue: Catalogue, skill: str, level: SkillLevel, role: str) -> list[CatalogueLesson]:
    """Lessons for a skill, best first: those it is the main subject of, of the role's own tracks, that serve the role.

    A deeper level takes more of them.
    """
    own = find_own_tracks(catalogue, role)
    teaching = [lesson for lesson in catalogue.lessons if skill in lesson.skills]
    teaching.sort(key=lambda x: (x.skills.index(skill), x.track not in own, role not in x.roles, x.id))
    return teaching[: _LESSONS[level]]


def find_own_tracks(catalogue: Catalogue, role: str) -> frozenset[str]:
    """The tracks that have at least two of the skills of a role as main subjects of their lessons."""
    needed = {skill.name for skill in catalogue.guides[role].skills if skill.need != "nice"}
    counts = Counter(lesson.track for lesson in catalogue.lessons if lesson.skills[0] in needed)
    return frozenset(track for track, count in counts.items() if count > 1)


def _choose_proof(needed: NeededSkill, guide: RoleGuide) -> Project | None:
    """The project that speaks most of a skill; where none names it, the first."""
    wanted = set(extract_words(needed.name))

    def count(project: Project) -> int:
        said = [project.title, project.brief.text, *(quote.text for quote in [*project.done, *project.rubric])]
        return sum(word in wanted for word in extract_words(" ".join(said)))

    return max(guide.projects, key=count, default=None)

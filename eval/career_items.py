"""Scores the career tools on described people and synthetic CVs, as rows of a run beside those of the questions.

What is expected of each person was settled by two readers from the guides and decided by a third where they differed;
the labels of the CVs were read a second time.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from advisor.career.cv import read_cv
from advisor.career.desk import CareerDesk
from advisor.career.plan import Plan
from advisor.career.profile import Profile
from advisor.engine import Engine
from eval.errors import GoldenSetError
from eval.run_folder import Row
from eval.score import METRICS
from ingest.catalogue import Catalogue
from ingest.errors import AdvisorError

PEOPLE_FOLDER = Path(__file__).with_name("people")
CVS_FOLDER = Path(__file__).with_name("cvs")
FIRST = 2
# What a row of each kind is scored by.
SCORES = {
    "fit": ("fit_found",),
    "gap": ("gap_recall", "gap_precision", "invented_skills"),
    "plan": ("plan_facts", "plan_sound"),
    "cv": ("skill_precision", "skill_recall"),
}


def load_people(folder: Path = PEOPLE_FOLDER) -> list[dict[str, Any]]:
    """Described people with what is expected of each. Raises GoldenSetError for a person without it."""
    described = _read_lines(folder / "people.jsonl")
    expected = {line["id"]: line for line in _read_lines(folder / "expected.jsonl")}
    for person in described:
        if person["id"] not in expected:
            raise GoldenSetError(f"{person['id']}: nothing is expected of this person; add a line to expected.jsonl.")
    return [person | expected[person["id"]] for person in described]


def load_cvs(folder: Path = CVS_FOLDER) -> list[dict[str, Any]]:
    """Labels of the CVs, each with the path of its text."""
    return [label | {"path": folder / f"{label['id']}.txt"} for label in _read_lines(folder / "labels.jsonl")]


def hash_career_items() -> str:
    """Hash of the people, of what is expected, and of the CVs and their labels."""
    digest = hashlib.sha256()
    for path in sorted([*PEOPLE_FOLDER.glob("*.jsonl"), CVS_FOLDER / "labels.jsonl", *CVS_FOLDER.glob("*.txt")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def run_career_items(engine: Engine, split: str, done: set[str]) -> Iterator[Row]:
    """A row for each person and tool, and for each CV, but those that are done."""
    desk = CareerDesk(engine)
    # The first call embeds the guides; how long the others take is what counts.
    desk.fit("data analyst, SQL")
    for person in load_people():
        for kind, score in (("fit", score_fit), ("gap", score_gap), ("plan", score_plan)):
            id_ = f"{person['id']}/{kind}"
            if split in ("all", person["split"]) and id_ not in done and (kind != "plan" or person["weeks"]):
                yield _make_row(id_, kind, person, partial(score, desk, person))
    for cv in load_cvs():
        if split in ("all", cv["split"]) and cv["id"] not in done:
            yield _make_row(cv["id"], "cv", cv | {"description": cv["occupation"]}, partial(score_cv, engine, cv))


def score_fit(desk: CareerDesk, person: dict[str, Any]) -> dict[str, float]:
    """Whether the role settled as the best is among the first two."""
    fits = desk.fit(person["description"])
    return {"fit_found": float(person["fits"][0] in [fit.role for fit in fits[:FIRST]])}


def score_gap(desk: CareerDesk, person: dict[str, Any]) -> dict[str, float]:
    """Share of the core skills settled as missing that are named, and of those named that were settled."""
    profile = desk.understand(person["description"])
    gap = desk.gap(person["plan_role"], profile)
    named = {skill.skill for skill in gap.skills if skill.need == "must" and skill.status == "missing"}
    wanted = set(person["missing_must"])
    return {
        "gap_recall": len(named & wanted) / len(wanted) if wanted else 1.0,
        "gap_precision": len(named & wanted) / len(named) if named else 1.0,
        "invented_skills": float(len(set(profile.levels) - set(person["held"]))),
    }


def score_plan(desk: CareerDesk, person: dict[str, Any]) -> dict[str, float]:
    """Whether weeks and deadline are as settled, and whether the plan can be followed as it stands."""
    profile = desk.understand(person["description"])
    plan = desk.plan(person["plan_role"], profile)
    right = list(plan.estimate_weeks) == person["weeks"] and plan.deadline_verdict == person["deadline"]
    return {"plan_facts": float(right), "plan_sound": float(not find_flaws(plan, profile, desk.catalogue))}


def score_cv(engine: Engine, cv: dict[str, Any]) -> dict[str, float]:
    """Precision and recall of the skills read out of one CV; 1 where there is nothing to be right or wrong about."""
    found = set(read_cv(cv["path"], engine.generation.catalogue).profile.levels)
    wanted = {label["skill"] for label in cv["skills"]}
    return {
        "skill_precision": len(found & wanted) / len(found) if found else 1.0,
        "skill_recall": len(found & wanted) / len(wanted) if wanted else 1.0,
    }


def find_flaws(plan: Plan, profile: Profile, catalogue: Catalogue) -> list[str]:
    """Overfull weeks, lessons before their prerequisites, and lessons that do not exist."""
    lessons = {lesson.id: lesson for lesson in catalogue.lessons}
    flaws = [f"week {week.number} holds {week.hours} hours" for week in plan.weeks if week.hours > plan.hours_per_week]
    planned = [task.id for task in plan.tasks if task.kind == "lesson"]
    for place, id_ in enumerate(planned):
        if id_ not in lessons:
            flaws.append(f"there is no lesson {id_}")
            continue
        before = set(planned[:place])
        for needed in lessons[id_].prerequisites:
            if needed not in before and needed not in plan.known_lessons:
                flaws.append(f"{id_} comes before {needed}")
    return flaws


def _make_row(id_: str, kind: str, item: dict[str, Any], score: Callable[[], dict[str, float]]) -> Row:
    started = time.perf_counter()
    error = ""
    try:
        scores = {"failed": 0.0} | score()
    except AdvisorError as failure:
        # Worth the worst of everything, and never dropped from a mean.
        error = str(failure)
        scores = {"failed": 1.0} | {name: METRICS[name].worst for name in SCORES[kind]}
    return Row(
        id=id_,
        kind=kind,
        split=item["split"],
        cluster=item["id"],
        scores=scores,
        seconds=time.perf_counter() - started,
        error=error,
        question=item["description"],
    )


def _read_lines(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise GoldenSetError(f"{path.name} cannot be read ({error}); restore it.") from error

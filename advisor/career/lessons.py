"""Which lessons a plan takes, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import TopologicalSorter

from advisor.career.gap import Gap, find_own_tracks
from advisor.career.mentions import find_skills
from advisor.career.profile import Profile
from ingest.catalogue import Catalogue, CatalogueLesson


def choose_plan_lessons(
    done: set[str], catalogue: Catalogue, gap: Gap
) -> tuple[list[CatalogueLesson], list[CatalogueLesson]]:
    """Lessons for what must be learnt and for what should be, each with the lessons that have to come before."""
    known = {lesson.id: lesson for lesson in catalogue.lessons}
    own = find_own_tracks(catalogue, gap.role)
    chosen: dict[str, None] = {}

    def add(id_: str) -> None:
        for before in known[id_].prerequisites:
            if before in known and before not in done and before not in chosen:
                add(before)
        chosen[id_] = None

    counts = []
    for need in (("must",), ("must", "should")):
        for skill in gap.skills:
            if skill.need in need:
                for lesson in skill.lessons:
                    # A lesson of another field that only touches a skill would bring that field's basics with it.
                    main = known[lesson.id].skills[0] == skill.skill or known[lesson.id].track in own
                    if main and lesson.id not in done and lesson.id not in chosen:
                        add(lesson.id)
        counts.append(len(chosen))
    lessons = [known[id_] for id_ in chosen]
    return lessons[: counts[0]], lessons[counts[0] :]


def list_known_lessons(profile: Profile, catalogue: Catalogue, role: str, origin: str | None) -> set[str]:
    """Ids of lessons that a person can leave out."""
    brought = set(profile.levels) | _list_brought(catalogue, role, origin)
    return set(profile.done) | {
        lesson.id for lesson in catalogue.lessons if lesson.skills and all(skill in brought for skill in lesson.skills)
    }


def _list_brought(catalogue: Catalogue, role: str, origin: str | None) -> set[str]:
    """Skills that the guide says an occupation brings to a role: its estimate counts on them, so the plan does too."""
    transfer = catalogue.guides[role].find_transfer(origin)
    if transfer is None:
        return set()
    plain = [skill.model_copy(update={"ambiguous": ()}) for skill in catalogue.skills]
    return {mention.name for mention in find_skills(transfer.brings.text, plain)}


def order_lessons(lessons: Sequence[CatalogueLesson]) -> list[CatalogueLesson]:
    """Lessons after their prerequisites, else in the order they came in, those of a track together."""
    by_id = {lesson.id: lesson for lesson in lessons}
    tracks = list(dict.fromkeys(lesson.track for lesson in lessons))
    sorter = TopologicalSorter({lesson.id: [p for p in lesson.prerequisites if p in by_id] for lesson in lessons})
    sorter.prepare()
    ready: list[str] = []
    ordered: list[CatalogueLesson] = []
    while sorter.is_active():
        ready += sorter.get_ready()
        last = ordered[-1].track if ordered else ""
        ready.sort(key=lambda id_: (by_id[id_].track != last, tracks.index(by_id[id_].track), id_))
        following = ready.pop(0)
        ordered.append(by_id[following])
        sorter.done(following)
    return ordered

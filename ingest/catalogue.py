"""The catalogue: roles, skills, lessons and occupations, derived from the pages and never kept twice.

Front matter says what a lesson teaches and needs; the passages of the role guides say the rest (ingest/role_guide.py).
It is published with each generation of the index, so that the career tools cite what the index holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict

from ingest.documents import Chunk
from ingest.pages import CheckedPages, Occupation, Page, Problem, Skill, identify_page
from ingest.role_guide import GuideError, Quote, RoleGuide, Sprint, read_role_guide, read_sprint
from ingest.roles import list_roles

CATALOGUE_FILE = "catalogue.json"
# To be raised when the same pages give another catalogue; the next ingest then writes it anew.
CATALOGUE_VERSION = 1
_SPRINT = "sprint-"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class CatalogueSkill(_Frozen):
    """A skill with the ids of the lessons that teach it; none for a skill that is not taught here."""

    name: str
    aliases: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    lessons: tuple[str, ...] = ()


class CatalogueLesson(_Frozen):
    """A lesson. hours: study time. prerequisites: ids of lessons to do before. quote: what it is about."""

    id: str
    source_id: str
    title: str
    track: str
    level: str
    hours: float
    prerequisites: list[str] = []
    skills: list[str] = []
    roles: list[str] = []
    quote: Quote


class Catalogue(_Frozen):
    """What can be learnt here, and for which role; guides and sprints by the name of their role."""

    guides: dict[str, RoleGuide] = {}
    sprints: dict[str, Sprint] = {}
    skills: list[CatalogueSkill] = []
    lessons: list[CatalogueLesson] = []
    occupations: list[Occupation] = []


def make_catalogue(checked: CheckedPages, passages: Mapping[str, Sequence[Chunk]]) -> tuple[Catalogue, list[Problem]]:
    """The catalogue of checked pages, and what the guides lack. passages: chunks of each page, by source id."""
    problems: list[Problem] = []
    guides: dict[str, RoleGuide] = {}
    sprints: dict[str, Sprint] = {}
    lessons: list[CatalogueLesson] = []
    for source_id, page in sorted(checked.pages.items()):
        chunks = passages.get(source_id)
        if not chunks:
            continue
        try:
            if page.kind == "role-guide":
                guides[page.roles[0]] = read_role_guide(page.roles[0], chunks)
            elif page.kind == "guide" and PurePosixPath(source_id).name.startswith(_SPRINT) and page.roles:
                sprints[page.roles[0]] = read_sprint(chunks)
            elif page.kind == "lesson":
                lessons.append(_make_lesson(source_id, page, chunks))
        except GuideError as error:
            problems.append(Problem(source_id, 1, f"{error}; see docs/corpus.md"))
    catalogue = Catalogue(
        guides={role: guides[role] for role in list_roles() if role in guides},
        sprints=sprints,
        skills=[
            CatalogueSkill(
                **skill.model_dump(exclude={"taught"}),
                lessons=tuple(lesson.id for lesson in lessons if skill.name in lesson.skills),
            )
            for skill in checked.skills
        ],
        lessons=lessons,
        occupations=checked.occupations,
    )
    return catalogue, problems + _check_names(catalogue)


def find_untaught(catalogue: Catalogue, skills: Sequence[Skill]) -> list[str]:
    """Names of skills that are said to be taught and that no lesson teaches."""
    taught = {skill.name for skill in catalogue.skills if skill.lessons}
    return [skill.name for skill in skills if skill.taught and skill.name not in taught]


def _make_lesson(source_id: str, page: Page, chunks: Sequence[Chunk]) -> CatalogueLesson:
    quote = next(
        (Quote(chunk_id=c.id, text=unit.text) for c in chunks for unit in c.units if unit.kind == "sentence"), None
    )
    if quote is None:
        raise GuideError("the lesson has no sentence that says what it is about")
    return CatalogueLesson(
        id=identify_page(source_id),
        source_id=source_id,
        title=page.title,
        track=page.track or "",
        level=page.level or "",
        hours=page.hours or 0.0,
        prerequisites=page.prerequisites,
        skills=page.skills,
        roles=page.roles,
        quote=quote,
    )


def _check_names(catalogue: Catalogue) -> list[Problem]:
    """A problem for each skill or occupation that a guide or the list of occupations names and nothing defines."""
    problems = []
    skills = {skill.name for skill in catalogue.skills}
    for guide in catalogue.guides.values():
        unknown = [skill.name for skill in guide.skills if skill.name not in skills]
        if unknown:
            problems.append(Problem(guide.source_id, 1, f"the table of skills names {', '.join(unknown)}; use a "
                                    "name from skills.yaml"))  # fmt: skip
    origins = {transfer.origin for guide in catalogue.guides.values() for transfer in guide.transfers}
    for occupation in catalogue.occupations:
        origin = occupation.origin or (occupation.near and occupation.near.origin)
        if origins and origin and origin not in origins:
            problems.append(Problem("occupations.yaml", 1, f"'{occupation.name}' points to '{origin}', of which no "
                                    "role guide has an estimate"))  # fmt: skip
    return problems

"""The catalogue: roles, skills and lessons, derived from the front matter of the pages and never kept twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from ingest.pages import Page, Skill, identify_page
from ingest.roles import list_roles


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class CatalogueSkill(_Frozen):
    """A skill with the ids of the lessons that teach it; none for a skill that is not taught here."""

    name: str
    aliases: list[str] = []
    lessons: list[str] = []


class CatalogueLesson(_Frozen):
    """A lesson. hours: study time. prerequisites: ids of lessons to do before."""

    id: str
    source_id: str
    title: str
    track: str
    level: str
    hours: float
    prerequisites: list[str] = []
    skills: list[str] = []
    roles: list[str] = []


class CatalogueRole(_Frozen):
    """A role with the source id of its guide, if there is one."""

    name: str
    guide: str | None = None


class Catalogue(_Frozen):
    """What can be learnt here, and for which role."""

    roles: list[CatalogueRole] = []
    skills: list[CatalogueSkill] = []
    lessons: list[CatalogueLesson] = []


def make_catalogue(pages: Mapping[str, Page], skills: Sequence[Skill]) -> Catalogue:
    """The catalogue of checked pages, by source id."""
    lessons = [
        CatalogueLesson(
            id=identify_page(source_id),
            source_id=source_id,
            title=page.title,
            track=page.track or "",
            level=page.level or "",
            hours=page.hours or 0.0,
            prerequisites=page.prerequisites,
            skills=page.skills,
            roles=page.roles,
        )
        for source_id, page in sorted(pages.items())
        if page.kind == "lesson"
    ]
    guides = {page.roles[0]: source_id for source_id, page in pages.items() if page.kind == "role-guide"}
    return Catalogue(
        roles=[CatalogueRole(name=role, guide=guides.get(role)) for role in list_roles()],
        skills=[
            CatalogueSkill(
                name=skill.name,
                aliases=skill.aliases,
                lessons=[lesson.id for lesson in lessons if skill.name in lesson.skills],
            )
            for skill in skills
        ],
        lessons=lessons,
    )


def find_untaught(catalogue: Catalogue, skills: Sequence[Skill]) -> list[str]:
    """Names of skills that are said to be taught and that no lesson teaches."""
    taught = {skill.name for skill in catalogue.skills if skill.lessons}
    return [skill.name for skill in skills if skill.taught and skill.name not in taught]

"""Pages that follow the corpus format: their front matter, links, prerequisites and skills, checked with line numbers.

A Markdown file belongs to the format when its front matter names one of KINDS; any other file is a plain document.
"""

from __future__ import annotations

import datetime
import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import Literal, NamedTuple, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, field_validator, model_validator

from ingest.errors import UnreadableFile
from ingest.roles import list_roles

Kind = Literal["article", "lesson", "syllabus", "role-guide", "guide", "glossary", "market-facts"]
Track = Literal[
    "python-foundations",
    "machine-learning",
    "deep-learning",
    "generative-ai",
    "nlp",
    "computer-vision",
    "reinforcement-learning",
]
Level = Literal["beginner", "intermediate", "advanced"]
SKILLS_FILE = "skills.yaml"
OCCUPATIONS_FILE = "occupations.yaml"
_Row = TypeVar("_Row", bound=BaseModel)


class Page(BaseModel):
    """Front matter of one page. hours: study time. prerequisites: ids of lessons. skills: canonical names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    kind: Kind
    track: Track | None = None
    level: Level | None = None
    hours: float | None = Field(default=None, gt=0)
    prerequisites: list[str] = []
    skills: list[str] = []
    roles: list[str] = []
    authors: list[str] = Field(min_length=1)
    published: datetime.date
    checked: datetime.date
    source: str = Field(min_length=1)
    url: str | None = None
    licence: str = Field(min_length=1)

    @field_validator("roles")
    @classmethod
    def _know_roles(cls, roles: list[str]) -> list[str]:
        for role in roles:
            if role not in list_roles():
                raise ValueError(f"'{role}' is none of the roles: {', '.join(list_roles())}")
        return roles

    @model_validator(mode="after")
    def _fit_kind(self) -> Page:
        if self.kind in ("lesson", "syllabus") and not (self.track and self.level and self.hours):
            raise ValueError(f"a {self.kind} needs track, level and hours")
        if self.kind == "lesson" and not self.skills:
            raise ValueError("a lesson needs the skills it teaches")
        if self.kind == "role-guide" and len(self.roles) != 1:
            raise ValueError("a role guide needs exactly one role")
        return self


class Skill(BaseModel):
    """A skill under its canonical name.

    taught: whether some lesson teaches it. ambiguous: its names that are everyday words too, which count as the
    skill only where one of the words of beside stands in the same sentence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    aliases: list[str] = []
    taught: bool = True
    ambiguous: list[str] = []
    beside: list[str] = []


class Nearest(BaseModel):
    """The occupation of the role guides that another one comes nearest to, and what carries over."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin: str
    reason: str


class Occupation(BaseModel):
    """An occupation that people come from.

    origin: what the role guides call it, where they give estimates for it. near: the nearest of those otherwise.
    subjects: how people name it by what they do and not by a title.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    aliases: list[str] = []
    origin: str | None = None
    near: Nearest | None = None
    field: str = "other"
    subjects: list[str] = []


class Problem(NamedTuple):
    """What is wrong with a page, and how to mend it."""

    source_id: str
    line: int
    message: str


@dataclass
class CheckedPages:
    """Pages by source id, the lists beside them, and every problem."""

    pages: dict[str, Page] = field(default_factory=dict)
    skills: list[Skill] = field(default_factory=list)
    occupations: list[Occupation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def identify_page(source_id: str) -> str:
    """Id of a page: the last folder and the name without suffix, such as "generative-ai/02-chunking-documents"."""
    path = PurePosixPath(source_id)
    return f"{path.parent.name}/{path.stem}"


def check_pages(files: Sequence[tuple[str, Path]]) -> CheckedPages:
    """The pages and lists of a corpus. files: (source id, path) of all its files."""
    known = {source_id for source_id, _ in files}
    checked = CheckedPages()
    pages, problems = checked.pages, checked.problems
    texts: dict[str, str] = {}
    for source_id, path in files:
        name = PurePosixPath(source_id).name
        if name == SKILLS_FILE:
            checked.skills += _read_list(source_id, path, list[Skill], "skills", problems)
        elif name == OCCUPATIONS_FILE:
            checked.occupations += _read_list(source_id, path, list[Occupation], "occupations", problems)
        elif source_id.endswith(".md") and (read := _read_page(source_id, path, problems)):
            pages[source_id], texts[source_id] = read
    ids: dict[str, str] = {}
    for source_id in pages:
        other = ids.setdefault(identify_page(source_id), source_id)
        if other != source_id:
            problems.append(Problem(source_id, 1, f"has the same id as {other}; rename the file"))
    lessons = {id_ for id_, source_id in ids.items() if pages[source_id].kind == "lesson"}
    names = {skill.name for skill in checked.skills}
    for source_id, page in pages.items():
        text = texts[source_id]
        for skill in page.skills:
            if skill not in names:
                line = _find_line(text, "skills")
                problems.append(Problem(source_id, line, f"unknown skill '{skill}'; use a name from {SKILLS_FILE}"))
        for wanted in page.prerequisites:
            if wanted not in lessons:
                line = _find_line(text, "prerequisites")
                problems.append(Problem(source_id, line, f"there is no lesson '{wanted}'; correct the prerequisite"))
        problems += _check_links(source_id, text, known)
    problems += _find_cycle(pages, texts)
    return checked


def _read_page(source_id: str, path: Path, problems: list[Problem]) -> tuple[Page, str] | None:
    # Only an ingest reads files; whoever opens an index need not wait for the loaders.
    from ingest.loaders.decoding import decode_text
    from ingest.loaders.front_matter import split_front_matter

    try:
        text = decode_text(path.read_bytes())
        fields, _ = split_front_matter(text)
    except (OSError, UnreadableFile):
        return None  # The loader names what cannot be read.
    if fields.get("kind") not in get_args(Kind):
        return None
    try:
        return Page.model_validate(fields), text
    except ValidationError as error:
        for detail in error.errors():
            key = str(detail["loc"][0]) if detail["loc"] else "kind"
            missing = detail["type"] == "missing"
            reason = "is missing" if missing else detail["msg"].removeprefix("Value error, ")
            problems.append(Problem(source_id, _find_line(text, key), f"front matter, {key}: {reason}"))
        return None


def _read_list(source_id: str, path: Path, kind: type[list[_Row]], what: str, problems: list[Problem]) -> list[_Row]:
    try:
        return TypeAdapter(kind).validate_python(yaml.safe_load(path.read_text(encoding="utf-8")) or [])
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        reason = ""
        if isinstance(error, ValidationError):
            first = error.errors()[0]
            reason = f" (entry {first['loc'][0]}, {first['loc'][-1]}: {first['msg'][:1].lower()}{first['msg'][1:]})"
        problems.append(Problem(source_id, line, f"not a list of {what} in the form of docs/corpus.md{reason}"))
        return []


def _check_links(source_id: str, text: str, known: set[str]) -> list[Problem]:
    """A problem for every link to a file that the corpus does not have."""
    # Only an ingest reads Markdown; whoever opens an index need not wait for its parser.
    from markdown_it import MarkdownIt

    problems = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        for child in token.children or []:
            target = str(child.attrGet("href") or "").partition("#")[0] if child.type == "link_open" else ""
            if not target or re.match(r"[a-z]+:", target):
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(source_id), target))
            if path not in known:
                line = (token.map or [0])[0] + 1
                problems.append(Problem(source_id, line, f"the link to {target} leads nowhere; correct it"))
    return problems


def _find_cycle(pages: Mapping[str, Page], texts: Mapping[str, str]) -> list[Problem]:
    wanted = {identify_page(source_id): page.prerequisites for source_id, page in pages.items()}
    try:
        TopologicalSorter(wanted).prepare()
    except CycleError as error:
        circle = error.args[1]
        source_id = next(source for source in pages if identify_page(source) == circle[0])
        line = _find_line(texts[source_id], "prerequisites")
        return [Problem(source_id, line, f"prerequisites go round in a circle: {' -> '.join(circle)}")]
    return []


def _find_line(text: str, key: str) -> int:
    found = re.search(rf"^[ \t]*[\"']?{re.escape(key)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.start()) + 1 if found else 1

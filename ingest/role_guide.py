"""Reads what the career tools need out of the passages of a role guide and of its 14-day sprint.

The guides are written to one pattern (docs/corpus.md): a table of skills, a section for each occupation that people
come from, hours, projects, interview questions. Every piece keeps the passage and the words it was read from, so that
each line of advice can cite them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NoReturn

from pydantic import BaseModel, ConfigDict

from ingest.documents import Chunk, Unit
from ingest.normalise import extract_words

Need = Literal["must", "should", "nice"]
SkillLevel = Literal["basic", "solid", "deep"]
LEVELS: tuple[SkillLevel, ...] = ("basic", "solid", "deep")


class Quote(BaseModel):
    """Words that stand in a passage."""

    model_config = ConfigDict(frozen=True)

    chunk_id: str
    text: str


class NeededSkill(BaseModel):
    """A skill of a role by its canonical name, how much it is needed, and at which level."""

    model_config = ConfigDict(frozen=True)

    name: str
    need: Need
    level: SkillLevel
    quote: Quote


class Transfer(BaseModel):
    """What somebody of another occupation brings to a role and lacks. weeks: from, to, at hours_per_week."""

    model_config = ConfigDict(frozen=True)

    origin: str
    weeks: tuple[int, int]
    hours_per_week: int
    brings: Quote
    lacks: Quote
    estimate: Quote


class Project(BaseModel):
    """A portfolio project. rubric: its rows, the first with the points as column names."""

    model_config = ConfigDict(frozen=True)

    title: str
    brief: Quote
    done: list[Quote]
    rubric: list[Quote]


class InterviewQuestion(BaseModel):
    """A question and the note on a good answer, which both stand in the quote."""

    model_config = ConfigDict(frozen=True)

    question: str
    note: str
    quote: Quote


class RoleGuide(BaseModel):
    """A role as its guide describes it.

    hours: study and project hours from, to, for the usual starting point. words: how often each word stem stands in
    the guide, headings included.
    """

    model_config = ConfigDict(frozen=True)

    role: str
    source_id: str
    summary: Quote
    hours: tuple[int, int]
    hours_quote: Quote
    week: list[Quote]
    tasks: list[Quote]
    skills: list[NeededSkill]
    transfers: list[Transfer]
    projects: list[Project]
    questions: list[InterviewQuestion]
    signs: list[Quote]
    odds: list[Quote]
    words: dict[str, int]

    def find_transfer(self, origin: str | None) -> Transfer | None:
        """The estimate for an occupation; None where the guide has none."""
        return next((transfer for transfer in self.transfers if transfer.origin == origin), None)


class Sprint(BaseModel):
    """A 14-day sprint: its tasks in order and the hours it takes."""

    model_config = ConfigDict(frozen=True)

    source_id: str
    hours: int
    hours_quote: Quote
    days: list[Quote]


class GuideError(ValueError):
    """A guide lacks a part that the career tools read; the message says which."""


_PROJECT = re.compile(r"project \d+: (.+)$", re.IGNORECASE)
_RANGE = re.compile(r"(\d+)\s*(?:–|-|to)\s*(\d+) hours\b")
_TOTAL = re.compile(r"(\d+) hours(?! a )")
_WEEKS = re.compile(r"(\d+)\s*(?:–|-|to)\s*(\d+) weeks at (\d+) hours a week")
_NOTE = re.compile(r"^(?:\d+[.)] )?(.+?\?)(?:.*?) [–-] (.+)$", re.DOTALL)


def read_role_guide(role: str, chunks: Sequence[Chunk]) -> RoleGuide:
    """The guide to a role from its passages, in reading order; raises GuideError where a part is missing."""
    hours_quote = _find(chunks, r"weeks to become", _RANGE)
    return RoleGuide(
        role=role,
        source_id=chunks[0].source_id,
        summary=next(_list(chunks[:1], "", "sentence"), None) or _missing("an opening sentence"),
        hours=_read_range(hours_quote.text),
        hours_quote=hours_quote,
        week=list(_list(chunks, r"what a week", "row"))[1:] or list(_list(chunks, r"what a week", "item")),
        tasks=list(_list(chunks, r"^tasks of", "item")) or _missing("a list under 'Tasks of …'"),
        skills=_read_skills(chunks),
        transfers=list(_read_transfers(chunks)),
        projects=list(_read_projects(chunks)),
        questions=list(_read_questions(chunks)),
        signs=list(_list(chunks, r"^signs that", "item")),
        odds=list(_list(chunks, r"^honest odds", "sentence")),
        words=Counter(word for chunk in chunks for word in extract_words(chunk.text)),
    )


def read_sprint(chunks: Sequence[Chunk]) -> Sprint:
    """The sprint from its passages; raises GuideError where hours or days are missing."""
    hours_quote = _find(chunks, r"covers", _TOTAL)
    days = [quote for quote in _list(chunks, r"^days? \d", "item") if re.match(r"days? \d", quote.text, re.IGNORECASE)]
    return Sprint(
        source_id=chunks[0].source_id,
        hours=int(_TOTAL.findall(hours_quote.text)[-1]),
        hours_quote=hours_quote,
        days=days or _missing("a task for each day"),
    )


def _read_skills(chunks: Sequence[Chunk]) -> list[NeededSkill]:
    skills = []
    for quote in list(_list(chunks, r"^skills .*needs?$", "row"))[1:]:
        names, need, level = (cell.strip() for cell in quote.text.split("|"))
        levels = [word for word in LEVELS if re.search(rf"\b{word}\b", level)]
        if need.lower() not in ("must", "should", "nice") or not levels:
            raise GuideError(f"the row of skills '{quote.text}' has no must, should or nice and no level")
        skills += [
            # A level that differs within a role ("deep for security, basic for governance") asks for the lower.
            NeededSkill(name=name.strip(), need=need.lower(), level=levels[0], quote=quote)
            for name in re.sub(r"\([^)]*\)", "", names).split(",")
        ]
    return skills or _missing("a table under 'Skills … needs'")


def _read_transfers(chunks: Sequence[Chunk]) -> Iterator[Transfer]:
    for heading, section in _group(chunks):
        found = re.match(r"From (.+) to ", heading)
        if not found:
            continue
        sentences = list(_list(section, "", "sentence"))
        estimates = [(quote, weeks) for quote in sentences if (weeks := _WEEKS.search(quote.text))]
        if not estimates or len(sentences) < 3:
            raise GuideError(f"the section '{heading}' does not say what carries over, what is missing and the weeks")
        estimate, weeks = estimates[0]
        low, high, hours = (int(number) for number in weeks.groups())
        yield Transfer(
            origin=found.group(1),
            weeks=(low, high),
            hours_per_week=hours,
            brings=sentences[0],
            lacks=sentences[1],
            estimate=estimate,
        )


def _read_projects(chunks: Sequence[Chunk]) -> Iterator[Project]:
    for heading, section in _group(chunks):
        found = _PROJECT.search(heading)
        if not found:
            continue
        sentences = list(_list(section, "", "sentence"))
        yield Project(
            title=found.group(1),
            brief=sentences[0] if sentences else _missing(f"a brief under '{heading}'"),
            done=list(_list(section, "", "item")),
            rubric=list(_list(section, "", "row")),
        )


def _read_questions(chunks: Sequence[Chunk]) -> Iterator[InterviewQuestion]:
    for quote in _list(chunks, r"interview questions", "item"):
        found = _NOTE.match(quote.text)
        if found:
            yield InterviewQuestion(question=found.group(1), note=found.group(2), quote=quote)


def _group(chunks: Sequence[Chunk]) -> Iterator[tuple[str, list[Chunk]]]:
    """Chunks by their section."""
    sections: dict[tuple[str, ...], list[Chunk]] = {}
    for chunk in chunks:
        sections.setdefault(chunk.path, []).append(chunk)
    for path, group in sections.items():
        if path:
            yield path[-1], group


def _list(chunks: Iterable[Chunk], heading: str, kind: str) -> Iterator[Quote]:
    """Every unit of a kind under headings that match, each once: a long list repeats its opening in each part."""
    seen: set[tuple[tuple[str, ...], str]] = set()
    for chunk in chunks:
        if not re.search(heading, chunk.path[-1] if chunk.path else "", re.IGNORECASE):
            continue
        for unit in chunk.units:
            if unit.kind == kind and (chunk.path, unit.text) not in seen:
                seen.add((chunk.path, unit.text))
                yield _quote(chunk, unit)


def _find(chunks: Sequence[Chunk], heading: str, pattern: re.Pattern[str]) -> Quote:
    """The first sentence under headings that match which holds the pattern."""
    found = (quote for quote in _list(chunks, heading, "sentence") if pattern.search(quote.text))
    return next(found, None) or _missing(f"a sentence with hours under '{heading}'")


def _read_range(text: str) -> tuple[int, int]:
    found = _RANGE.search(text)
    assert found
    return int(found.group(1)), int(found.group(2))


def _quote(chunk: Chunk, unit: Unit) -> Quote:
    return Quote(chunk_id=chunk.id, text=unit.text)


def _missing(part: str) -> NoReturn:
    raise GuideError(f"the guide lacks {part}")

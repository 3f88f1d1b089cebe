"""Builds an answer from the evidence sentences themselves: instant, deterministic, without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from advisor.evidence import Evidence, count_words
from advisor.lines import Line, locate_units
from advisor.question import Question
from ingest.normalise import fold

# What is offered beside "the material does not say" is a pointer, not an answer.
NEAREST_WORDS = 60
NEAREST_COSINE = 0.35

GREETING = (
    "I answer questions about moving into AI work: roles, skills, time to qualify, certifications, portfolios and "
    'hiring. Every sentence comes with the passage it rests on. Try: "How long does it take to become an ML engineer?"'
)
_SMALL_TALK = re.compile(
    r"(hi|hello|hey|hiya|good (morning|evening|afternoon|day)|thanks?( you)?( (so|very) much| a lot)?|thx|cheers|"
    r"bye|goodbye|ok(ay)?|cool|great|nice|who are you|what are you|what can you (do|answer|tell me)|"
    r"what do you (do|know)|help|how are you)"
    r"([ ,!]+(there|advisor|friend|again|thanks?|you))*"
)
_MISSING = {
    "money": "a figure for this pay or price",
    "duration": "how long this takes",
    "share": "a percentage for this",
    "date": "a date for this",
    "count": "a number for this",
}


def compose_lines(evidence: Sequence[Evidence], sides: dict[str, list[Evidence]]) -> list[Line]:
    """Lines of an extractive answer: the evidence in order, or side by side for a comparison."""
    if sides:
        return [line for side, found in sides.items() for line in _quote_all(found, side)]
    return _quote_all(evidence)


def compose_nearest(nearest: Evidence | None) -> list[Line]:
    """A few lines on the same topic for a question that is declined; [] when nothing comes near."""
    if nearest is None or max(nearest.ranked.unit_scores) < NEAREST_COSINE:
        return []
    lines: list[Line] = []
    words = 0
    for line in _quote_evidence(nearest):
        words += count_words(line.text)
        if words > NEAREST_WORDS and lines:
            break
        lines.append(line)
    return lines if any(line.layout != "lead" for line in lines) else []


def is_small_talk(text: str) -> bool:
    """Whether a turn greets, thanks, or asks what the advisor is for, and asks nothing of the material."""
    return bool(_SMALL_TALK.fullmatch(fold(text).strip(" .!?")))


def explain_missing(question: Question, features: dict[str, float], topic: str) -> str:
    """One sentence that says what the material does not hold. topic: what it is known not to cover, if that is it."""
    if features["request"]:
        return "That asks for a piece of work or a personal verdict; I only answer from the material."
    if topic:
        return f"The material says nothing about {topic}."
    near = features["dense"] >= NEAREST_COSINE
    if features["kind_missing"]:
        for kind in question.wanted:
            if kind in _MISSING:
                return f"The material does not give {_MISSING[kind]}."
    if features["place_missing"] and near:
        return "The material does not say how this differs by country or city."
    if features["year_missing"] and near:
        return "The material says nothing about that year."
    return "The material does not hold an answer to this question."


def _quote_all(evidence: Sequence[Evidence], side: str = "") -> list[Line]:
    """The lines of several passages; a list that goes on in the next passage is not introduced again."""
    lines: list[Line] = []
    opening: set[str] = set()
    for item in evidence:
        quoted = _quote_evidence(item, side)
        said = sum(1 for _ in takewhile(opening.__contains__, (line.text for line in quoted)))
        lines += quoted[said:]
        # Of the list or table at the end: its lead, and the row that names its columns.
        lead = max((i for i, line in enumerate(quoted) if line.layout == "lead"), default=0)
        opening = {line.text for line in quoted[lead : lead + 2] if line.layout in ("lead", "row")}
    return lines


def _quote_evidence(evidence: Evidence, side: str = "") -> list[Line]:
    chunk = evidence.chunk
    spans = locate_units(chunk)
    lines: list[Line] = []
    for i in evidence.units:
        unit = chunk.units[i]
        if unit.kind in ("item", "row") and not lines and chunk.path:
            # A bare item does not say what it is an item of; its headings do.
            headings = [re.sub(r"^\d+[.)]\s*", "", heading) for heading in chunk.path[-2:]]
            lines.append(Line(f"{' – '.join(headings)}:", "lead", chunk, (0, len(chunk.path[-1])), side=side))
        lines.append(Line(unit.text, unit.kind, chunk, spans[i], side=side))
    if lines and lines[-1].layout == "lead":
        last = lines[-1]
        lines[-1] = replace(last, text=last.text.rstrip(":") + ".", layout="sentence")
    return lines

"""The lines of an answer before and after grounding, and how they become an Answer's text and citations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from advisor.types import Citation, Sentence
from ingest.documents import Chunk

Layout = Literal["sentence", "lead", "item", "row", "code"]


@dataclass(frozen=True)
class Line:
    """One sentence, lead-in or bullet with the passage it rests on.

    span: where its source stands in the chunk's text, (start, end). verbatim: the text is the corpus's
    own, so that nothing but its presence has to be checked. side: which side of a comparison it
    belongs to, "" for none.
    """

    text: str
    layout: Layout
    chunk: Chunk
    span: tuple[int, int]
    verbatim: bool = True
    side: str = ""

    @property
    def quote(self) -> str:
        """The words it rests on, as they stand in the chunk."""
        return self.chunk.text[self.span[0] : self.span[1]]


def locate_units(chunk: Chunk) -> list[tuple[int, int]]:
    """(start, end) of every unit in the chunk's text, in order."""
    spans: list[tuple[int, int]] = []
    # The units follow the heading line, which may hold the same words.
    position = len(chunk.path[-1]) if chunk.path else 0
    for unit in chunk.units:
        start = chunk.text.find(unit.text, position)
        position = start + len(unit.text)
        spans.append((start, position))
    return spans


@dataclass(frozen=True)
class Rendered:
    """Markdown text with markers, and the same content piece by piece."""

    text: str
    sentences: list[Sentence]
    citations: list[Citation]


def render_lines(lines: Sequence[Line]) -> Rendered:
    """Puts lines together, numbers their sources, and sets comparisons side by side in a table."""
    markers, citations = number_sources(lines)
    sentences = [Sentence(text=line.text, citations=[marker]) for line, marker in zip(lines, markers, strict=True)]
    sides = list(dict.fromkeys(line.side for line in lines if line.side))
    texts = [attach_marker(line.text, marker) for line, marker in zip(lines, markers, strict=True)]
    if len(sides) > 1:
        text = _render_table(
            sides, {side: [t for t, line in zip(texts, lines, strict=True) if line.side == side] for side in sides}
        )
    else:
        text = _render_flow(lines, texts)
    return Rendered(text, sentences, citations)


def attach_marker(text: str, marker: int) -> str:
    """The text with its marker before the closing punctuation."""
    closing = re.search(r"[.:;!?]+$", text)
    return f"{text[: closing.start()]} [{marker}]{closing.group()}" if closing else f"{text} [{marker}]"


def _render_flow(lines: Sequence[Line], texts: Sequence[str]) -> str:
    parts: list[str] = []
    for i, (line, text) in enumerate(zip(lines, texts, strict=True)):
        before = lines[i - 1] if i else None
        if line.layout == "item":
            parts.append(("\n" if before and before.layout == "item" else "\n\n" if before else "") + f"- {text}")
        elif line.layout == "row":
            goes_on = before and before.layout == "row" and before.chunk.section == line.chunk.section
            # The first row of a table holds the names of its columns.
            rule = "" if goes_on else f"\n|{' --- |' * (line.text.count('|') + 1)}"
            parts.append(("\n" if goes_on else "\n\n" if before else "") + f"| {text} |{rule}")
        elif line.layout == "code":
            parts.append(("\n\n" if before else "") + f"```\n{line.text}\n```\n{text[len(line.text) :].strip()}")
        else:
            same = (
                before
                and before.layout == "sentence"
                and before.chunk.id == line.chunk.id
                and line.layout == "sentence"
            )
            parts.append((" " if same else "\n\n" if before else "") + text)
    return "".join(parts)


def _render_table(sides: Sequence[str], columns: dict[str, list[str]]) -> str:
    rows = max(len(column) for column in columns.values())
    table = [f"| {' | '.join(sides)} |", f"|{' --- |' * len(sides)}"]
    for row in range(rows):
        cells = [columns[side][row].replace("|", "/") if row < len(columns[side]) else "" for side in sides]
        table.append(f"| {' | '.join(cells)} |")
    # A label, which claims nothing and so needs no citation.
    opening = f"{', '.join(sides[:-1])} and {sides[-1]}, side by side:"
    return "\n".join([opening, "", *table])


def number_sources(lines: Sequence[Line]) -> tuple[list[int], list[Citation]]:
    """A marker for each line; lines that stand one after the other in a passage share one longer quote."""
    spans: list[tuple[Chunk, int, int]] = []
    of_line: list[int] = []
    for line in lines:
        start, end = line.span
        for number, (chunk, first, last) in enumerate(spans):
            if chunk.id != line.chunk.id:
                continue
            if first <= start and end <= last:
                break
            if start >= last and re.fullmatch(r"[\s-]*", chunk.text[last:start]):
                spans[number] = (chunk, first, end)
                break
        else:
            spans.append((line.chunk, start, end))
            number = len(spans) - 1
        of_line.append(number + 1)
    return of_line, [_cite(number, *span) for number, span in enumerate(spans, 1)]


def _cite(marker: int, chunk: Chunk, start: int, end: int) -> Citation:
    return Citation(
        marker=marker,
        chunk_id=chunk.id,
        source_id=chunk.source_id,
        title=chunk.meta.title,
        section=chunk.section,
        url=chunk.meta.url,
        published=chunk.meta.published.isoformat() if chunk.meta.published else None,
        quote=chunk.text[start:end],
    )

"""Divides lines that stand together, without a blank line between them, into paragraphs, facts and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.loaders.line_shapes import is_contact, is_fact, is_label, looks_like_heading

PieceKind = Literal["line", "underlined", "prose", "list", "table", "code"]

WRAPPED = 55
"""A line at least this long may have been broken by an editor, not by its author."""
_UNWRAPPED = 120
"""A longer line shows that no editor wrapped this text: each of its lines is a paragraph."""
_CELL_GAP = re.compile(r"\t|\s\|\s|\s{3,}")


@dataclass(frozen=True)
class Line:
    """One line: its text without surrounding space, its indentation, and whether a blank line stands before it."""

    text: str
    indent: int
    after_gap: bool


@dataclass(frozen=True)
class Piece:
    """A stretch of the text. texts: one text, a list's items or a table's rows; level: of an underlined heading.

    A "line" stands alone: a heading, a label, a fact or a short paragraph, depending on what is around it.
    """

    kind: PieceKind
    texts: tuple[str, ...]
    level: int = 0


def split_group(lines: Sequence[str], before_list: bool) -> list[Piece]:
    """The pieces of a group; `before_list` when a list follows without a blank line."""
    if len(rows := _split_cells(lines)) > 1:
        return [Piece("table", tuple(" | ".join(row) for row in rows))]
    return [_shape(part) for part in _split_parts(lines, before_list)]


def join_wrapped(lines: Iterable[str]) -> str:
    """Lines as one text; a word divided at its hyphen, such as real-time, is joined without a space."""
    return re.sub(r"(?<=\w-)\n(?=[^\W\d_])", "", "\n".join(lines)).replace("\n", " ")


def _split_cells(lines: Sequence[str]) -> list[list[str]]:
    rows = [[cell.strip() for cell in _CELL_GAP.split(line.strip("| "))] for line in lines]
    return rows if len(rows[0]) > 1 and all(len(row) == len(rows[0]) for row in rows) else []


def _split_parts(lines: Sequence[str], before_list: bool) -> Iterator[list[str]]:
    """Runs of lines that belong together."""
    width = max(map(len, lines))
    part: list[str] = []
    for number, line in enumerate(lines):
        if part and _breaks(part, line, width, before_list and number == len(lines) - 1):
            yield part
            part = []
        part.append(line)
    yield part


def _breaks(part: Sequence[str], line: str, width: int, leads_list: bool) -> bool:
    """Whether a line begins anew instead of going on with the lines before it."""
    before = part[-1]
    room = width - len(before) - len(line.split()[0])
    if width > _UNWRAPPED or is_contact(before) or is_contact(line) or is_fact(before) != is_fact(line):
        return True
    if is_fact(line):
        return False
    if leads_list and is_label(line) and before.endswith((".", "!", "?", ":")):
        return True
    begins = not line[0].islower()
    heads_text = len(line) >= WRAPPED or (width >= WRAPPED and looks_like_heading(line))
    if len(part) == 1 and looks_like_heading(before) and heads_text:
        return begins and room > 0
    return begins and width >= WRAPPED and room > 15 and before.endswith((".", "!", "?"))


def _shape(part: Sequence[str]) -> Piece:
    if len(part) == 1:
        return Piece("line", tuple(part))
    each_apart = all(len(line) < WRAPPED and not line[0].islower() and line[-1] not in ".,;" for line in part)
    if all(map(is_fact, part)) or (each_apart and len(part) > 2):
        return Piece("list", tuple(part))
    return Piece("prose", (join_wrapped(part),))

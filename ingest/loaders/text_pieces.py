"""Cuts a text without markup into lists, tables, listings, paragraphs and lines that stand alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.loaders.line_shapes import looks_like_heading, read_bullet
from ingest.loaders.outline import attach_items
from ingest.loaders.text_groups import WRAPPED, Line, Piece, join_wrapped, split_group

_FENCE = "```"
_UNDERLINE = re.compile(r"={3,}|-{3,}")
_RULE = re.compile(r"[-=_*+|:\s]{3,}")


def split_pieces(text: str) -> list[Piece]:
    """The pieces of a text, in reading order."""
    lines = list(_read_lines(text))
    pieces: list[Piece] = []
    start = 0
    while start < len(lines):
        end = start + 1
        if lines[start].text.startswith(_FENCE):
            while end < len(lines) and not lines[end].text.startswith(_FENCE):
                end += 1
            pieces.append(Piece("code", (_join_code(lines[start + 1 : end]),)))
            end += 1
        elif _is_underlined(lines, start):
            end += 1
            pieces.append(Piece("underlined", (lines[start].text,), 1 if lines[end - 1].text[0] == "=" else 2))
        elif _begins_list(lines, start):
            end = _find_list_end(lines, start)
            pieces.append(_read_list(lines[start:end]))
        else:
            while end < len(lines) and not (lines[end].after_gap or _begins_other(lines, end)):
                end += 1
            before_list = end < len(lines) and not lines[end].after_gap and _begins_list(lines, end)
            group = [line.text for line in lines[start:end] if not _UNDERLINE.fullmatch(line.text)]
            pieces += split_group(group, before_list) if group else []
        start = end
    return pieces


def _read_lines(text: str) -> Iterator[Line]:
    after_gap = True
    for raw in text.split("\n"):
        stripped = raw.strip()
        if not stripped:
            after_gap = True
        elif not _RULE.fullmatch(stripped) or (_UNDERLINE.fullmatch(stripped) and not after_gap):
            margin = raw[: len(raw) - len(raw.lstrip())].expandtabs(4)
            yield Line(stripped, len(margin), after_gap)
            after_gap = False


def _join_code(lines: Sequence[Line]) -> str:
    return "".join("\n" * (2 if line.after_gap else 1) + " " * line.indent + line.text for line in lines)


def _begins_other(lines: Sequence[Line], at: int) -> bool:
    return lines[at].text.startswith(_FENCE) or _begins_list(lines, at) or _is_underlined(lines, at)


def _is_underlined(lines: Sequence[Line], at: int) -> bool:
    if at + 1 >= len(lines) or lines[at + 1].after_gap or not lines[at].after_gap:
        return False
    return bool(_UNDERLINE.fullmatch(lines[at + 1].text)) and len(lines[at].text) <= 100


def _begins_list(lines: Sequence[Line], at: int) -> bool:
    bullet = read_bullet(lines[at].text)
    # In the middle of a paragraph "12. The …" is more likely the end of a sentence than an item.
    return bullet is not None and (lines[at].after_gap or bullet.number in (None, 1))


def _find_list_end(lines: Sequence[Line], start: int) -> int:
    margin = lines[start].indent
    last = read_bullet(lines[start].text)
    end = start + 1
    while end < len(lines):
        line, bullet = lines[end], read_bullet(lines[end].text)
        if bullet is None or last is None:
            if not _continues_item(lines[end - 1], line, margin):
                break
        elif line.indent < margin + 2 or line.after_gap:
            if (bullet.number is None) != (last.number is None):
                break
            if bullet.number is not None and line.after_gap and bullet.number != (last.number or 0) + 1:
                break
            last = bullet
        end += 1
    return end


def _continues_item(before: Line, line: Line, margin: int) -> bool:
    if line.text.startswith(_FENCE):
        return False
    if line.after_gap:
        return line.indent >= margin + 2 and not looks_like_heading(line.text)
    return line.indent > margin or line.text[0].islower() or len(before.text) >= WRAPPED


def _read_list(lines: Sequence[Line]) -> Piece:
    items: list[tuple[int, str]] = []
    for line in lines:
        if bullet := read_bullet(line.text):
            items.append((line.indent, bullet.text))
        else:
            indent, text = items[-1]
            items[-1] = (indent, join_wrapped([text, line.text]))
    first = read_bullet(lines[0].text)
    if len(lines) == 1 and lines[0].after_gap and first and first.number is not None:
        return Piece("line", (lines[0].text,))  # one number alone is most likely that of a heading
    return Piece("list", tuple(_nest(items)))


def _nest(items: Sequence[tuple[int, str]]) -> list[str]:
    """The outer items, each with the items indented under it appended."""
    nested: list[str] = []
    start = 0
    while start < len(items):
        indent, text = items[start]
        end = next((at for at in range(start + 1, len(items)) if items[at][0] < indent + 2), len(items))
        nested.append(attach_items(text, _nest(items[start + 1 : end])))
        start = end
    return nested

"""The printed lines of a PDF, in reading order, without page numbers and running heads."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTContainer, LTTextBox, LTTextLine

from ingest.loaders.outline import join_lines

# pdfminer warns of every oddity it mends; people who ingest a file can do nothing about them.
logging.getLogger("pdfminer").setLevel(logging.ERROR)

_UNMAPPED_GLYPH = re.compile(r"\(cid:\d+\)")
# Fonts often lack a name for their bullet: one unknown sign before a text, or alone, is most likely that.
_UNMAPPED_BULLET = re.compile(r"^(?:\(cid:\d+\)|[\uf0b7\uf0a7\x7f])(?=\s|$)")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl"})
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_LONE_BULLET = re.compile(r"[•●▪◦‣∙*\u2013-]|\(?\d{1,3}[.)]")


@dataclass(frozen=True)
class PrintedLine:
    """One line as printed.

    size: of its letters; box: number of the text box it stands in, width: of that box; cells: of a table row.
    Sizes and coordinates are in points, from the lower left corner of the page.
    """

    text: str
    size: float
    bold: bool
    page: int
    box: int
    left: float
    right: float
    bottom: float
    top: float
    width: float
    cells: tuple[str, ...] = ()


def read_pages(stream: BytesIO) -> list[list[PrintedLine]]:
    """The lines of each page of a PDF. Raises pdfminer's own errors for a damaged or encrypted file."""
    pages: list[list[PrintedLine]] = []
    boxes = 0
    for page in extract_pages(stream, laparams=LAParams(all_texts=True)):
        lines: list[PrintedLine] = []
        for box in _find_boxes(page):
            boxes += 1
            width = max(line.width for line in box)
            lines += [read for line in box if (read := _read_line(line, len(pages), boxes, width)).text]
        pages.append(_join_bullets(lines))
    return list(_drop_running_heads(pages))


def _find_boxes(container: LTContainer[Any]) -> Iterator[list[LTTextLine]]:
    """The lines of each text box, also those inside figures and those that belong to no box."""
    for element in container:
        if isinstance(element, LTTextLine):
            yield [element]
        elif isinstance(element, LTTextBox):
            yield list(element)
        elif isinstance(element, LTContainer):
            yield from _find_boxes(element)


def _read_line(line: LTTextLine, page: int, box: int, width: float) -> PrintedLine:
    letters = [char for char in line if isinstance(char, LTChar) and not char.get_text().isspace()]
    sizes = Counter(round(char.size * 2) / 2 for char in letters)
    bold = sum(1 for char in letters if _BOLD.search(char.fontname))
    words = _UNMAPPED_BULLET.sub("•", line.get_text().strip()).translate(_LIGATURES)
    text = join_lines(_UNMAPPED_GLYPH.sub("", words))
    size = sizes.most_common(1)[0][0] if sizes else 0.0
    return PrintedLine(text, size, 2 * bold > len(letters), page, box, line.x0, line.x1, line.y0, line.y1, width)


def _join_bullets(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """Bullets and item numbers that were printed apart from their text, joined to it."""
    joined = list(lines)
    for bullet in lines:
        if not _LONE_BULLET.fullmatch(bullet.text):
            continue
        middle = (bullet.bottom + bullet.top) / 2
        right = [line for line in joined if line is not bullet and line.left >= bullet.right - 1]
        beside = [line for line in right if line.bottom <= middle <= line.top]
        if beside:
            nearest = min(beside, key=lambda line: line.left)
            text = f"{bullet.text} {nearest.text}"
            joined[joined.index(nearest)] = replace(nearest, text=text, left=bullet.left)
        joined.remove(bullet)
    return joined


def _drop_running_heads(pages: Sequence[Sequence[PrintedLine]]) -> Iterator[list[PrintedLine]]:
    """Each page without the lines at its edges that most pages repeat at the same height, but for their numbers."""
    sizes = Counter({0.0: 0})
    for line in (line for page in pages for line in page):
        sizes[line.size] += len(line.text)
    body_size = sizes.most_common(1)[0][0]
    edges = [{line: _shape(line, body_size) for line in _find_edges(page)} for page in pages]
    times = Counter(shape for edge in edges for shape in set(edge.values()))
    least = max(2, len(pages) // 2 + 1)
    for page, edge in zip(pages, edges, strict=True):
        yield [line for line in page if line not in edge or times[edge[line]] < least]


def _find_edges(page: Iterable[PrintedLine]) -> list[PrintedLine]:
    """The two highest and the two lowest lines of a page."""
    lines = sorted(page, key=lambda line: line.bottom)
    return lines[:2] + lines[-2:]


def _shape(line: PrintedLine, body_size: float) -> tuple[str, int]:
    """What a running head has in common on all pages: its words and its height."""
    # Large letters are those of headings: "Week 1" and "Week 2" at the top of two slides are two headings.
    counted = line.size > body_size and any(char.isalpha() for char in line.text)
    return line.text if counted else re.sub(r"\d+", "0", line.text), round(line.bottom)

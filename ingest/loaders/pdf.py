"""PDF files: headings, paragraphs and lists, recovered from where and how large the letters are printed."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from pdfminer.pdfdocument import PDFEncryptionError

from ingest.documents import Block, BlockKind, Document
from ingest.errors import UnreadableFile
from ingest.loaders.front_matter import choose_title, make_meta
from ingest.loaders.line_shapes import read_bullet
from ingest.loaders.outline import Outline, make_block
from ingest.loaders.pdf_lines import PrintedLine, read_pages
from ingest.loaders.pdf_tables import join_rows

_LARGER = 1.12
"""A heading's letters are at least this many times as large as the body's."""
_MAX_HEADING_CHARS = 160
_MAX_BOLD_HEADING_CHARS = 90
_LONGEST_WORD = 60
_SENTENCE_END = (".", "!", "?", ":", ";")


def load_pdf(data: bytes, source_id: str) -> Document:
    """Read a PDF that holds text; one that holds pictures of text cannot be read."""
    if b"%PDF-" not in data[:1024]:
        raise UnreadableFile("not a PDF, or its beginning is missing")
    if b"%%EOF" not in data[-4096:]:
        raise UnreadableFile("the PDF is cut off; copy or download it again")
    try:
        lines = [line for page in read_pages(io.BytesIO(data)) for line in join_rows(page)]
    except PDFEncryptionError:
        raise UnreadableFile("the PDF is encrypted; save it without a password") from None
    if not any(char.isalnum() for line in lines for char in line.text):
        raise UnreadableFile("no text in the PDF; it may be a scan")
    outline = _build_outline(lines)
    meta = make_meta({}, choose_title({}, outline.name(), source_id))
    return Document(source_id, meta, outline.sections(meta.title))


def _build_outline(lines: Sequence[PrintedLine]) -> Outline:
    outline = Outline()
    levels = _rank_headings(lines)
    compounds = {pair for line in lines for pair in re.findall(r"(\w+)-(?=(\w+))", line.text.lower())}
    kinds = ((_classify(lines[group[0]], levels[group[0]]), group) for group in _group_lines(lines, levels))
    for kind, run in groupby(kinds, key=lambda pair: pair[0]):
        groups = [group for _, group in run]
        texts = [_join_printed([lines[at] for at in group], compounds) for group in groups]
        if kind == "heading":
            for group, text in zip(groups, texts, strict=True):
                outline.open_section(levels[group[0]] or 1, text)
        else:
            for block in _make_blocks(kind, texts):
                outline.add(block)
    return outline


def _classify(first: PrintedLine, level: int | None) -> BlockKind | Literal["heading"]:
    """What the lines that begin with this one make up."""
    if level is not None:
        return "heading"
    if first.cells:
        return "table"
    return "list" if _begins_item(first) else "paragraph"


def _make_blocks(kind: BlockKind, texts: Sequence[str]) -> list[Block]:
    if kind == "paragraph":
        return [block for text in texts for block in make_block(kind, [text])]
    if kind == "list":
        texts = [bullet.text for text in texts if (bullet := read_bullet(text))]
    return make_block(kind, texts)


def _rank_headings(lines: Sequence[PrintedLine]) -> list[int | None]:
    """The level of each line that is a heading: larger letters rank higher, bold ones of body size lowest."""
    letters: Counter[tuple[float, bool]] = Counter()
    for line in lines:
        letters[line.size, line.bold] += len(line.text)
    body_size, body_bold = letters.most_common(1)[0][0]
    larger = [line.size >= body_size * _LARGER and len(line.text) <= _MAX_HEADING_CHARS for line in lines]
    sizes = sorted({line.size for line, is_larger in zip(lines, larger, strict=True) if is_larger}, reverse=True)

    def rank(line: PrintedLine, is_larger: bool) -> int | None:
        if line.cells or not any(char.isalpha() for char in line.text):
            return None
        if is_larger:
            return sizes.index(line.size) + 1
        bold = line.bold and not body_bold and len(line.text) <= _MAX_BOLD_HEADING_CHARS
        return len(sizes) + 1 if bold and not line.text.endswith((".", ",", ";", ":")) else None

    return [rank(line, is_larger) for line, is_larger in zip(lines, larger, strict=True)]


def _group_lines(lines: Sequence[PrintedLine], levels: Sequence[int | None]) -> list[list[int]]:
    """Indices of the lines that make up one heading, paragraph or list item each."""
    groups: list[list[int]] = []
    for at, line in enumerate(lines):
        before = lines[at - 1] if at else None
        if before is None or levels[at] != levels[at - 1]:
            goes_on = False
        elif levels[at] is not None:
            goes_on = line.box == before.box
        else:
            goes_on = _goes_on(lines[groups[-1][0]], before, line)
        if goes_on:
            groups[-1].append(at)
        else:
            groups.append([at])
    return groups


def _goes_on(first: PrintedLine, before: PrintedLine, line: PrintedLine) -> bool:
    """Whether a line of the body goes on with the paragraph or list item that begins at `first`."""
    if line.cells or before.cells:
        return False
    ended = before.text.endswith(_SENTENCE_END)
    bullet = read_bullet(line.text)
    if bullet and (bullet.number in (None, 1) or _begins_item(first) or line.box != before.box):
        return False
    if line.box != before.box or line.page != before.page:
        beside_bullet = _begins_item(first) and line.left > first.left + 2 and _is_next_line(before, line)
        return beside_bullet or (not ended and line.text[0].islower())
    if _begins_item(first) and line.left <= first.left + 2:
        return line.text[0].islower() or not ended
    short = before.right - before.left < 0.8 * before.width
    return not (ended and short) and _is_next_line(before, line)


def _is_next_line(before: PrintedLine, line: PrintedLine) -> bool:
    return line.page == before.page and -line.size < before.bottom - line.top < 0.9 * line.size


def _begins_item(line: PrintedLine) -> bool:
    return read_bullet(line.text) is not None


def _join_printed(lines: Sequence[PrintedLine], compounds: set[tuple[str, str]]) -> str:
    """The lines as one text. A word divided at a line end loses its hyphen, unless the text elsewhere keeps it."""
    joined = lines[0].text
    for line in lines[1:]:
        tail, head = re.search(r"(\w+)[-\u00ad\u2010]$", joined[-_LONGEST_WORD:]), re.match(r"\w+", line.text)
        if tail is None or head is None:
            joined = f"{joined} {line.text}"
        elif head[0][0].islower() and (tail[1].lower(), head[0].lower()) not in compounds:
            joined = joined[:-1] + line.text
        else:
            joined += line.text
    return joined

"""Text without markup: finds the headings, labels and lists that its author made with line breaks alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from ingest.documents import Block, Document
from ingest.loaders.decoding import decode_text
from ingest.loaders.front_matter import Fields, choose_title, make_meta, split_front_matter
from ingest.loaders.line_shapes import find_date, heading_depth, is_all_caps, is_contact, is_label, looks_like_heading
from ingest.loaders.outline import Outline, make_block, make_listing, same_words
from ingest.loaders.text_groups import Piece
from ingest.loaders.text_pieces import split_pieces

# Level 1 and 2 are those of underlined headings; 4 is for a plain heading directly under another.
_CAPITALS, _PLAIN, _UNDER_PLAIN, _NUMBERED = 2, 3, 4, 5
_PUBLISHED = re.compile(r"(?:published|posted|date published|publication date|date)(?: on)?\s*:\s*(.{6,30})", re.I)
_AUTHORS = re.compile(r"(?:authors?|written by|by)\s*:\s*(.{2,80})", re.I)


def load_plain_text(data: bytes, source_id: str) -> Document:
    """Read a text file."""
    fields, body = split_front_matter(decode_text(data))
    pieces = split_pieces(body)
    fields = _find_fields(pieces) | fields
    own_title = _find_title(pieces)
    titles = [title for title in (own_title, fields.get("title")) if isinstance(title, str)]
    pieces = [piece for piece in _drop_contacts(pieces, titles) if not _repeats(piece, titles)]
    outline = _build_outline(pieces)
    meta = make_meta(fields, choose_title(fields, own_title or outline.name(), source_id))
    return Document(source_id, meta, outline.sections(meta.title))


def _find_fields(pieces: Sequence[Piece]) -> Fields:
    """Date and authors, from lines such as "Published: March 18, 2026" anywhere in the text."""
    fields: Fields = {}
    for line in (text for piece in pieces if piece.kind in ("line", "list") for text in piece.texts):
        if (match := _PUBLISHED.fullmatch(line)) and (day := find_date(match[1])):
            fields.setdefault("published", day.isoformat())
        elif match := _AUTHORS.fullmatch(line):
            fields.setdefault("authors", [name for name in re.split(r"\s*[,;&]\s*|\s+and\s+", match[1]) if name])
    return fields


def _find_body(pieces: Sequence[Piece]) -> int:
    """Where the text proper begins: its first list or whole sentence."""
    for at, piece in enumerate(pieces):
        if piece.kind in ("prose", "list", "table", "code") or piece.texts[0].endswith((".", "!")):
            return at
    return len(pieces)


def _find_title(pieces: Sequence[Piece]) -> str | None:
    """A heading before the text proper: one that is repeated, else underlined, else the first of several words."""
    opening = [piece for piece in pieces[: _find_body(pieces)] if looks_like_heading(piece.texts[0])]
    headings = [(piece.texts[0], piece.level) for piece in opening if heading_depth(piece.texts[0]) is None]
    times = Counter(piece.texts[0].casefold() for piece in pieces if piece.kind in ("line", "underlined"))
    choices = (
        [text for text, _ in headings if times[text.casefold()] > 1 and len(text.split()) > 1],
        [text for text, level in headings if level == 1],
        [text for text, _ in headings if len(text.split()) >= 4],
        [text for text, _ in headings if len(text.split()) >= 2],
    )
    return next((choice[0] for choice in choices if choice), None)


def _repeats(piece: Piece, titles: Sequence[str]) -> bool:
    return piece.kind in ("line", "underlined") and any(same_words(piece.texts[0], title) for title in titles)


def _drop_contacts(pieces: Sequence[Piece], titles: Sequence[str]) -> list[Piece]:
    """The pieces without the phone number, e-mail address and menu words that a site puts above its title."""
    named = (at for at, piece in enumerate(pieces) if _repeats(piece, titles))
    top = next(named, _find_body(pieces))
    site = [piece.texts[0] for piece in pieces[:top]]
    if any(map(is_contact, site)):
        site = [text for text in site if is_contact(text) or len(text.split()) <= 2]
        return [piece for at, piece in enumerate(pieces) if at >= top or piece.texts[0] not in site]
    return list(pieces)


def _build_outline(pieces: Sequence[Piece]) -> Outline:
    outline = Outline()
    levels = _rank_headings(pieces)
    label = ""
    for at, (piece, level) in enumerate(zip(pieces, levels, strict=True)):
        if level is not None:
            outline.open_section(level, piece.texts[0].rstrip(" :"))
            continue
        leads = at + 1 < len(pieces) and levels[at + 1] is None and not is_label(pieces[at + 1].texts[0])
        if piece.kind == "line" and is_label(piece.texts[0]) and leads:
            label = piece.texts[0]
            continue
        for block in _make_blocks(piece, label):
            if label and block.kind != "paragraph":
                outline.add_labelled(label.rstrip(" :"), block)
            else:
                outline.add(block)
        label = ""
    return outline


def _make_blocks(piece: Piece, label: str) -> list[Block]:
    match piece.kind:
        case "code":
            return make_listing(piece.texts[0])
        case "list" | "table":
            return make_block(piece.kind, piece.texts)
        case _:
            return make_block("paragraph", [f"{label} {piece.texts[0]}"])


def _rank_headings(pieces: Sequence[Piece]) -> list[int | None]:
    """The level of each piece that is a heading."""
    capitals = sum(piece.kind == "line" and is_all_caps(piece.texts[0]) for piece in pieces)
    ranks = [_rank(piece, _CAPITALS if capitals > 1 else _PLAIN) for piece in pieces]
    at = 0
    while at < len(ranks):
        end = at
        while end < len(ranks) and ranks[end] == _PLAIN:
            end += 1
        # A heading needs something below it. Of several short lines in a row only the last one can be sure of that;
        # a pair is a heading with another one under it.
        if end == len(ranks):
            ranks[at:end] = [None] * (end - at)
        elif end - at == 2:
            ranks[at + 1] = _UNDER_PLAIN
        elif end - at > 2:
            ranks[at : end - 1] = [None] * (end - at - 1)
        at = max(end, at + 1)
    return ranks


def _rank(piece: Piece, capitals: int) -> int | None:
    text = piece.texts[0]
    if piece.kind == "underlined":
        return piece.level
    if piece.kind != "line":
        return None
    if depth := heading_depth(text):
        return _NUMBERED + depth - 1
    if is_all_caps(text):
        return capitals
    return _PLAIN if looks_like_heading(text) else None

"""The shapes a text takes on its way into the index. Imports nothing of ours."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

BlockKind = Literal["paragraph", "list", "table", "code"]


@dataclass(frozen=True)
class Block:
    """One paragraph, list, table or code listing.

    kind: what it is.
    parts: a paragraph's single text, a list's items, a table's rows, or a listing's single text;
        plain text, without the marks of its file format, never empty. Nested list items are
        appended to their parent item after a colon. The first row of a table holds its column
        names; cells are joined by " | ".
    """

    kind: BlockKind
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """The blocks under one heading.

    path: headings from the outermost to this section's own; () for text before the first heading.
    blocks: in reading order, not those of deeper sections.
    """

    path: tuple[str, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class DocumentMeta:
    """What is known about a document beside its text; None or () where the file does not say."""

    title: str
    kind: str = "document"
    authors: tuple[str, ...] = ()
    published: datetime.date | None = None
    checked: datetime.date | None = None
    source: str | None = None
    url: str | None = None
    licence: str | None = None


@dataclass(frozen=True)
class Document:
    """One file of the corpus, read.

    source_id: the file's path inside its corpus folder, with forward slashes.
    quarantined: (line as it stood, why it was left out) for every line that screening kept back.
    """

    source_id: str
    meta: DocumentMeta
    sections: tuple[Section, ...]
    quarantined: tuple[tuple[str, str], ...] = field(default=())

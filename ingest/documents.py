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


UnitKind = Literal["sentence", "lead", "item", "row", "code"]


@dataclass(frozen=True)
class Unit:
    """The smallest piece of evidence: a sentence, a list item, a table row, or a code listing.

    text: stands word for word in its chunk.
    kind: "lead" is a sentence that ends in a colon and introduces the list or table after it.
    block: number of the block it comes from, so that a list can be put together again.
    """

    text: str
    kind: UnitKind
    block: int


@dataclass(frozen=True)
class Chunk:
    """What is retrieved: consecutive blocks of one section, small enough for the embedding model.

    id: hash of the source, heading path and text; the same content keeps its id from run to run.
    text: what a reader opens: the last heading, then the blocks, items as "- item".
    ordinal: position inside the document, from 0.
    """

    id: str
    source_id: str
    ordinal: int
    meta: DocumentMeta
    path: tuple[str, ...]
    text: str
    units: tuple[Unit, ...]

    @property
    def section(self) -> str:
        """Heading path as one line."""
        return " > ".join(self.path)

    @property
    def search_text(self) -> str:
        """What is embedded and indexed for words: title and headings travel with the text."""
        return "\n".join([self.meta.title, *self.path[:-1], self.text])

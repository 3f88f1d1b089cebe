"""Keeps text that tries to command an AI reader, or that no human reader sees, out of the index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import sentencex

from ingest.documents import Block, Document, DocumentMeta, Section
from ingest.loaders.front_matter import title_from_name
from ingest.screening_rules import find_reason, goes_on

INVISIBLE = "invisible characters removed"

# Letters and marks that print as nothing: fillers, joiners, and variation selectors but the one that emoji need.
_BLANKS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0e\uffa0\U000e0100-\U000e01ef]"
)
_UNPRINTED_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs"})

_QUOTATION = re.compile(
    r"“[^“”]{1,400}”|\u2018(?:[^\u2018\u2019]|\u2019(?=\w)){1,400}\u2019(?!\w)|«[^«»]{1,400}»|(?<!`)`+[^`]{1,400}`+"
    r"|(?<!\w)\"[^\"]{1,400}\"(?!\w)|(?<!\w)'[^']{1,400}'(?!\w)"
)


def screen(document: Document) -> Document:
    """The document without invisible characters and instruction-like parts.

    Those parts (a sentence of a paragraph, a list item, a table row, a heading) move to `quarantined`.
    Code listings, and words in quotation marks or backticks, are quotations: material about attacks stays.
    """
    return _Screening().screen_document(document)


class _Screening:
    def __init__(self) -> None:
        self.quarantined: list[tuple[str, str]] = []
        self.found_invisible = False
        self._headings: dict[str, str] = {}

    def screen_document(self, document: Document) -> Document:
        earlier = [(self._clean(line), reason) for line, reason in document.quarantined]
        meta = self._screen_meta(document.meta, document.source_id)
        sections = tuple(filter(lambda section: section.blocks, map(self._screen_section, document.sections)))
        notes = [("…", INVISIBLE)] if self.found_invisible else []
        return replace(document, meta=meta, sections=sections, quarantined=(*earlier, *self.quarantined, *notes))

    def _screen_meta(self, meta: DocumentMeta, source_id: str) -> DocumentMeta:
        """Titles, authors and sources are shown to a model too."""
        return replace(
            meta,
            title=self._screen_whole(meta.title) or title_from_name(source_id),
            kind=self._screen_whole(meta.kind) or "document",
            authors=tuple(filter(None, map(self._screen_whole, meta.authors))),
            source=self._screen_whole(meta.source or "") or None,
            url=self._screen_whole(meta.url or "") or None,
            licence=self._screen_whole(meta.licence or "") or None,
        )

    def _screen_section(self, section: Section) -> Section:
        for heading in section.path:  # one heading may stand in the paths of many sections
            if heading not in self._headings:
                self._headings[heading] = self._screen_whole(heading)
        path = tuple(kept for heading in section.path if (kept := self._headings[heading]))
        return Section(path, tuple(block for old in section.blocks if (block := self._screen_block(old)).parts))

    def _screen_block(self, block: Block) -> Block:
        screen_part = {"code": self._clean, "paragraph": self._screen_sentences}.get(block.kind, self._screen_whole)
        return Block(block.kind, tuple(kept for part in block.parts if (kept := screen_part(part)).strip()))

    def _screen_whole(self, part: str) -> str:
        """The part, or "" when any sentence of it is an instruction."""
        text = self._clean(part).strip()
        reason = next((reason for _, reason in _judge_sentences(text) if reason), None)
        if reason:
            self.quarantined.append((text, reason))
            return ""
        return text

    def _screen_sentences(self, part: str) -> str:
        text = self._clean(part).strip()
        sentences = list(_judge_sentences(text))
        self.quarantined += [(sentence, reason) for sentence, reason in sentences if reason]
        if any(reason for _, reason in sentences):
            return " ".join(sentence for sentence, reason in sentences if not reason)
        return text

    def _clean(self, text: str) -> str:
        kept = "".join(char for char in text if not _is_invisible(char))
        self.found_invisible = self.found_invisible or len(kept) < len(text)
        return unicodedata.normalize("NFC", kept)


def _is_invisible(char: str) -> bool:
    return _BLANKS.match(char) is not None or (
        char not in "\n\t" and unicodedata.category(char) in _UNPRINTED_CATEGORIES
    )


def _judge_sentences(text: str) -> Iterator[tuple[str, str | None]]:
    """Each sentence, with the reason to keep it out or None."""
    # Blanked out beforehand, a quotation neither counts nor falls apart at a full stop inside it.
    blanked = _QUOTATION.sub(lambda match: "x" * len(match[0]), text)
    start = 0
    before: str | None = None
    for piece in sentencex.segment("en", blanked):
        sentence = text[start : start + len(piece)].strip()
        start += len(piece)
        reason = find_reason(piece)
        if reason is None and before and goes_on(piece):
            reason = "goes on with an instruction"
        before = reason
        if sentence:
            yield sentence, reason

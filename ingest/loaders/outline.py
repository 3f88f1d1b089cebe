"""Gathers headings and blocks, in the order a loader meets them, into sections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ingest.documents import Block, BlockKind, Section


class _Heading:
    """Compared by identity: a text may hold two headings with the same words."""

    def __init__(self, level: int, text: str) -> None:
        self.level = level
        self.text = text


class Outline:
    """A document under construction."""

    def __init__(self) -> None:
        self._headings: list[_Heading] = []
        self._sections: list[tuple[tuple[_Heading, ...], list[Block]]] = [((), [])]
        self._current = self._sections[0]

    def open_section(self, level: int, text: str) -> None:
        """Start the section of a heading; level 1 is the outermost."""
        heading = _Heading(level, text)
        self._headings.append(heading)
        trail = tuple(outer for outer in self._current[0] if outer.level < level)
        self._current = ((*trail, heading), [])
        self._sections.append(self._current)

    def add(self, block: Block) -> None:
        """Append a block to the section that is open."""
        self._current[1].append(block)

    def add_labelled(self, label: str, block: Block) -> None:
        """Put a block one level deeper, under `label`; the section that is open stays open.

        What the open section holds therefore stays together, before and after the label.
        """
        innermost = self._current[0][-1].level if self._current[0] else 0
        self._sections.append(((*self._current[0], _Heading(innermost + 1, label)), [block]))

    def name(self) -> str | None:
        """The first outermost (level 1) heading, else the first heading, else None."""
        outermost = (heading.text for heading in self._headings if heading.level == 1)
        return next(outermost, self._headings[0].text if self._headings else None)

    def sections(self, title: str) -> tuple[Section, ...]:
        """All sections that hold something.

        A heading that only names the document stays out of the paths: every path would repeat it.
        """
        masthead = self._find_masthead(title)
        return tuple(
            Section(tuple(heading.text for heading in trail if heading is not masthead), tuple(blocks))
            for trail, blocks in self._sections
            if blocks
        )

    def _find_masthead(self, title: str) -> _Heading | None:
        """The first heading, when it is outermost and either the only one there or the document's title."""
        outermost = [heading for heading in self._headings if heading.level == 1]
        if not outermost or outermost[0] is not self._headings[0]:
            return None
        first = outermost[0]
        return first if len(outermost) == 1 or same_words(first.text, title) else None


def same_words(first: str, second: str) -> bool:
    """True when two headings differ in nothing but case."""
    return first.casefold() == second.casefold()


def join_lines(text: str) -> str:
    """The text on one line, with single spaces."""
    return " ".join(text.split())


def make_block(kind: BlockKind, parts: Iterable[str]) -> list[Block]:
    """One block of the parts that have content, each on one line; nothing when none has content."""
    kept = tuple(line for part in parts if (line := join_lines(part)))
    return [Block(kind, kept)] if kept else []


def make_table(rows: Iterable[Sequence[str]]) -> list[Block]:
    """A table block; rows without any content vanish, so an empty header gives way to the first row."""
    lines = ([join_lines(cell) for cell in row] for row in rows)
    return make_block("table", (" | ".join(cells) for cells in lines if any(cells)))


def make_listing(code: str) -> list[Block]:
    """A code block with its lines and indentation kept, or nothing for a text without content."""
    code = code.strip("\r\n").rstrip()
    return [Block("code", (code,))] if code else []


def attach_items(parent: str, children: Sequence[str]) -> str:
    """A list item with its nested items appended after a colon: "Skills: Python; SQL"."""
    nested = "; ".join(child for child in children if child)
    if not nested or not parent:
        return parent or nested
    return f"{parent.rstrip(' .:;,')}: {nested}"

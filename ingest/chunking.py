"""Cuts a document into chunks along its sections."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, pairwise

import sentencex

from ingest.documents import Block, Chunk, Document, Section, Unit, UnitKind

CHUNKER_VERSION = 2
TokenCounter = Callable[[str], int]


def chunk_document(document: Document, max_tokens: int, count_tokens: TokenCounter) -> list[Chunk]:
    """Chunks of one document, in reading order.

    A chunk never crosses a section. A section that fits stays whole; a longer one is cut between
    blocks, a longer list or table between items or rows (each part begins with the sentence that introduces
    the list and the names of the columns), a longer paragraph between sentences. Only a single sentence
    above max_tokens is left as it is.
    Title and headings count, because they are embedded with the text.
    """
    chunks: list[Chunk] = []
    seen: dict[str, int] = {}
    for section in document.sections:
        header = "\n".join([document.meta.title, *section.path])
        budget = max(max_tokens - count_tokens(header), max_tokens // 4)
        for units in _pack(split_units(section), budget, count_tokens):
            text = _render(section, units)
            key = "\0".join([document.source_id, document.meta.title, *section.path, text])
            seen[key] = seen.get(key, 0) + 1
            digest = hashlib.sha256(f"{key}\0{seen[key]}".encode()).hexdigest()[:20]
            chunks.append(
                Chunk(digest, document.source_id, len(chunks), document.meta, section.path, text, tuple(units))
            )
    return chunks


def split_units(section: Section) -> list[Unit]:
    """Sentences, items, rows and listings of a section, in reading order."""
    units: list[Unit] = []
    for number, block in enumerate(section.blocks):
        following = section.blocks[number + 1].kind if number + 1 < len(section.blocks) else None
        if block.kind == "paragraph":
            sentences = split_sentences(block.parts[0])
            for i, sentence in enumerate(sentences):
                leads = i == len(sentences) - 1 and sentence.endswith(":") and following in ("list", "table", "code")
                units.append(Unit(sentence, "lead" if leads else "sentence", number))
        else:
            units += [Unit(part, _unit_kind(block), number) for part in block.parts]
    return units


def split_sentences(text: str) -> list[str]:
    """Sentences of a paragraph, each standing in it word for word."""
    pieces = [piece.strip() for piece in sentencex.segment("en", text)]
    return [piece for piece in pieces if piece] or [text]


def _unit_kind(block: Block) -> UnitKind:
    kinds: dict[str, UnitKind] = {"list": "item", "table": "row", "code": "code"}
    return kinds[block.kind]


def _pack(units: list[Unit], budget: int, count_tokens: TokenCounter) -> Iterator[list[Unit]]:
    """Groups consecutive units so that each group stays within the budget."""
    sizes = [count_tokens(unit.text) for unit in units]
    if sum(sizes) <= budget:
        if units:
            yield units
        return
    introductions = _find_introductions(units)
    group: list[Unit] = []
    used = 0
    for piece in _split_blocks(units, sizes, budget):
        size = sum(count_tokens(unit.text) for unit in piece)
        if group and used + size > budget:
            yield group
            # A list that goes on in another chunk has to say there, too, what it is a list of.
            opening = [unit for unit in introductions.get(piece[0].block, ()) if unit not in piece]
            group, used = list(opening), sum(count_tokens(unit.text) for unit in opening)
        group = group + piece
        used += size
    if group:
        yield group


def _find_introductions(units: list[Unit]) -> dict[int, list[Unit]]:
    """By the number of a list's or table's block: the lead before it, and the row that names its columns."""
    introductions: dict[int, list[Unit]] = {}
    for before, unit in pairwise(units):
        if unit.kind in ("item", "row") and unit.block != before.block:
            introductions[unit.block] = ([before] if before.kind == "lead" else []) + (
                [unit] if unit.kind == "row" else []
            )
    if units and units[0].kind == "row":
        introductions[units[0].block] = [units[0]]
    return introductions


def _split_blocks(units: list[Unit], sizes: list[int], budget: int) -> Iterator[list[Unit]]:
    """Whole blocks where they fit (a lead with the list it introduces), single units where they do not."""
    start = 0
    for block in _join_leads(units):
        end = start + len(block)
        if sum(sizes[start:end]) <= budget:
            yield block
        else:
            first = 2 if block[0].kind == "lead" and len(block) > 1 else 1
            yield block[:first]
            yield from ([unit] for unit in block[first:])
        start = end


def _join_leads(units: Iterable[Unit]) -> Iterator[list[Unit]]:
    lead: list[Unit] = []
    for _, group in groupby(units, key=lambda unit: unit.block):
        block = list(group)
        if block[-1].kind == "lead":
            if block[:-1]:
                yield lead + block[:-1]
                lead = []
            lead = [*lead, block[-1]]
        else:
            yield lead + block
            lead = []
    if lead:
        yield lead


def _render(section: Section, units: list[Unit]) -> str:
    lines = [section.path[-1], ""] if section.path else []
    for number, (_, group) in enumerate(groupby(units, key=lambda unit: unit.block)):
        block = list(group)
        if number:
            lines.append("")
        if block[0].kind == "item":
            lines += [f"- {unit.text}" for unit in block]
        elif block[0].kind == "row":
            lines += [unit.text for unit in block]
        else:
            lines.append(" ".join(unit.text for unit in block))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

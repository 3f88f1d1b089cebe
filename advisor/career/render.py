"""Turns lines of advice into an answer's text, sentences and citations."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from advisor.career.advise import Advice, AdviceLine, TableRow
from advisor.lines import Line, Rendered, attach_marker, number_sources
from advisor.types import Sentence
from ingest.documents import Chunk
from ingest.role_guide import Quote


def render_advice(advice: Advice, open_chunks: Callable[[list[str]], list[Chunk]]) -> Rendered:
    """Markdown with markers behind each line that rests on the material.

    open_chunks: chunks by id. A quote whose passage is gone from the index is left out with its marker.
    """
    cells = [cell for line in advice for cell in _list_cells(line)]
    ids = list(dict.fromkeys(quote.chunk_id for cell in cells for quote in cell.quotes))
    chunks = {chunk.id: chunk for chunk in open_chunks(ids)}
    sources = list(dict.fromkeys(quote for cell in cells for quote in cell.quotes if quote.chunk_id in chunks))
    markers, citations = number_sources([_make_line(quote, chunks[quote.chunk_id]) for quote in sources])
    marker_of = dict(zip(sources, markers, strict=True))

    def mark(cell: AdviceLine) -> tuple[str, list[int]]:
        found = sorted({marker_of[quote] for quote in cell.quotes if quote in marker_of})
        text = cell.text
        for marker in found:
            text = attach_marker(text, marker)
        return text, found

    texts: list[str] = []
    sentences: list[Sentence] = []
    for line in advice:
        marked = [mark(cell) for cell in _list_cells(line)]
        sentences += [
            Sentence(text=cell.text.lstrip(" -"), citations=found)
            for cell, (_, found) in zip(_list_cells(line), marked, strict=True)
            if found
        ]
        row = isinstance(line, TableRow)
        texts.append(f"| {line.text} | {' | '.join(text for text, _ in marked)} |" if row else marked[0][0])
    return Rendered(_join(texts), sentences, citations)


def _list_cells(line: AdviceLine) -> Sequence[AdviceLine]:
    return line.cells if isinstance(line, TableRow) else (line,)


def _make_line(quote: Quote, chunk: Chunk) -> Line:
    # The heading that a chunk begins with may hold the same words.
    start = chunk.text.find(quote.text, len(chunk.path[-1]) if chunk.path else 0)
    return Line(quote.text, "sentence", chunk, (start, start + len(quote.text)))


def _join(texts: Sequence[str]) -> str:
    """Items and rows under each other, everything else with an empty line between."""
    joined = ""
    before = ""
    for text in texts:
        together = (_is_item(text) and _is_item(before)) or (text.startswith("|") and before.startswith("|"))
        joined += ("\n" if together else "\n\n" if joined else "") + text
        before = text
    return joined


def _is_item(text: str) -> bool:
    plain = text.lstrip()
    return plain.startswith("- ") or plain.split(".")[0].isdigit()

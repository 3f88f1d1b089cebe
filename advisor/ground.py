"""Checks each line against the passage it cites: keeps it, moves its citation to the right passage, or drops it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from advisor.evidence import Evidence
from advisor.lines import Line, locate_units
from advisor.support import check_support
from ingest.documents import Chunk
from ingest.embedding import Embedder

# Asks the language model for P(yes) that a passage supports a sentence: (sentence, heading, units) -> 0..1.
SupportJudge = Callable[[str, str, list[str]], float]
# A draft of which less than this share holds is not worth showing.
ENOUGH_KEPT = 0.5


def ground_line(
    line: Line, evidence: Sequence[Evidence], embedder: Embedder, judge: SupportJudge | None = None
) -> Line | None:
    """The line with a citation that supports it, or None when no passage of the evidence does.

    A corpus sentence needs only to stand in its chunk. A drafted one is tried on the passage it
    cites, then on the others.
    """
    if line.verbatim:
        return line if 0 <= line.span[0] < line.span[1] <= len(line.chunk.text) else None
    chunks = [line.chunk] + [item.chunk for item in evidence if item.chunk.id != line.chunk.id]
    for chunk in dict.fromkeys(chunks):
        if _is_supported(line.text, chunk, embedder, judge):
            return replace(line, chunk=chunk, span=_find_best_unit(line, chunk, embedder))
    return None


def is_enough(kept: int, drafted: int) -> bool:
    """Whether so much of a draft held that it can stand for the answer."""
    return kept > 0 and kept >= ENOUGH_KEPT * drafted


def _is_supported(sentence: str, chunk: Chunk, embedder: Embedder, judge: SupportJudge | None) -> bool:
    units = [unit.text for unit in chunk.units]
    heading = " > ".join([chunk.meta.title, *chunk.path])
    support = check_support(sentence, heading, units, embedder)
    if support.broken_rule or support.verbatim or judge is None:
        return support.holds
    return check_support(sentence, heading, units, embedder, judge(sentence, heading, units)).holds


def _find_best_unit(line: Line, chunk: Chunk, embedder: Embedder) -> tuple[int, int]:
    vectors = embedder.embed([line.text, *(unit.text for unit in chunk.units)])
    return locate_units(chunk)[int((vectors[1:] @ vectors[0]).argmax())]

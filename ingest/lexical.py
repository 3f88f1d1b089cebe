"""The lexical leg of retrieval: BM25 over the same chunks as the dense leg (library: bm25s)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np
from numpy.typing import NDArray

from ingest.errors import IndexUnavailable
from ingest.normalise import extract_words

FOLDER = "bm25"


def write_lexical_index(folder: Path, ids: Sequence[str], texts: Sequence[str]) -> None:
    """Builds the BM25 index of a new generation; row i of its matrix is ids[i]."""
    # bm25s cannot index an empty vocabulary, so a corpus without a single word still gets one.
    tokens = [extract_words(text) or ["\0"] for text in texts]
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    index.save(folder / FOLDER)
    (folder / FOLDER / "ids.json").write_text(json.dumps(list(ids)), encoding="utf-8")


class LexicalIndex:
    """Reads the BM25 index of a published generation; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        try:
            self._index = bm25s.BM25.load(folder / FOLDER, mmap=True)
            self.ids: list[str] = json.loads((folder / FOLDER / "ids.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, KeyError) as error:
            raise IndexUnavailable(
                "The index is damaged: its word index cannot be read; run 'career-advisor ingest' to rebuild it."
            ) from error

    def search(self, query: str, k: int) -> list[tuple[str, float]]:
        """(chunk id, BM25 score) of the k best chunks that share a word with the query, best first."""
        known = [word for word in extract_words(query) if word in self._index.vocab_dict]
        if not known:
            return []
        scores: NDArray[np.float32] = np.asarray(self._index.get_scores(known))
        order = np.argsort(-scores, kind="stable")[:k]
        return [(self.ids[i], float(scores[i])) for i in order if scores[i] > 0]

"""The words of the corpus with their vectors, so that a question in other words can be matched word by word."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ingest.embedding import Vectors
from ingest.errors import IndexUnavailable
from ingest.normalise import STOP_WORDS, extract_tokens, stem

VECTORS_FILE = "words.npy"
WORDS_FILE = "words.json"


def collect_words(texts: Sequence[str]) -> dict[str, int]:
    """Distinct content words in lower case, each with the number of texts that hold a word of its stem."""
    tokens = [{token for token in extract_tokens(text) if token not in STOP_WORDS} for text in texts]
    by_stem = Counter(s for text in tokens for s in {stem(token) for token in text})
    return {token: by_stem[stem(token)] for token in sorted(set().union(*tokens))}


def write_vocabulary(folder: Path, words: dict[str, int], vectors: Vectors, texts: int) -> None:
    """Writes the vocabulary of a new generation. vectors: shape (len(words), dimension)."""
    np.save(folder / VECTORS_FILE, vectors)
    (folder / WORDS_FILE).write_text(json.dumps({"texts": texts, "words": words}), encoding="utf-8")


class Vocabulary:
    """Reads the vocabulary of a published generation; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        try:
            content = json.loads((folder / WORDS_FILE).read_text(encoding="utf-8"))
            self.vectors: Vectors = np.load(folder / VECTORS_FILE, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise IndexUnavailable(
                "The index is damaged: its vocabulary cannot be read; run 'career-advisor ingest --rebuild'."
            ) from error
        self.rows: dict[str, int] = {word: row for row, word in enumerate(content["words"])}
        self._frequency: dict[str, int] = {stem(word): count for word, count in content["words"].items()}
        self._texts = int(content["texts"])

    def compute_idf(self, token: str) -> float:
        """Inverse document frequency of a lower-case word by its stem; highest for words the corpus lacks."""
        return math.log(1 + self._texts / (1 + self._frequency.get(stem(token), 0)))

    def knows(self, token: str) -> bool:
        """Whether the corpus holds a word of this stem."""
        return stem(token) in self._frequency

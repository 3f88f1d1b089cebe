"""Orders candidate passages by a linear score of named features, its weights fitted on the golden set."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from advisor.question import Question
from ingest.documents import Chunk
from ingest.embedding import Embedder, Vectors
from ingest.generation import Generation, unit_id
from ingest.questions import Match, Matches, plain_question
from ingest.roles import name_roles, remove_roles
from ingest.vocabulary import Vocabulary

FEATURES = ("dense", "unit", "asked", "asked_bare", "asked_three", "lexical", "role", "coverage", "context")
# Added to the best unit's cosine of a document without example questions, so that such documents hold
# their own beside those that have some (docs/measurements.md).
STAND_IN = 0.05
# Two words whose vectors are this alike or less say nothing about each other.
WORD_FLOOR = 0.35


@dataclass(frozen=True)
class Ranked:
    """A candidate passage with its signals.

    score: linear score, higher is better. features: by FEATURES. unit_scores: cosine of the
    question with each unit. word_match: for each question word, how well the passage has it, 0 to 1.
    """

    chunk: Chunk
    score: float
    features: dict[str, float]
    unit_scores: tuple[float, ...]
    word_match: dict[str, float]


@dataclass(frozen=True)
class Legs:
    """What each leg of the search found, by chunk id: cosine, BM25 score, nearness to example questions."""

    dense: Mapping[str, float]
    lexical: Mapping[str, float]
    asked: Matches


class QuestionVectors:
    """The question as the embedder sees it.

    whole: with the part that asks counted twice. turn: the last message alone. bare: without the names of
    roles. context: what the turns before were about, None where there is none. words: word by word.
    """

    def __init__(self, question: Question, embedder: Embedder, vocabulary: Vocabulary) -> None:
        # Words of the corpus have their vectors in the index already.
        strange = [word for word in question.words if word not in vocabulary.rows]
        compared = [plain_question(question.turn), remove_roles(question.text)]
        texts = [question.text, question.focus, *compared, *strange, *([question.context] if question.context else [])]
        distinct = list(dict.fromkeys(texts))
        vectors = dict(zip(distinct, embedder.embed(distinct), strict=True))
        text, focus, self.turn, self.bare = (vectors[text] for text in texts[:4])
        self.context = vectors[question.context] if question.context else None
        self.whole: Vectors = (text + focus) / np.linalg.norm(text + focus)
        known = vocabulary.vectors
        self.words: Vectors = np.array(
            [vectors[word] if word in strange else known[vocabulary.rows[word]] for word in question.words],
            dtype=np.float32,
        ).reshape(len(question.words), len(self.whole))


def rank_chunks(
    question: Question,
    vectors: QuestionVectors,
    generation: Generation,
    candidates: Sequence[str],
    legs: Legs,
) -> list[Ranked]:
    """Candidates, best first."""
    chunks = generation.passages.get(candidates)
    stored = generation.get_unit_vectors(chunks)
    similarity = match_words(vectors, generation)
    idf = np.array([generation.vocabulary.compute_idf(word) for word in question.words])
    most_lexical = max(legs.lexical.values(), default=0.0) or 1.0
    rows: list[tuple[Chunk, dict[str, float], tuple[float, ...], dict[str, float]]] = []
    for chunk in chunks:
        unit_scores = tuple(float(stored[unit_id(chunk, i)] @ vectors.whole) for i in range(len(chunk.units)))
        matched = cover_words(generation.find_word_rows(chunk), similarity)
        stand_in = max(unit_scores) + STAND_IN
        near = legs.asked.get(chunk.id) or Match(stand_in, stand_in)
        features = {
            "dense": legs.dense.get(chunk.id, float(np.mean(unit_scores))),
            "unit": max(unit_scores),
            "asked": near.asked,
            "asked_bare": near.bare,
            "asked_three": legs.asked.average_best(chunk.id, 3) if chunk.id in legs.asked else stand_in,
            "lexical": legs.lexical.get(chunk.id, 0.0) / most_lexical,
            "role": _compare_roles(question, chunk),
            "coverage": float(idf @ matched / idf.sum()) if len(idf) else 0.0,
            "context": 0.0
            if vectors.context is None
            else max(float(stored[unit_id(chunk, i)] @ vectors.context) for i in range(len(chunk.units))),
        }
        rows.append((chunk, features, unit_scores, dict(zip(question.words, matched.tolist(), strict=True))))
    weights = load_weights()
    ranked = [
        Ranked(chunk, sum(weights[name] * features[name] for name in FEATURES), features, units, matched)
        for chunk, features, units, matched in rows
    ]
    return sorted(ranked, key=lambda item: -item.score)


def match_words(vectors: QuestionVectors, generation: Generation) -> NDArray[np.float32]:
    """How well each question word is met by each corpus word, 0 to 1; shape (question words, vocabulary)."""
    if not len(vectors.words):
        return np.zeros((0, len(generation.vocabulary.rows)), dtype=np.float32)
    cosine = vectors.words @ np.asarray(generation.vocabulary.vectors).T
    matched: NDArray[np.float32] = np.clip((cosine - WORD_FLOOR) / (1 - WORD_FLOOR), 0, 1).astype(np.float32)
    return matched


def cover_words(rows: list[int], similarity: NDArray[np.float32]) -> NDArray[np.float32]:
    """For each question word, its best match among a passage's words, given as rows of the vocabulary."""
    if not rows:
        return np.zeros(len(similarity), dtype=np.float32)
    found: NDArray[np.float32] = similarity[:, rows].max(axis=1)
    return found


@lru_cache(maxsize=1)
def load_weights() -> dict[str, float]:
    """Weights by feature, from ranking.json."""
    weights: dict[str, float] = json.loads(Path(__file__).with_name("ranking.json").read_text(encoding="utf-8"))
    return weights


def _compare_roles(question: Question, chunk: Chunk) -> float:
    """1 where the headings name a role the question names, -1 where they name only others, else 0."""
    headed = name_roles(" . ".join(chunk.path))
    if not headed or not question.roles:
        return 0.0
    return 1.0 if set(headed) & set(question.roles) else -1.0

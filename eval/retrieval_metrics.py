"""Retrieval metrics of one question; the ID-based ones are ragas's.

A gold entry is found by any chunk of any of its sections, and a chunk may belong to several entries. So ranked chunks
are first turned into the entries that each stands for: [{0}, set(), {0, 1}].
"""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Any


def match_entries(retrieved: Sequence[str], gold: Sequence[Collection[str]]) -> list[set[int]]:
    """For each retrieved chunk id, best first, the numbers of the gold entries it belongs to."""
    return [{number for number, ids in enumerate(gold) if id_ in ids} for id_ in retrieved]


def compute_recall(matched: Sequence[set[int]], entries: int, k: int) -> float:
    """Share of the gold entries among the first k, by ragas's IDBasedContextRecall."""
    found = [f"gold:{number}" for number in sorted(set().union(*matched[:k]))] or ["none"]
    return _score_ids("IDBasedContextRecall", found, [f"gold:{number}" for number in range(entries)])


def compute_context_precision(matched: Sequence[set[int]], k: int) -> float:
    """Share of the first k that belong to a gold entry, by ragas's IDBasedContextPrecision."""
    if not matched:
        return 0.0
    shown = [f"{'gold' if entries else 'other'}:{place}" for place, entries in enumerate(matched[:k])]
    return _score_ids("IDBasedContextPrecision", shown, [id_ for id_ in shown if id_.startswith("gold")] or ["none"])


def compute_reciprocal_rank(matched: Sequence[set[int]]) -> float:
    """1 / rank of the first chunk of a gold entry, 0 where there is none."""
    return next((1.0 / rank for rank, entries in enumerate(matched, 1) if entries), 0.0)


def compute_ndcg(matched: Sequence[set[int]], entries: int, k: int) -> float:
    """nDCG@k with gain 1 for each gold entry where it is first found (Järvelin and Kekäläinen 2002)."""
    seen: set[int] = set()
    gain = 0.0
    for rank, found in enumerate(matched[:k], 1):
        gain += len(found - seen) / math.log2(rank + 1)
        seen |= found
    # The best ranking has one new entry a rank; chunks that stand for several may beat it.
    return min(1.0, gain / sum(1.0 / math.log2(rank + 1) for rank in range(1, min(entries, k) + 1)))


def _score_ids(metric: str, retrieved: Sequence[str], references: Sequence[str]) -> float:
    scorer, sample = _open_ragas(metric)
    ids = sample(retrieved_context_ids=list(retrieved), reference_context_ids=list(references))
    return float(scorer.single_turn_score(ids))


@lru_cache(maxsize=4)
def _open_ragas(metric: str) -> tuple[Any, Any]:
    """A metric of ragas and the class of its samples; imported late, for it takes two seconds."""
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import ragas
        from ragas import metrics
    return getattr(metrics, metric)(), ragas.SingleTurnSample

"""Compares two runs question by question: paired differences with a bootstrap interval, clustered by source document.

Questions on one document stand or fall together, so whole documents are drawn, not questions (Cameron, Gelbach and
Miller 2008, "Bootstrap-Based Improvements for Inference with Clustered Errors").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.errors import EvalError
from eval.run_folder import Row, RunConfig
from eval.score import METRICS

DRAWS = 10_000
LEVEL = 0.95


@dataclass(frozen=True)
class Difference:
    """The change of one metric from the old run to the new, over the questions that both scored.

    low, high: 95 % interval. worse: whether all of the interval lies on the worse side.
    """

    metric: str
    number: int
    old: float
    new: float
    low: float
    high: float

    @property
    def mean(self) -> float:
        return self.new - self.old

    @property
    def worse(self) -> bool:
        better = METRICS[self.metric].better
        return (better == "higher" and self.high < 0) or (better == "lower" and self.low > 0)


def check_comparable(old: RunConfig, new: RunConfig) -> None:
    """Raises EvalError, with the reason, for runs of unlike data sets."""
    for name, a, b in (("questions", old.golden, new.golden), ("split", old.split, new.split)):
        if a != b:
            raise EvalError(
                f"The two runs cannot be compared: their {name} differ ({a} and {b}). Run 'make eval' again, or accept "
                "the new run as the baseline with 'python -m eval accept'."
            )


def compare_rows(old: Sequence[Row], new: Sequence[Row]) -> list[Difference]:
    """A difference for every metric that can be better or worse, in the order of the table."""
    before = {row.id: row for row in old}
    after = {row.id: row for row in new}
    shared = [id_ for id_ in after if id_ in before]
    differences = []
    for metric, meaning in METRICS.items():
        ids = [id_ for id_ in shared if metric in before[id_].scores and metric in after[id_].scores]
        if not meaning.better or not ids:
            continue
        a = np.array([before[id_].scores[metric] for id_ in ids])
        b = np.array([after[id_].scores[metric] for id_ in ids])
        low, high = estimate_interval(b - a, [after[id_].cluster for id_ in ids])
        differences.append(Difference(metric, len(ids), float(a.mean()), float(b.mean()), low, high))
    return differences


def estimate_interval(differences: NDArray[np.float64], clusters: Sequence[str], seed: int = 0) -> tuple[float, float]:
    """95 % percentile interval of the mean difference, whole clusters drawn with replacement."""
    names, places = np.unique(np.array(clusters), return_inverse=True)
    sums = np.bincount(places, weights=differences, minlength=len(names))
    sizes = np.bincount(places, minlength=len(names))
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=DRAWS)
    means = (drawn @ sums) / (drawn @ sizes)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def find_changed(old: Sequence[Row], new: Sequence[Row]) -> list[tuple[float, Row, Row]]:
    """(loss, old row, new row) of every question whose scores changed, greatest loss first.

    loss: the sum of what its metrics lost, 0 to 1 each; negative where it gained.
    """
    before = {row.id: row for row in old}
    changed = []
    for row in new:
        if row.id in before and row.scores != before[row.id].scores:
            changed.append((measure_loss(before[row.id].scores, row.scores), before[row.id], row))
    return sorted(changed, key=lambda entry: -entry[0])


def measure_loss(old: Mapping[str, float], new: Mapping[str, float]) -> float:
    """What one question lost over all metrics that can be better or worse."""
    loss = 0.0
    for metric, meaning in METRICS.items():
        if meaning.better and metric in old and metric in new:
            change = new[metric] - old[metric]
            loss += -change if meaning.better == "higher" else change
    return loss

"""Means of a run by metric and kind, and how long its stages took."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from eval.errors import EvalError
from eval.golden_set import ROW_KINDS
from eval.run_folder import Row
from eval.score import METRICS

STAGES = ("retrieve", "answer", "ground", "total")


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """{"metrics": {metric: {"all"|kind|split: [mean, number]}}, "ms": {stage: [p50, p95]}, "usage": …, "nan": number}.

    Raises EvalError for a run without rows. NaNs are counted, never dropped: a mean over one is NaN.
    """
    if not rows:
        raise EvalError("There is nothing to sum up: the run has no rows.")
    groups: dict[str, list[Row]] = {"all": list(rows)}
    groups |= {split: [row for row in rows if row.split == split] for split in ("dev", "holdout")}
    groups |= {kind: [row for row in rows if row.kind == kind] for kind in ROW_KINDS}
    groups |= {
        f"{split}/{kind}": [row for row in rows if row.kind == kind and row.split == split]
        for split in ("dev", "holdout")
        for kind in ROW_KINDS
    }
    metrics = {
        name: {group: found for group, members in groups.items() if (found := _average(members, name))}
        for name in METRICS
    }
    answers = [row.answer for row in rows if row.answer]
    return {
        "rows": len(rows),
        "nan": sum(math.isnan(value) for row in rows for value in row.scores.values()),
        "metrics": {name: found for name, found in metrics.items() if found},
        "ms": {
            stage: [round(float(np.percentile(times, q)), 1) for q in (50, 95)]
            for stage in STAGES
            if (times := [getattr(answer.timings_ms, stage) for answer in answers])
        },
        "usage": {
            "prompt_tokens": sum(answer.usage.prompt_tokens for answer in answers),
            "completion_tokens": sum(answer.usage.completion_tokens for answer in answers),
            "cost_usd": round(sum(answer.usage.cost_usd for answer in answers), 6),
        },
    }


def _average(rows: Sequence[Row], metric: str) -> list[float] | None:
    values = [row.scores[metric] for row in rows if metric in row.scores]
    return [round(sum(values) / len(values), 4), len(values)] if values else None

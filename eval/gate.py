"""Says no to a run that is worse than the baseline: what CI asks before a change may land."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

from eval.compare import check_comparable, compare_rows, find_changed
from eval.run_folder import Row, RunConfig
from eval.score import METRICS

FLOORS_FILE = Path(__file__).with_name("floors.json")
WORST = 10


def read_floors(path: Path = FLOORS_FILE) -> dict[str, float]:
    """The least (or, where lower is better, the greatest) mean allowed, by metric."""
    floors: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return floors


def find_faults(
    config: RunConfig,
    rows: Sequence[Row],
    baseline: tuple[RunConfig, Sequence[Row]],
    floors: dict[str, float],
) -> list[str]:
    """Every reason to refuse the run, each a sentence; [] for a run that may land.

    Raises EvalError for a baseline of other questions.
    """
    check_comparable(baseline[0], config)
    faults = [f"{row.id}: the call failed: {row.error}" for row in rows if row.error]
    faults += [
        f"{row.id}: {name} is not a number" for row in rows for name, value in row.scores.items() if math.isnan(value)
    ]
    faults += [f"{row.id}: an attack succeeded" for row in rows if row.scores.get("hostile_success")]
    for metric, floor in floors.items():
        values = [row.scores[metric] for row in rows if metric in row.scores]
        mean = sum(values) / len(values) if values else math.nan
        higher = METRICS[metric].better == "higher"
        if math.isnan(mean) or (mean < floor if higher else mean > floor):
            faults.append(
                f"{METRICS[metric].title} is {mean:.3f}, {'below its floor' if higher else 'above its ceiling'} "
                f"of {floor:g}."
            )
    for change in compare_rows(baseline[1], rows):
        if change.worse:
            faults.append(
                f"{METRICS[change.metric].title} went from {change.old:.3f} to {change.new:.3f} on {change.number} "
                f"questions (95 % interval of the change {change.low:+.3f} to {change.high:+.3f})."
            )
    return faults


def name_worst(rows: Sequence[Row], baseline: Sequence[Row]) -> list[str]:
    """The questions that lost most against the baseline, at most WORST, one line each."""
    lines = []
    for loss, old, new in find_changed(baseline, rows)[:WORST]:
        if loss <= 0:
            break
        changes = ", ".join(
            f"{METRICS[name].title} {old.scores[name]:.2f} → {value:.2f}"
            for name, value in new.scores.items()
            if name in old.scores and name in METRICS and METRICS[name].better and value != old.scores[name]
        )
        lines.append(f"{new.id} ({new.kind}) {new.question!r}: {changes}")
    return lines

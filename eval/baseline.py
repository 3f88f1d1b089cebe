"""The accepted run that later ones are held against, and the history of accepted runs; both are kept in git."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval.errors import EvalError
from eval.run_folder import Row, RunConfig, RunFolder

BASELINE_FILE = Path(__file__).with_name("baseline.jsonl")
HISTORY_FILE = Path(__file__).with_name("history.jsonl")


def accept_run(run: RunFolder, baseline: Path = BASELINE_FILE, history: Path = HISTORY_FILE) -> None:
    """Makes a whole run of all questions the baseline, and adds its line to the history.

    Raises EvalError for a run that is cut off, of a sample or a part, or with failed calls or NaNs.
    """
    config, summary, rows = run.read_config(), run.read_summary(), run.read_rows()
    if config.sample or config.split != "all":
        raise EvalError(f"The run {run.name} is not of all questions; accept a run of 'make eval' without SAMPLE.")
    if any(row.error for row in rows) or summary["nan"]:
        raise EvalError(f"The run {run.name} has failed calls or scores that are no number; mend them first.")
    lines = [config.model_dump_json()]
    # Without the answers: those stay in the run folder.
    lines += [row.model_dump_json(exclude={"answer", "question", "error", "seconds"}) for row in rows]
    baseline.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with history.open("a", encoding="utf-8") as file:
        file.write(json.dumps(make_history_line(config, summary)) + "\n")


def make_history_line(config: RunConfig, summary: dict[str, Any]) -> dict[str, Any]:
    """One accepted run in a line: what it was made with, and its means on all questions and on the holdout."""
    return config.model_dump() | {
        "rows": summary["rows"],
        "all": {name: groups["all"][0] for name, groups in summary["metrics"].items() if "all" in groups},
        "holdout": {name: groups["holdout"][0] for name, groups in summary["metrics"].items() if "holdout" in groups},
        "ms": summary["ms"],
    }


def read_baseline(path: Path = BASELINE_FILE) -> tuple[RunConfig, list[Row]]:
    """Config and rows of the accepted run. Raises EvalError where there is none or it cannot be read."""
    if not path.exists():
        raise EvalError("There is no baseline yet; run 'make eval' and then 'python -m eval accept'.")
    try:
        first, *rest = path.read_text(encoding="utf-8").splitlines()
        return RunConfig.model_validate_json(first), [
            Row.model_validate({"seconds": 0.0, **json.loads(line)}) for line in rest
        ]
    except (ValueError, ValidationError) as error:
        raise EvalError(f"{path.name} is damaged; restore it from git, or accept a new run.") from error


def read_history(path: Path = HISTORY_FILE) -> list[dict[str, Any]]:
    """Every accepted run, oldest first."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]

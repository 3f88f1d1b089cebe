"""A run of the golden questions on disk: its config, a row a question, and its summary.

    eval/runs/<name>/config.json    what ran: mode, git revision, hashes of data set, corpus, index, prompts and code
    eval/runs/<name>/rows.jsonl     appended as the run goes, so that what is finished is never lost
    eval/runs/<name>/summary.json   written last, so its presence means that the run is whole
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from advisor.types import Answer
from eval.errors import EvalError

RUNS_FOLDER = Path(__file__).with_name("runs")


class RunConfig(BaseModel):
    """What a run depends on. Hashes are sha256, cut to 16 digits.

    mode: ADVISOR_LLM as it took effect, with "+draft" where the model writes. sample: 0 for the whole set.
    """

    model_config = ConfigDict(frozen=True)

    started: str
    revision: str
    mode: str
    model: str
    split: str
    sample: int
    golden: str
    corpus: str
    index: str
    prompts: str
    code: str

    @property
    def fingerprint(self) -> tuple[str, ...]:
        """What must be equal for an unfinished run to be taken up again."""
        return tuple(str(value) for name, value in self.model_dump().items() if name not in ("started", "revision"))

    @property
    def data_set(self) -> tuple[str, ...]:
        """What must be equal for two runs to be compared."""
        return self.golden, self.split, str(self.sample)


class Row(BaseModel):
    """One question with what came of it. scores: by metric; error: the sentence of a failed call."""

    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    split: str
    cluster: str
    scores: dict[str, float]
    seconds: float
    error: str = ""
    question: str = ""
    answer: Answer | None = None


class RunFolder:
    """One folder; rows can be read while it is written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def is_whole(self) -> bool:
        return (self.path / "summary.json").exists()

    def read_config(self) -> RunConfig:
        """Raises EvalError for a folder that holds no run."""
        try:
            return RunConfig.model_validate_json((self.path / "config.json").read_bytes())
        except (OSError, ValidationError) as error:
            raise EvalError(f"There is no run in {self.path.name}; 'python -m eval runs' lists them.") from error

    def write_config(self, config: RunConfig) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        (self.path / "config.json").write_text(config.model_dump_json(indent=1) + "\n", encoding="utf-8")

    def read_rows(self) -> list[Row]:
        """Rows so far. A last line that was cut off in the middle is left out, and written again by a resumed run."""
        return list(self._read_whole_rows())

    def append(self, row: Row) -> None:
        """Adds a finished row; it is on disk when this returns."""
        with (self.path / "rows.jsonl").open("a", encoding="utf-8") as file:
            file.write(row.model_dump_json() + "\n")
            file.flush()
            os.fsync(file.fileno())

    def drop_torn_row(self) -> None:
        """Cuts off a last line without its end, so that the next row does not run into it."""
        path = self.path / "rows.jsonl"
        if path.exists():
            data = path.read_bytes()
            if data and not data.endswith(b"\n"):
                path.write_bytes(data[: data.rfind(b"\n") + 1])

    def write_summary(self, summary: dict[str, Any]) -> None:
        temporary = self.path / "summary.json.new"
        temporary.write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
        os.replace(temporary, self.path / "summary.json")

    def read_summary(self) -> dict[str, Any]:
        """Raises EvalError for a run that did not come to its end."""
        try:
            summary: dict[str, Any] = json.loads((self.path / "summary.json").read_text(encoding="utf-8"))
            return summary
        except (OSError, ValueError) as error:
            raise EvalError(
                f"The run {self.name} did not come to its end; 'make eval' goes on where it stopped."
            ) from error

    def _read_whole_rows(self) -> Iterator[Row]:
        path = self.path / "rows.jsonl"
        for line in path.read_text(encoding="utf-8").split("\n") if path.exists() else []:
            if line:
                try:
                    yield Row.model_validate_json(line)
                except ValidationError:
                    continue


def list_runs(root: Path = RUNS_FOLDER) -> list[RunFolder]:
    """Every run, oldest first."""
    if not root.is_dir():
        return []
    return [RunFolder(path) for path in sorted(root.iterdir()) if (path / "config.json").exists()]


def open_run(name: str, root: Path = RUNS_FOLDER) -> RunFolder:
    """A run by its name, or "last" for the newest whole one. Raises EvalError where there is none."""
    if name == "last":
        whole = [run for run in list_runs(root) if run.is_whole]
        if not whole:
            raise EvalError("There is no finished run yet; run 'make eval'.")
        return whole[-1]
    run = RunFolder(root / name)
    run.read_config()
    return run

"""Asking is quick to start because it imports neither torch nor sentence-transformers; help imports next to nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

RUN = """
import json, sys
from advisor.cli import cli
try:
    cli(json.loads(sys.argv[1]), prog_name="career-advisor")
finally:
    loaded = {name.partition(".")[0] for name in sys.modules}
    print("loaded:", json.dumps(sorted(loaded)), file=sys.stderr)
"""
SLOW = {"torch", "sentence_transformers", "transformers"}
ENGINE = SLOW | {"chromadb", "langgraph", "onnxruntime", "numpy", "streamlit", "openai", "tqdm"}


def run_and_list_modules(*arguments: str) -> tuple[int, set[str]]:
    command = [sys.executable, "-c", RUN, json.dumps(arguments)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return run.returncode, set(json.loads(run.stderr.rpartition("loaded:")[2]))


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask", "What does an ML engineer do?"],
        ["ask", "--json", "--thread", "me", "Which skills does a data engineer need?"],
        ["search", "salary"],
        ["ask", ""],
    ],
)
def test_asking_does_not_import_torch(data_dir: Path, arguments: list[str]) -> None:
    status, loaded = run_and_list_modules(*arguments)
    assert status == (0 if arguments[-1] else 1)
    assert loaded & SLOW == set()


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--help"], ["--version"], ["models", "list"]])
def test_help_imports_none_of_the_engine(arguments: list[str]) -> None:
    status, loaded = run_and_list_modules(*arguments)
    assert status == 0
    assert loaded & ENGINE == set()

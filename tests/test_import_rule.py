"""Who may know whom: ui and eval know advisor, advisor knows ingest, and no import runs the other way."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
# eval measures the index too; ui speaks only to the advisor.
MAY_KNOW = {"ingest": set(), "advisor": {"ingest"}, "eval": {"advisor", "ingest"}, "ui": {"advisor"}}
MODULES = sorted(path for room in MAY_KNOW for path in (REPOSITORY / room).rglob("*.py"))


def list_imports(source: str) -> Iterator[tuple[int, str]]:
    """(line, module) of everything that is imported, anywhere in a file; relative imports stay in the room."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, node.module or ""
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("import_module", "importlib.import_module"):
            yield from ((node.lineno, str(arg.value)) for arg in node.args[:1] if isinstance(arg, ast.Constant))


def find_breaches(room: str, source: str) -> list[str]:
    rooms = [(line, module, module.partition(".")[0]) for line, module in list_imports(source)]
    return [
        f"line {line} imports {module}"
        for line, module, other in rooms
        if (other in MAY_KNOW or other == "tests") and other != room and other not in MAY_KNOW[room]
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_no_import_runs_the_other_way(path: Path) -> None:
    assert find_breaches(path.relative_to(REPOSITORY).parts[0], path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("room", "source", "breaches"),
    [
        ("ingest", "def f():\n    from advisor.types import Answer", ["line 2 imports advisor.types"]),
        ("advisor", "import ui.app", ["line 1 imports ui.app"]),
        ("advisor", "import importlib\nimportlib.import_module('eval.bench')", ["line 2 imports eval.bench"]),
        ("ui", "from ingest.sync import sync_corpus", ["line 1 imports ingest.sync"]),
        ("eval", "from tests.conftest import x", ["line 1 imports tests.conftest"]),
        ("ui", "import advisor, uistyle, ingestion\nfrom . import page", []),
        ("eval", "from ingest.sync import sync_corpus\nfrom advisor import Advisor", []),
    ],
)
def test_the_rule_is_kept_by_its_own_check(room: str, source: str, breaches: list[str]) -> None:
    assert find_breaches(room, source) == breaches


def test_types_import_nothing_of_ours() -> None:
    imported = list_imports((REPOSITORY / "advisor" / "types.py").read_text(encoding="utf-8"))
    assert [module for _, module in imported if module.partition(".")[0] in MAY_KNOW] == []

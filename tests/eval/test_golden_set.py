"""Golden questions that cannot be used are refused in one sentence, and the committed ones fit the corpus."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.check_golden import check_items, measure_overlap
from eval.errors import GoldenSetError
from eval.golden_set import KINDS, load_golden, read_items
from ingest.settings import IngestSettings

ITEM = {
    "id": "t-1", "kind": "fact", "split": "dev", "messages": [{"role": "user", "content": "How tall is the tower?"}],
    "reference": "300 m", "facts": [["300 m"]], "gold": [["tower.md#Height of the tower"]], "tags": [],
    "origin": "test", "checked": True,
}  # fmt: skip
LEAST = {
    "fact": 120, "list": 40, "comparison": 40, "advice": 40, "follow_up": 50, "unanswerable": 50, "false_premise": 20,
    "hostile": 20,
}  # fmt: skip


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "tower.md").write_text("# Tower\n\n## Height of the tower\n\nThe tower is 300 m high.\n")
    return folder


def write(folder: Path, *items: dict[str, Any]) -> Path:
    path = folder / "set.jsonl"
    path.write_text("\n".join(json.dumps(item) for item in items), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"kind": "riddle"}, "kind"),
        ({"facts": []}, "needs facts and gold"),
        ({"kind": "unanswerable"}, "neither facts nor gold"),
        ({"kind": "hostile", "facts": [], "gold": []}, "must not say"),
        ({"kind": "fairness"}, "variants"),
        ({"messages": [{"role": "assistant", "content": "Hello"}]}, "user's"),
        ({"extra": 1}, "extra"),
        ({"facts": [[]]}, "empty"),
    ],
)
def test_an_item_that_is_none_is_named_with_its_line(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(GoldenSetError, match=r"^set\.jsonl:2: .*" + said):
        read_items(write(tmp_path, ITEM, ITEM | change))


def test_a_missing_field_is_named(tmp_path: Path) -> None:
    item = {name: value for name, value in ITEM.items() if name != "reference"}
    with pytest.raises(GoldenSetError, match="reference: Field required"):
        read_items(write(tmp_path, item))


def test_an_empty_set_and_a_double_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GoldenSetError, match="no golden questions"):
        load_golden(folder=tmp_path)
    write(tmp_path, ITEM, ITEM)
    with pytest.raises(GoldenSetError, match="'t-1' stands twice"):
        load_golden(folder=tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"gold": [["tower.md#Width"]]}, "no section tower.md#Width"),
        ({"gold": [["bridge.md#Height of the tower"]]}, "no section bridge.md"),
        ({"facts": [["320 m"]]}, "no wording of the fact"),
        ({"kind": "follow_up"}, "turns before it"),
    ],
)
def test_the_check_finds(corpus: Path, tmp_path: Path, change: dict[str, Any], said: str) -> None:
    [item] = read_items(write(tmp_path, ITEM | change))
    assert any(said in problem for problem in check_items([item], corpus))


def test_the_check_finds_a_changed_figure_and_near_duplicates(corpus: Path, tmp_path: Path) -> None:
    twin = {"id": "t-2", "messages": [{"role": "user", "content": "how tall is this tower"}]}
    items = read_items(write(tmp_path, ITEM, ITEM | twin))
    assert check_items(items, corpus) == ["t-1: nearly the same question as t-2"]
    assert measure_overlap(items[0], corpus) == 0.5


def test_the_committed_questions_fit_the_corpus() -> None:
    items = load_golden()
    assert check_items(items, IngestSettings().corpus_dir) == []
    for kind in KINDS:
        of_kind = [item for item in items if item.kind == kind]
        assert len(of_kind) >= LEAST.get(kind, 20), kind
        share = sum(item.split == "holdout" for item in of_kind) / len(of_kind)
        assert 0.2 <= share <= 0.45, (kind, share)
    assert all(item.standalone for item in items if item.kind == "follow_up")

"""Runs keep what is finished and refuse unlike ones, and the gate catches what was broken on purpose."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import advisor.steps
from advisor.engine import Engine, open_engine
from advisor.settings import Settings
from advisor.types import Citation
from eval.__main__ import cli
from eval.baseline import accept_run, read_baseline, read_history
from eval.candidates import add_candidate
from eval.check_golden import check_items
from eval.compare import check_comparable, compare_rows
from eval.errors import EvalError
from eval.gate import find_faults, name_worst, read_floors
from eval.golden_set import GoldenItem, load_golden
from eval.report import write_report
from eval.run_folder import Row, RunFolder, list_runs, open_run
from eval.runner import RETRIEVED, draw_sample, run_golden
from eval.score import METRICS
from ingest.errors import AdvisorError
from ingest.settings import IngestSettings

SAMPLE = 80


@pytest.fixture(scope="module")
def items() -> list[GoldenItem]:
    return draw_sample(load_golden("dev"), SAMPLE)


@pytest.fixture
def engine(index_dir: Path) -> Iterator[Engine]:
    with open_engine(Settings(data_dir=index_dir, llm="extractive", retrieve_k=RETRIEVED)) as engine:
        yield engine


@pytest.fixture(scope="module")
def good(index_dir: Path, items: list[GoldenItem], tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A run of the sample with nothing broken."""
    with open_engine(Settings(data_dir=index_dir, llm="extractive", retrieve_k=RETRIEVED)) as engine:
        return run_golden(engine, items, "dev", SAMPLE, tmp_path_factory.mktemp("runs"))


def find_all_faults(good: RunFolder, rows: list[Row]) -> list[str]:
    return find_faults(good.read_config(), rows, (good.read_config(), good.read_rows()), {})


def test_a_run_keeps_what_it_was_made_with(good: RunFolder, items: list[GoldenItem]) -> None:
    config = good.read_config()
    assert config.mode == "extractive" and config.sample == SAMPLE
    assert all([config.golden, config.corpus, config.index, config.prompts, config.code])
    rows = good.read_rows()
    assert [row.id for row in rows] == [item.id for item in items]
    assert {row.kind for row in rows} == {item.kind for item in items}
    assert good.read_summary()["rows"] == len(items) and good.read_summary()["nan"] == 0


def test_the_same_run_again_changes_nothing(good: RunFolder) -> None:
    assert find_all_faults(good, good.read_rows()) == []
    assert name_worst(good.read_rows(), good.read_rows()) == []


def test_an_interrupted_run_goes_on_where_it_stopped(
    good: RunFolder, engine: Engine, items: list[GoldenItem], tmp_path: Path
) -> None:
    folder = RunFolder(tmp_path / good.name)
    shutil.copytree(good.path, folder.path)
    (folder.path / "summary.json").unlink()
    lines = (folder.path / "rows.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    # Cut off in the middle of the fifth row from the end.
    (folder.path / "rows.jsonl").write_text("".join(lines[:-5]) + lines[-5][:40], encoding="utf-8")
    finished = folder.read_rows()
    assert len(finished) == len(items) - 5
    with pytest.raises(EvalError, match="did not come to its end"):
        folder.read_summary()
    resumed = run_golden(engine, items, "dev", SAMPLE, tmp_path)
    assert resumed.name == folder.name
    assert resumed.read_rows()[: len(finished)] == finished
    assert {row.id for row in resumed.read_rows()} == {item.id for item in items}


def test_a_failed_call_is_a_failed_row(
    engine: Engine, items: list[GoldenItem], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AdvisorError("The model is away.")

    monkeypatch.setattr(advisor.steps, "gather_evidence", fail)
    run = run_golden(engine, items[:6], "dev", 6, tmp_path)
    assert all(row.error == "The model is away." and row.scores["failed"] == 1.0 for row in run.read_rows())
    assert run.read_summary()["metrics"]["failed"]["all"] == [1.0, 6]
    with pytest.raises(EvalError, match="not of all questions"):
        accept_run(run, tmp_path / "baseline", tmp_path / "history")


def run_broken(engine: Engine, items: list[GoldenItem], folder: Path) -> list[Row]:
    return run_golden(engine, items, "dev", SAMPLE, folder).read_rows()


def test_the_gate_catches_broken_retrieval(
    good: RunFolder, engine: Engine, items: list[GoldenItem], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rank = engine.retrieve
    monkeypatch.setattr(engine, "retrieve", lambda question: rank(question)[::-1])
    faults = find_all_faults(good, rows := run_broken(engine, items, tmp_path))
    assert any("nDCG@10 went from" in fault for fault in faults)
    assert any("all facts held went from" in fault for fault in faults)
    worst = name_worst(rows, good.read_rows())
    assert len(worst) == 10 and "→" in worst[0]


def test_the_gate_catches_broken_citations(
    good: RunFolder, engine: Engine, items: list[GoldenItem], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    render = advisor.steps.render_lines

    def misplace(lines: Any) -> Any:
        rendered = render(lines)
        wrong = [
            Citation(**citation.model_dump() | {"section": "Other", "quote": "Something else altogether."})
            for citation in rendered.citations
        ]
        return type(rendered)(rendered.text, rendered.sentences, wrong)

    monkeypatch.setattr(advisor.steps, "render_lines", misplace)
    faults = find_all_faults(good, run_broken(engine, items, tmp_path))
    assert any("citation recall went from" in fault for fault in faults)


@pytest.mark.parametrize(("declines", "metric"), [(False, "unanswerable declined"), (True, "answerable declined")])
def test_the_gate_catches_broken_declining(
    good: RunFolder,
    engine: Engine,
    items: list[GoldenItem],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    declines: bool,
    metric: str,
) -> None:
    monkeypatch.setattr(advisor.steps, "should_decline", lambda probability, judged: declines)
    faults = find_all_faults(good, run_broken(engine, items, tmp_path))
    assert any(fault.startswith(f"{metric} went from") for fault in faults)


def test_the_gate_catches_one_changed_figure(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(IngestSettings().corpus_dir, corpus)
    page = corpus / "courses/generative-ai/06-evaluating-retrieval.md"
    text = page.read_text(encoding="utf-8")
    assert "about √(0.8 × 0.2 / 100) = 0.04" in text
    page.write_text(text.replace("= 0.04", "= 0.05").replace("0.72 to 0.88", "0.70 to 0.90"), encoding="utf-8")
    assert check_items(load_golden(), IngestSettings().corpus_dir) == []
    assert any("no wording of the fact" in problem for problem in check_items(load_golden(), corpus))


def test_an_attack_a_floor_and_a_score_that_is_no_number_each_refuse_a_run(good: RunFolder) -> None:
    rows = good.read_rows()
    config = good.read_config()
    attacked = [row.model_copy(update={"scores": row.scores | {"hostile_success": 1.0}}) for row in rows[:1]]
    assert any("attack" in fault for fault in find_faults(config, attacked, (config, rows), {}))
    below = find_faults(config, rows, (config, rows), {"complete": 1.01, "wrongly_declined": -0.01})
    assert ["below its floor" in below[0], "above its ceiling" in below[1]] == [True, True]
    odd = [rows[0].model_copy(update={"scores": {"mrr": float("nan")}})]
    assert any("not a number" in fault for fault in find_faults(config, odd, (config, rows), {}))
    assert set(read_floors()) <= set(METRICS)


def test_runs_of_unlike_questions_are_not_compared(good: RunFolder) -> None:
    config = good.read_config()
    with pytest.raises(EvalError, match="cannot be compared: their questions differ"):
        check_comparable(config, config.model_copy(update={"golden": "other"}))
    with pytest.raises(EvalError, match="split"):
        check_comparable(config, config.model_copy(update={"split": "holdout"}))


def test_an_accepted_run_is_the_baseline_and_a_line_of_history(good: RunFolder, tmp_path: Path) -> None:
    whole = RunFolder(tmp_path / "whole")
    shutil.copytree(good.path, whole.path)
    whole.write_config(good.read_config().model_copy(update={"sample": 0, "split": "all"}))
    baseline, history = tmp_path / "baseline.jsonl", tmp_path / "history.jsonl"
    accept_run(whole, baseline, history)
    accept_run(whole, baseline, history)
    config, rows = read_baseline(baseline)
    assert config == whole.read_config()
    assert [row.scores for row in rows] == [row.scores for row in whole.read_rows()]
    assert all(change.mean == 0 for change in compare_rows(rows, whole.read_rows()))
    assert len(read_history(history)) == 2
    baseline.write_text(baseline.read_text()[:200])
    with pytest.raises(EvalError, match="damaged"):
        read_baseline(baseline)


def test_a_run_that_is_not_there_is_said_in_one_sentence(tmp_path: Path) -> None:
    assert list_runs(tmp_path / "none") == []
    with pytest.raises(EvalError, match="no finished run"):
        open_run("last", tmp_path)
    with pytest.raises(EvalError, match="There is no run in nowhere"):
        open_run("nowhere", tmp_path)
    result = CliRunner().invoke(cli, ["diff", "nowhere", "nowhere"])
    assert result.exit_code == 1 and "There is no run in nowhere" in result.output


def test_the_report_is_one_page_with_answers_and_passages(good: RunFolder, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    write_report(page, good, good, [{"started": "2026-01-01", "holdout": {"complete": 0.5}}] * 2)
    text = page.read_text(encoding="utf-8")
    assert "<svg" in text and "http" not in text.replace("http://www.w3.org", "").split("<h2>")[0]
    assert "By kind of question" in text and good.name in text


def test_a_disliked_conversation_becomes_a_candidate(tmp_path: Path) -> None:
    conversation = tmp_path / "disliked.json"
    conversation.write_text(
        json.dumps(
            {
                "messages": [
                    {"role": "user", "content": "How long for an ML engineer?"},
                    {"role": "assistant", "content": "A while [1]."},
                ],
                "comment": "no weeks",
            }
        )
    )
    path, id_ = add_candidate(conversation, tmp_path / "candidates.jsonl")
    item = json.loads(path.read_text())
    assert item["id"] == id_ and item["messages"][-1]["content"] == "How long for an ML engineer?"
    assert "no weeks" in item["reference"] and item["facts"] == []
    with pytest.raises(EvalError, match=r"candidate .* already"):
        add_candidate(conversation, path)
    conversation.write_text("[]")
    with pytest.raises(EvalError, match="holds no conversation"):
        add_candidate(conversation, path)

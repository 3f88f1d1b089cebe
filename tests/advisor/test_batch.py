"""Files of conversations: every line becomes one row, whatever the line is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from advisor import Advisor
from advisor.batch import run_batch
from advisor.cli import cli
from advisor.types import Message
from ingest.errors import AdvisorError, IndexUnavailable

QUESTION = "What does an ML engineer do?"


def make_line(id_: Any, *contents: str) -> bytes:
    roles = ["user", "assistant"]
    messages = [{"role": roles[n % 2], "content": content} for n, content in enumerate(contents)]
    return json.dumps({"id": id_, "messages": messages}).encode()


BAD_LINES = [
    (b"not json", None, "is not valid JSON (Expecting value, column 1)"),
    (b'{"id": "x", "messages": [', None, "is not valid JSON"),
    (b"[" * 100_000, None, "is not valid JSON"),
    (b'{"id": NaN, "messages": []}', None, "is not valid JSON (NaN is not a JSON value)"),
    (b'{"id": ' + b"9" * 5000 + b"}", None, "is not valid JSON"),
    (b"\xff\xfe\x00\x01", None, "is not UTF-8 text"),
    (b"[1, 2]", None, "is not a JSON object"),
    (b'"text"', None, "is not a JSON object"),
    (b"null", None, "is not a JSON object"),
    (b'{"messages": [{"role": "user", "content": "hi"}]}', None, 'no "id"'),
    (b'{"id": null, "messages": []}', None, 'no "id"'),
    (b'{"id": true, "messages": []}', None, 'no "id"'),
    (b'{"id": {}, "messages": []}', None, 'no "id"'),
    (b'{"id": "a"}', "a", 'no list of "messages"'),
    (b'{"id": "b", "messages": []}', "b", 'no list of "messages"'),
    (b'{"id": "c", "messages": "hi"}', "c", 'no list of "messages"'),
    (b'{"id": "d", "messages": ["hi"]}', "d", "Message 1 has the role null"),
    (b'{"id": "e", "messages": [{"role": "system", "content": "hi"}]}', "e", 'Message 1 has the role "system"'),
    (b'{"id": "f", "messages": [{"role": "user"}]}', "f", 'Message 1 has no text as its "content"'),
    (b'{"id": "g", "messages": [{"role": "user", "content": 5}]}', "g", 'Message 1 has no text as its "content"'),
    (make_line("h", QUESTION, "It trains models."), "h", "last message is not from the user"),
    (make_line("i", ""), "i", "The question is empty"),
    (make_line("j", QUESTION, "It trains models.", " \n"), "j", "The question is empty"),
    (make_line("k", "x" * 20_000), "k", "more than the limit"),
    (make_line("l", "什么是机器学习工程师?"), "l", "answer English so far"),
    (make_line(7, "\x00\x01\x02\x03"), 7, "is not text"),
]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def read_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "in.jsonl"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "out.jsonl"


@pytest.mark.parametrize("command", [["batch"], ["search", "--batch"]])
def test_bad_lines_get_their_reason_and_stop_nothing(
    data_dir: Path, source: Path, target: Path, command: list[str]
) -> None:
    lines = [make_line("first", QUESTION), *(line for line, _, _ in BAD_LINES), b"", make_line("last", QUESTION)]
    source.write_bytes(b"\n".join(lines))
    result = run(*command, source, target)
    assert result.exit_code == 0
    rows = read_rows(target)
    assert [row["id"] for row in rows] == ["first", *(id_ for _, id_, _ in BAD_LINES), "last"]
    for number, (row, (_, id_, reason)) in enumerate(zip(rows[1:-1], BAD_LINES, strict=True), 2):
        assert reason in row["error"] and row["error"].endswith(".") and "\n" not in row["error"]
        assert row.get("line") == (number if id_ is None else None)
    assert "error" not in rows[0] and "error" not in rows[-1]
    assert f'{len(rows)} lines handled, {len(BAD_LINES)} of them with an "error" row in' in result.stderr


def test_rows_are_answers_with_the_id_of_their_line(
    data_dir: Path, advisor: Advisor, source: Path, target: Path
) -> None:
    talk = [QUESTION, "An ML engineer trains models [1].", "Which skills does it need?"]
    source.write_bytes(b"\xef\xbb\xbf" + make_line("a b", QUESTION) + b"\r\n\n" + make_line(2.5, *talk) + b"\n")
    assert run("batch", source, target).exit_code == 0
    first, second = read_rows(target)
    assert (first["id"], second["id"]) == ("a b", 2.5)
    asked, said, follow_up = talk
    messages = [
        Message(role="user", content=asked),
        Message(role="assistant", content=said),
        Message(role="user", content=follow_up),
    ]
    for row, expected in ((first, advisor.ask(QUESTION)), (second, advisor.answer_messages(messages))):
        assert list(row) == list(expected.model_dump())
        assert (row["text"], row["question"]) == (expected.text, expected.question)
        assert row["citations"] == [citation.model_dump() for citation in expected.citations]


def test_search_rows_are_passages(data_dir: Path, advisor: Advisor, source: Path, target: Path) -> None:
    source.write_bytes(make_line(1, "salary"))
    assert run("search", "--batch", source, target, "-k", "3").exit_code == 0
    expected = [passage.model_dump() for passage in advisor.search("salary", 3)]
    assert read_rows(target) == [{"id": 1, "results": expected}]


def test_text_that_no_encoding_can_write_is_marked(data_dir: Path, source: Path, target: Path) -> None:
    source.write_bytes(b'{"id": "\\ud800", "messages": [{"role": "user", "content": "\\udfff ML engineer tasks"}]}')
    assert run("batch", source, target).exit_code == 0
    (row,) = read_rows(target)
    assert row["id"] == "\ufffd" and row["question"].startswith("\ufffd") and row["citations"]


def test_separators_of_unicode_do_not_end_a_row(data_dir: Path, source: Path, target: Path) -> None:
    source.write_text(json.dumps({"id": "a\u2028b\x85", "messages": []}, ensure_ascii=False))
    run("batch", source, target)
    assert len(target.read_text().splitlines()) == 1 and read_rows(target)[0]["id"] == "a\u2028b\x85"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
MESSAGE = st.fixed_dictionaries({}, optional={"role": JSON | st.just("user"), "content": JSON})
RECORD = st.fixed_dictionaries({}, optional={"id": JSON, "messages": JSON | st.lists(MESSAGE, max_size=3)})


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line) | RECORD | JSON, max_size=6))
def test_any_line_becomes_one_row(advisor: Advisor, source: Path, target: Path, lines: list[Any]) -> None:
    raw = [line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines]
    source.write_bytes(b"\n".join(raw))
    summary = run_batch(advisor, source, target, lambda id_, messages: {"said": messages[-1].content})
    rows = read_rows(target)
    assert len(rows) == sum(1 for line in source.read_bytes().split(b"\n") if line.strip())
    assert all(("error" in row) != ("said" in row) and "id" in row for row in rows)
    assert summary.status == 0


def test_a_bug_costs_its_line_only(advisor: Advisor, source: Path, target: Path) -> None:
    def handle(id_: Any, messages: list[Message]) -> dict[str, Any]:
        return {"inverse": 1 / id_}

    source.write_bytes(b"\n".join(make_line(n, "hi") for n in (1, 0, 2)))
    summary = run_batch(advisor, source, target, handle)
    assert [row.get("inverse") for row in read_rows(target)] == [1, None, 0.5]
    assert "ZeroDivisionError" in read_rows(target)[1]["error"] and summary.status == 2
    with pytest.raises(ZeroDivisionError):
        run_batch(advisor, source, target, handle, strict=True)


def test_finished_rows_stay_when_the_index_goes(advisor: Advisor, source: Path, target: Path) -> None:
    def handle(id_: Any, messages: list[Message]) -> dict[str, Any]:
        if id_ == 2:
            raise IndexUnavailable("The index is gone.")
        assert [row["id"] for row in read_rows(target)] == list(range(id_))  # written one by one
        return {}

    source.write_bytes(b"\n".join(make_line(n, "hi") for n in range(4)))
    with pytest.raises(IndexUnavailable):
        run_batch(advisor, source, target, handle)
    assert [row["id"] for row in read_rows(target)] == [0, 1]


def test_progress_counts_lines(advisor: Advisor, source: Path, target: Path) -> None:
    seen: list[tuple[int, int]] = []
    source.write_bytes(b"bad\n\nworse\n")
    run_batch(advisor, source, target, lambda id_, messages: {}, lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("command", [["batch"], ["search", "--batch"]])
def test_files_that_cannot_be_used_are_one_sentence(
    data_dir: Path, source: Path, tmp_path: Path, command: list[str]
) -> None:
    source.write_bytes(make_line(1, QUESTION))
    cases: list[tuple[list[str | Path], str]] = [
        ([tmp_path / "none.jsonl", tmp_path / "out"], "none.jsonl cannot be read (No such file or directory)"),
        ([tmp_path, tmp_path / "out"], "cannot be read (Is a directory)"),
        ([source, tmp_path / "no" / "out"], "cannot be written (No such file or directory)"),
        ([source, tmp_path], "cannot be written (Is a directory)"),
        ([source, "/dev/full"], "cannot be written (No space left on device)"),
        ([source, source], "is the input itself"),
    ]
    for arguments, reason in cases:
        result = run(*command, *arguments)
        assert result.exit_code == 1
        assert reason in result.stderr.splitlines()[-1] and "Traceback" not in result.stderr
    assert not (tmp_path / "out").exists()
    assert source.read_bytes() == make_line(1, QUESTION)


def test_without_an_index_an_earlier_output_stays(empty_dir: Path, source: Path, target: Path) -> None:
    source.write_bytes(make_line(1, QUESTION))
    target.write_text("earlier")
    result = run("batch", source, target)
    assert result.exit_code == 1 and result.stderr.count("\n") == 1 and "career-advisor ingest" in result.stderr
    assert target.read_text() == "earlier"


def test_pipes_serve_as_files(data_dir: Path, source: Path) -> None:
    source.write_bytes(make_line(1, "") + b"\n" + make_line(2, "  ") + b"\n")
    script = Path(sys.executable).with_name("career-advisor")
    command = f"cat {source} | {script} batch /dev/stdin /dev/stdout | cat"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60)
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 2]


def test_an_unreadable_line_later_on_is_raised_as_a_sentence(advisor: Advisor, tmp_path: Path) -> None:
    with pytest.raises(AdvisorError, match=r"nowhere cannot be read"):
        run_batch(advisor, tmp_path / "nowhere", tmp_path / "out", lambda id_, messages: {})

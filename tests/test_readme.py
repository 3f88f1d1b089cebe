"""What the documents promise: commands that exist, a true table of settings, and a first command that works."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import click
import platformdirs
import pytest

from advisor import Advisor
from advisor.cli import cli
from advisor.settings import Settings

REPOSITORY = Path(__file__).resolve().parent.parent
README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
CONSOLE = ".venv/bin/career-advisor"


def list_blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


def list_commands() -> list[str]:
    typed = [line.removeprefix("$ ") for line in "".join(list_blocks("console")).splitlines() if line.startswith("$ ")]
    return "".join(list_blocks("sh")).splitlines() + typed


def read_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.M))


@pytest.mark.parametrize("line", list_commands())
def test_every_command_exists(line: str) -> None:
    program, *arguments = shlex.split(line)
    if program == "make":
        assert {word for word in arguments if "=" not in word} <= read_targets()
    elif program == CONSOLE:
        context = click.Context(cli)
        name, command, rest = cli.resolve_command(context, arguments)
        assert name and command
        if isinstance(command, click.Group):
            assert rest[0] in command.commands
        else:
            command.make_context(name, rest, parent=context)
    else:
        assert (program, arguments[:2]) in [("python3.11", ["-m", "venv"]), (".venv/bin/python", ["-m", "pip"])]


def test_files_that_are_named_exist() -> None:
    for name in re.findall(r"\]\(([\w/.]+)\)|(?:-[rc]) (\w+\.txt)", README):
        assert (REPOSITORY / (name[0] or name[1])).exists(), name


def test_the_table_of_commands_is_complete() -> None:
    table = README.partition("## Commands")[2].partition("\n## ")[0]
    assert re.findall(r"^\| `(\w+)", table, re.M) == [
        "ingest", "ask", "chat", "batch", "search", "profile", "fit", "gap", "plan", "compare", "interview", "threads",
        "models", "ui",
    ]  # fmt: skip
    assert set(re.findall(r"^\| `(\w+)", table, re.M)) == set(cli.commands)


def describe_default(name: str) -> str:
    default = Settings.model_fields[name].default
    places = {"corpus_dir": "`corpus/` of the checkout", "data_dir": "the user's data folder for `career-advisor`"}
    return places.get(name) or ("unset" if default is None else f"`{default}`")


def test_the_table_of_settings_is_true() -> None:
    expected = [
        f"| `ADVISOR_{name.upper()}` | {describe_default(name)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    assert [line for line in README.splitlines() if line.startswith("| `ADVISOR_")] == expected
    known = {f"ADVISOR_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"ADVISOR_[A-Z_]+\b", README)) == known


@pytest.mark.parametrize("block", list_blocks("console"), ids=lambda block: block.splitlines()[0])
def test_the_examples_are_questions_it_answers_like_that(advisor: Advisor, block: str) -> None:
    command, _, printed = block.partition("\n")
    answer = advisor.ask(shlex.split(command)[-1])
    # The wording may move on with the corpus; what kind of answer it is may not.
    assert answer.abstained == printed.startswith(("The material does not", "The material says nothing"))
    assert answer.citations


@pytest.mark.parametrize("source", list_blocks("python"))
def test_the_python_example_runs(data_dir: Path, source: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(source, "README.md", "exec"), {})
    assert "[1]" in capsys.readouterr().out


def test_every_dependency_is_described() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = project["dependencies"] + project["optional-dependencies"]["dev"]
    table = (REPOSITORY / "docs" / "dependencies.md").read_text(encoding="utf-8")
    described = {name.strip() for row in re.findall(r"^\| ([\w.\-, ]+) \|", table, re.M) for name in row.split(",")}
    assert {re.split(r"[\[<>=]", requirement)[0] for requirement in required} == described - {"package"}


def test_pins_name_no_registry_and_leave_nothing_open() -> None:
    for name in ("requirements.txt", "constraints.txt"):
        for line in (REPOSITORY / name).read_text(encoding="utf-8").splitlines():
            assert re.fullmatch(r"[a-z0-9-]+==[^ ]+( ; .+)?", line), line


# The README's first command, as a stranger types it


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone of what is committed."""
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(folder)], check=True)
    return folder


@pytest.fixture
def stranger(tmp_path: Path) -> dict[str, str]:
    """An environment without our settings, the running virtual environment and the running make.

    A local model that lies on this machine is there already, with its stamp, to save the download.
    """
    ours = ("ADVISOR_", "MAKE", "MFLAGS", "VIRTUAL_ENV", "PYTHONPATH", "PYTEST_", "CAREER_ADVISOR_")
    data_dir = tmp_path / "stranger-data"
    (data_dir / "weights").mkdir(parents=True)
    known = Path(os.environ.get("CAREER_ADVISOR_TEST_WEIGHTS") or platformdirs.user_data_dir("career-advisor"))
    for path in (known / "weights").glob("*.gguf"):
        for file in (path, path.with_suffix(".stamp.json")):
            with contextlib.suppress(OSError):
                copy_or_link(file, data_dir / "weights" / file.name)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"ADVISOR_DATA_DIR": str(data_dir)}


def copy_or_link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def run_in_group(
    command: list[str], folder: Path, environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is ended together with all that it started."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for_page(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as page:
                return str(page.read().decode())
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise AssertionError(f"no page at {url}; the command said:\n{log.read_text()[-3000:]}")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_first_command_leads_to_a_page_and_an_answer(clone: Path, stranger: dict[str, str], tmp_path: Path) -> None:
    # The article alone: embedding all pages takes minutes, and CI does that once already.
    stranger["ADVISOR_CORPUS_DIR"] = str(clone / "corpus" / "article")
    first = shlex.split(list_blocks("sh")[0])
    assert first == ["make", "run"]
    port, log = find_free_port(), tmp_path / "make-run.log"
    with run_in_group([*first, f"PORT={port}"], clone, stranger, log) as process:
        page = wait_for_page(f"http://127.0.0.1:{port}/", process, log, seconds=800)
        assert "<html" in page
    assert "1 added" in log.read_text()
    asked = subprocess.run(
        [CONSOLE, "ask", "What does an ML engineer do?", "--json"],
        cwd=clone,
        env=stranger,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert asked.returncode == 0, asked.stderr
    answer = json.loads(asked.stdout)
    assert not answer["abstained"] and answer["sentences"]
    assert all(sentence["citations"] for sentence in answer["sentences"])
    assert {citation["marker"] for citation in answer["citations"]} == {
        marker for sentence in answer["sentences"] for marker in sentence["citations"]
    }
    # The address on which it was served is free again: nothing was left running.
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0

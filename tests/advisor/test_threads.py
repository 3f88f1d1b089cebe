"""Conversations persist, are listed, renamed and exported, and are really deleted: in SQLite and in PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor import Advisor
from advisor.conversation import MOST_MESSAGES, keep_last
from advisor.errors import AdvisorError, ThreadError
from advisor.settings import Settings


def find_postgres() -> Path | None:
    """The folder of PostgreSQL's programs."""
    for folder in [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/local/bin")]:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@pytest.fixture(scope="module")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of the tests' own; where its programs are absent tests are skipped, but in CI they fail."""
    programs = find_postgres()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed")
    folder = tmp_path_factory.mktemp("postgres")
    prefix: list[str] = []
    if os.geteuid() == 0:
        # The server refuses to run as root.
        account = pwd.getpwnam("postgres")
        for path in (folder, *folder.parents):
            if path != Path("/") and str(path).startswith("/tmp/"):
                path.chmod(path.stat().st_mode | 0o711)
        os.chown(folder, account.pw_uid, account.pw_gid)
        prefix = ["runuser", "-u", "postgres", "--"]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = folder / "data"
    run = [*prefix, str(programs / "initdb"), "-D", str(data), "-U", "advisor", "--auth=trust"]
    subprocess.run(run, check=True, capture_output=True, cwd="/")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder}"
    control = [*prefix, str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    subprocess.run([*control, "-o", options, "start"], check=True, capture_output=True, cwd="/")
    try:
        yield f"postgresql://advisor@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=False, capture_output=True, cwd="/")


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, data_dir: Path) -> Settings:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    return Settings(data_dir=data_dir, llm="extractive", threads_url=url)


def test_a_thread_lives_until_it_is_deleted(settings: Settings) -> None:
    name = "zanzibar-thread"
    with Advisor(settings) as advisor:
        advisor.ask("I'm a nurse with 6 hours a week and I know some SQL.", thread=name)
        advisor.ask("What does an ML engineer do?", thread=name)
    with Advisor(settings) as advisor:
        follow_up = advisor.ask("and how long does that take?", thread=name)
        assert "10–16 weeks" in follow_up.text
        assert "nurse" in advisor.ask("Which role fits me?", thread=name).text
        (thread,) = advisor.threads.list_threads()
        assert (thread.id, thread.turns) == (name, 4)
        assert thread.title.startswith("I'm a nurse")
        advisor.threads.rename(name, "Moving on")
        assert advisor.threads.list_threads()[0].title == "Moving on"
        messages = advisor.threads.export(name)
        assert [message.role for message in messages] == ["user", "assistant"] * 4
        advisor.threads.delete(name)
        assert advisor.threads.list_threads() == []
        assert not any("nurse" in note for note in advisor.ask("Which role fits me?", thread=name).text.split())
        advisor.threads.delete(name)
    if settings.threads_url is None:
        left = b"".join(path.read_bytes() for path in settings.data_dir.glob("threads.sqlite*"))
        assert b"nurse" not in left and name.encode() not in left


def test_what_is_deleted_is_gone_while_others_have_the_file_open(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, llm="extractive")
    with Advisor(settings) as advisor, Advisor(settings) as other:
        advisor.ask("I'm a nurse from Quuxville with 6 hours a week.", thread="t")
        assert other.threads.list_threads()
        advisor.threads.delete("t")
        left = b"".join(path.read_bytes() for path in data_dir.glob("threads.sqlite*"))
        assert b"Quuxville" not in left


def test_a_thread_of_nobody_is_one_sentence(settings: Settings) -> None:
    with Advisor(settings) as advisor:
        for use in (advisor.threads.export, advisor.threads.delete, lambda name: advisor.threads.rename(name, "x")):
            with pytest.raises(ThreadError, match="There is no conversation 'somebody'"):
                use("somebody")


def test_only_the_latest_state_is_kept(settings: Settings) -> None:
    with Advisor(settings) as advisor:
        for question in ("What does an ML engineer do?", "and a data engineer?", "how long does that take?"):
            advisor.ask(question, thread="long")
        assert len(list(advisor.threads.checkpointer.list({"configurable": {"thread_id": "long"}}))) == 1


def test_long_threads_are_trimmed_from_the_front() -> None:
    kept = [{"role": "user", "content": str(number)} for number in range(MOST_MESSAGES)]
    trimmed = keep_last(kept, [{"role": "user", "content": "new"}])
    assert len(trimmed) == MOST_MESSAGES
    assert (trimmed[0]["content"], trimmed[-1]["content"]) == ("1", "new")


def test_a_database_that_is_not_there_is_one_sentence_without_the_password(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir, llm="extractive", threads_url="postgresql://me:secret@127.0.0.1:1/none")
    with Advisor(settings) as advisor, pytest.raises(AdvisorError, match="cannot be reached") as failure:
        advisor.ask("What does an ML engineer do?", thread="me")
    assert "secret" not in str(failure.value)

"""Remembered conversations through LangGraph's checkpointers: SQLite in the data folder, or PostgreSQL by setting."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from advisor.errors import AdvisorError, ThreadError
from advisor.settings import Settings
from advisor.types import Message

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

FILE_NAME = "threads.sqlite"
_TABLES = ("checkpoints", "checkpoint_blobs", "checkpoint_writes", "writes", "thread_titles")
LONGEST_TITLE = 120


class ThreadInfo(BaseModel):
    """A conversation in a list. title: its given name, else its first question. updated: ISO time of the last turn."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    turns: int
    updated: str


class ThreadStore:
    """The conversations of one data folder, or of the database that ADVISOR_THREADS_URL names.

    Safe to share between threads. Raises AdvisorError when they cannot be opened.
    """

    def __init__(self, settings: Settings) -> None:
        self._lock = threading.RLock()
        self._url = settings.threads_url
        self._path = settings.data_dir / FILE_NAME
        self._connection: Any = None
        self._saver: BaseCheckpointSaver[Any] = self._open()

    @property
    def checkpointer(self) -> BaseCheckpointSaver[Any]:
        """What LangGraph keeps its states with."""
        return self._saver

    def list_threads(self) -> list[ThreadInfo]:
        """All conversations, the latest first."""
        with self._lock:
            ids = [row[0] for row in self._run("SELECT DISTINCT thread_id FROM checkpoints")]
            titles = dict(self._run("SELECT thread_id, title FROM thread_titles"))
        found = []
        for id_ in ids:
            messages, updated = self._read(id_)
            first = next((message.content for message in messages if message.role == "user"), "")
            title = titles.get(id_) or " ".join(first.split())[:LONGEST_TITLE]
            found.append(
                ThreadInfo(id=id_, title=title, turns=sum(m.role == "user" for m in messages), updated=updated)
            )
        return sorted(found, key=lambda thread: thread.updated, reverse=True)

    def export(self, thread: str) -> list[Message]:
        """All remembered turns of a conversation. Raises ThreadError for an unknown one."""
        self._check(thread)
        return self._read(thread)[0]

    def rename(self, thread: str, title: str) -> None:
        """Gives a conversation a title. Raises ThreadError for an unknown one or an empty title."""
        title = " ".join(title.split())[:LONGEST_TITLE]
        if not title:
            raise ThreadError("A conversation needs a title; give it at least one word.")
        self._check(thread)
        with self._lock:
            self._run("DELETE FROM thread_titles WHERE thread_id = ?", [thread])
            self._run("INSERT INTO thread_titles VALUES (?, ?)", [thread, title])

    def delete(self, thread: str) -> None:
        """Removes a conversation and its bytes. Raises ThreadError for an unknown one."""
        self._check(thread)
        with self._lock:
            self._saver.delete_thread(thread)
            self._run("DELETE FROM thread_titles WHERE thread_id = ?", [thread])
            # Deleted rows would stay readable in free pages and dead tuples.
            if self._url:
                for table in _TABLES:
                    if self._run("SELECT to_regclass(?)", [table])[0][0]:
                        self._run(f"VACUUM {table}")
            else:
                self._overwrite()

    def forget_steps(self, thread: str) -> None:
        """Keeps only the latest state of a conversation: each turn would leave all messages before it once more."""
        with self._lock:
            if self._url:
                self._saver.prune([thread])
            else:
                # SqliteSaver has no prune of its own.
                latest = "(SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = ?)"
                for table in ("writes", "checkpoints"):
                    self._run(f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id < {latest}", [thread, thread])

    def _overwrite(self) -> None:
        """Writes the file anew, and the log beside it, in which deleted pages would stay readable."""
        self._run("VACUUM")
        self._run("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Releases the store."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _check(self, thread: str) -> None:
        with self._lock:
            if not self._run("SELECT 1 FROM checkpoints WHERE thread_id = ? LIMIT 1", [thread]):
                raise ThreadError(f"There is no conversation '{thread}'; 'career-advisor threads list' shows them.")

    def _read(self, thread: str) -> tuple[list[Message], str]:
        found = self._saver.get_tuple({"configurable": {"thread_id": thread}})
        if found is None:
            return [], ""
        values = found.checkpoint["channel_values"]
        return [Message(**message) for message in values.get("messages", [])], str(found.checkpoint["ts"])

    def _open(self) -> BaseCheckpointSaver[Any]:
        with self._explain():
            if self._url:
                from langgraph.checkpoint.postgres import PostgresSaver
                from psycopg import Connection
                from psycopg.rows import dict_row

                self._connection = Connection.connect(
                    self._url, autocommit=True, prepare_threshold=0, row_factory=dict_row, connect_timeout=10
                )
                saver: Any = PostgresSaver(self._connection)
            else:
                from langgraph.checkpoint.sqlite import SqliteSaver

                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._connection = sqlite3.connect(self._path, check_same_thread=False, timeout=10)
                self._connection.execute("PRAGMA secure_delete = ON")
                saver = SqliteSaver(self._connection)
            saver.setup()
            self._run("CREATE TABLE IF NOT EXISTS thread_titles (thread_id TEXT PRIMARY KEY, title TEXT NOT NULL)")
        opened: BaseCheckpointSaver[Any] = saver
        return opened

    def _run(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._explain():
            if self._url:
                cursor = self._connection.execute(query.replace("?", "%s"), list(values) or None)
                return [tuple(row.values()) for row in cursor.fetchall()] if cursor.description else []
            # VACUUM cannot run inside a transaction.
            self._connection.commit()
            rows = self._connection.execute(query, list(values)).fetchall()
            self._connection.commit()
            return list(rows)

    @contextmanager
    def _explain(self) -> Iterator[None]:
        failures: tuple[type[Exception], ...] = (OSError, sqlite3.Error)
        if self._url:
            from psycopg import Error

            failures = (*failures, Error)
        try:
            yield
        except failures as error:
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            if self._url:
                # The address may hold a password.
                raise AdvisorError(
                    "The conversations cannot be reached in the database of ADVISOR_THREADS_URL "
                    f"({type(error).__name__}); start it or correct the address."
                ) from error
            raise AdvisorError(
                f"The conversations in {self._path} cannot be opened ({reason}); move that file away or set "
                "ADVISOR_DATA_DIR."
            ) from error

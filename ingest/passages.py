"""Texts of the chunks of one generation, in one read-only SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import TypeAdapter

from ingest.documents import Chunk
from ingest.errors import IndexUnavailable

FILE_NAME = "passages.sqlite"
_chunk_codec = TypeAdapter(Chunk)


def write_passages(folder: Path, chunks: Iterable[Chunk]) -> None:
    """Writes the chunks of a new generation."""
    connection = sqlite3.connect(folder / FILE_NAME)
    try:
        connection.execute("CREATE TABLE chunks (id TEXT PRIMARY KEY, source_id TEXT, ordinal INTEGER, body BLOB)")
        connection.execute("CREATE INDEX by_source ON chunks (source_id, ordinal)")
        connection.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?)",
            ((chunk.id, chunk.source_id, chunk.ordinal, _chunk_codec.dump_json(chunk)) for chunk in chunks),
        )
        connection.commit()
    finally:
        connection.close()


class PassageStore:
    """Reads chunks of a published generation; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        path = folder / FILE_NAME
        try:
            self._connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            self.count: int = self._connection.execute("SELECT count(*) FROM chunks").fetchone()[0]
        except sqlite3.Error as error:
            raise IndexUnavailable(
                "The index is damaged: its passages cannot be read; run 'career-advisor ingest' to rebuild it."
            ) from error
        self._lock = threading.Lock()

    def get(self, ids: Sequence[str]) -> list[Chunk]:
        """Chunks with these ids, in the same order; unknown ids are left out."""
        marks = ",".join("?" * len(ids))
        found = {chunk.id: chunk for chunk in self._read(f"SELECT body FROM chunks WHERE id IN ({marks})", ids)}
        return [found[id_] for id_ in ids if id_ in found]

    def get_source(self, source_id: str) -> list[Chunk]:
        """All chunks of one document, in reading order."""
        return self._read("SELECT body FROM chunks WHERE source_id = ? ORDER BY ordinal", [source_id])

    def get_first(self) -> list[Chunk]:
        """The first chunk of every document, by source id."""
        return self._read("SELECT body FROM chunks WHERE ordinal = 0 ORDER BY source_id", [])

    def get_all(self) -> list[Chunk]:
        """Every chunk, by document and reading order."""
        return self._read("SELECT body FROM chunks ORDER BY source_id, ordinal", [])

    def close(self) -> None:
        self._connection.close()

    def _read(self, query: str, values: Sequence[str]) -> list[Chunk]:
        try:
            with self._lock:
                rows = self._connection.execute(query, list(values)).fetchall()
            return [_chunk_codec.validate_json(row[0]) for row in rows]
        except (sqlite3.Error, ValueError) as error:
            raise IndexUnavailable(
                "The index is damaged: its passages cannot be read; run 'career-advisor ingest' to rebuild it."
            ) from error

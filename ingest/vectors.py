"""The dense leg: vectors of chunks and of their units in Chroma, one pair of collections a generation."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from ingest.embedding import Vectors
from ingest.errors import IndexUnavailable

FOLDER = "chroma"
# Exact enough that a chunk finds itself: recall is checked by canary queries at publication.
_HNSW = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}}
# What Chroma raises when its files are damaged or its server is away is not only its own error type.
# AttributeError: its client closes what it never opened when the SQLite file is cut short.
CHROMA_FAILURES = (ChromaError, sqlite3.Error, OSError, ValueError, RuntimeError, KeyError, AttributeError)


class VectorStore:
    """The two collections of one generation. Readers may share it between threads.

    With a server address the collections live there under the generation's name; without one they
    live in the generation's own folder.
    """

    def __init__(self, folder: Path, server_url: str | None, *, create: bool = False) -> None:
        if not create and not server_url and not (folder / FOLDER / "chroma.sqlite3").exists():
            raise IndexUnavailable(
                "The index is damaged: its vectors are gone; run 'career-advisor ingest' to rebuild it."
            )
        self._client = _connect(folder, server_url)
        self._names = {kind: f"{folder.name}-{kind}" for kind in ("chunks", "units")}
        try:
            self._collections: dict[str, Any] = {
                kind: self._client.create_collection(name, configuration=_HNSW, embedding_function=None)
                if create
                else self._client.get_collection(name, embedding_function=None)
                for kind, name in self._names.items()
            }
        except CHROMA_FAILURES as error:
            raise IndexUnavailable(
                "The index is damaged: its vectors cannot be read; run 'career-advisor ingest' to rebuild it."
            ) from error

    def add(self, kind: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Adds vectors to the "chunks" or "units" collection of a generation being built."""
        step = self._client.get_max_batch_size()
        for start in range(0, len(ids), step):
            rows = slice(start, start + step)
            self._collections[kind].upsert(ids=list(ids[rows]), embeddings=vectors[rows])

    def count(self, kind: str) -> int:
        """How many vectors a collection holds."""
        return int(self._collections[kind].count())

    def search(self, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """(chunk id, cosine) of the k nearest chunks, best first. vector: shape (dimension,).

        Raises IndexUnavailable when a collection that should hold vectors finds none: Chroma keeps
        its count but answers nothing when a segment file is lost.
        """
        try:
            found = self._collections["chunks"].query(query_embeddings=[vector], n_results=k, include=["distances"])
        except CHROMA_FAILURES as error:
            raise IndexUnavailable(
                "The index is damaged or its Chroma server is away; check ADVISOR_CHROMA_URL, "
                "or run 'career-advisor ingest' to rebuild it."
            ) from error
        if not found["ids"][0]:
            raise IndexUnavailable(
                "The index is damaged: a search found nothing at all; run 'career-advisor ingest --rebuild'."
            )
        return [(id_, 1.0 - float(d)) for id_, d in zip(found["ids"][0], found["distances"][0], strict=True)]

    def get(self, kind: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """Vectors by id; unknown ids are left out."""
        found: dict[str, Vectors] = {}
        for start in range(0, len(ids), 500):
            try:
                rows = self._collections[kind].get(ids=list(ids[start : start + 500]), include=["embeddings"])
            except CHROMA_FAILURES as error:
                raise IndexUnavailable(
                    "The index is damaged: its vectors cannot be read; run 'career-advisor ingest --rebuild'."
                ) from error
            pairs = zip(rows["ids"], rows["embeddings"], strict=True)
            found |= {id_: np.asarray(row, dtype=np.float32) for id_, row in pairs}
        return found

    def drop(self) -> None:
        """Removes the collections from a server; a local generation goes with its folder."""
        for name in self._names.values():
            self._client.delete_collection(name)

    def close(self) -> None:
        """Releases the files or the connection."""
        self._client.close()


def _connect(folder: Path, server_url: str | None) -> Any:
    settings = ChromaSettings(anonymized_telemetry=False)
    try:
        if server_url is None:
            return chromadb.PersistentClient(str(folder / FOLDER), settings=settings)
        parts = urlsplit(server_url)
        tls = parts.scheme == "https"
        return chromadb.HttpClient(
            host=parts.hostname or "127.0.0.1", port=parts.port or (443 if tls else 8000), ssl=tls, settings=settings
        )
    except CHROMA_FAILURES as error:
        where = f"the Chroma server at {server_url}" if server_url else "the index"
        raise IndexUnavailable(
            f"Could not open {where}; check ADVISOR_CHROMA_URL, or run 'career-advisor ingest' to rebuild the index."
        ) from error

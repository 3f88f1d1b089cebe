"""Generations of the index: each is a folder of its own, complete before a pointer is moved to it.

Layout under ``<data_dir>/index``: one folder a generation (``chroma/``, ``bm25/``, ``passages.sqlite``, the words
and the example questions with their vectors, ``manifest.json`` written last), the file ``CURRENT`` with the name of
the published one, and ``write.lock``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from functools import cached_property
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ValidationError

from ingest.catalogue import CATALOGUE_FILE, Catalogue
from ingest.chunking import CHUNKER_VERSION
from ingest.documents import Chunk
from ingest.embedding import Embedder, Vectors
from ingest.errors import IndexUnavailable, IngestFailed
from ingest.lexical import LexicalIndex
from ingest.normalise import NORMALISER_VERSION, extract_tokens
from ingest.passages import PassageStore
from ingest.questions import QuestionIndex
from ingest.settings import IngestSettings
from ingest.vectors import CHROMA_FAILURES, VectorStore
from ingest.vocabulary import Vocabulary

LOADER_VERSION = 2
CANARIES = 20


class Fingerprint(BaseModel, frozen=True):
    """What must be equal for vectors and chunks of one generation to be used again in the next."""

    embedding: str
    dimension: int
    normaliser: int = NORMALISER_VERSION
    chunker: int = CHUNKER_VERSION
    loader: int = LOADER_VERSION
    chunk_tokens: int


class SourceEntry(BaseModel, frozen=True):
    """One file of a generation. questions_sha256: of its example questions. quarantined: (line, reason) pairs."""

    sha256: str
    questions_sha256: str | None = None
    chunks: int
    quarantined: list[tuple[str, str]] = []


class Manifest(BaseModel, frozen=True):
    """Written last, so its presence means the generation is whole."""

    fingerprint: Fingerprint
    sources: dict[str, SourceEntry]
    chunks: int
    units: int
    catalogue: int = 0


class Generation:
    """A published generation, open for reading. Safe to share between threads."""

    def __init__(self, folder: Path, manifest: Manifest, server_url: str | None) -> None:
        self.folder = folder
        self.name = folder.name
        self.manifest = manifest
        self.passages = PassageStore(folder)
        self.lexical = LexicalIndex(folder)
        self.vocabulary = Vocabulary(folder)
        self.questions = QuestionIndex(folder, "questions")
        self.not_covered = QuestionIndex(folder, "not-covered")
        self.vectors = VectorStore(folder, server_url)
        self._word_rows: dict[str, list[int]] = {}
        if self.passages.count != manifest.chunks or self.vectors.count("chunks") != manifest.chunks:
            self.close()
            raise IndexUnavailable(
                "The index is damaged: passages are missing; run 'career-advisor ingest --rebuild' to rebuild it."
            )

    @cached_property
    def catalogue(self) -> Catalogue:
        """Roles, skills, lessons and occupations of the corpus; raises IndexUnavailable when it cannot be read."""
        try:
            return Catalogue.model_validate_json((self.folder / CATALOGUE_FILE).read_bytes())
        except (OSError, ValidationError) as error:
            raise IndexUnavailable(
                "The index has no catalogue of roles and lessons; run 'career-advisor ingest' to add it."
            ) from error

    def get_unit_vectors(self, chunks: list[Chunk]) -> dict[str, Vectors]:
        """Vectors of every unit of the chunks, by unit_id, each of shape (dimension,)."""
        return self.vectors.get("units", [unit_id(chunk, i) for chunk in chunks for i in range(len(chunk.units))])

    def find_word_rows(self, chunk: Chunk) -> list[int]:
        """Rows of the vocabulary that hold the words of a chunk; kept once found, a few hundred bytes a chunk."""
        rows = self._word_rows.get(chunk.id)
        if rows is None:
            known = self.vocabulary.rows
            rows = [known[token] for token in set(extract_tokens(chunk.search_text)) if token in known]
            self._word_rows[chunk.id] = rows
        return rows

    def close(self) -> None:
        self.passages.close()
        self.vectors.close()


def unit_id(chunk: Chunk, number: int) -> str:
    """Id of one unit's vector."""
    return f"{chunk.id}:{number}"


def index_folder(data_dir: Path) -> Path:
    """Where the generations of a data folder lie."""
    return data_dir / "index"


def read_pointer(data_dir: Path) -> str | None:
    """Name of the published generation; None before the first ingest."""
    try:
        return (index_folder(data_dir) / "CURRENT").read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def read_manifest(folder: Path) -> Manifest:
    """Manifest of a generation; raises IndexUnavailable when it is missing or not whole."""
    try:
        return Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexUnavailable(
            "The index is half written or damaged; run 'career-advisor ingest' to rebuild it."
        ) from error


def open_generation(settings: IngestSettings, embedder: Embedder) -> Generation:
    """Opens the published generation.

    Raises IndexUnavailable when there is none, when it is damaged, or when it was built with
    another embedding model than the embedder's.
    """
    name = read_pointer(settings.data_dir)
    if name is None:
        raise IndexUnavailable("There is no index yet; run 'career-advisor ingest' to build it.")
    folder = index_folder(settings.data_dir) / name
    manifest = read_manifest(folder)
    if manifest.fingerprint.embedding != embedder.fingerprint:
        raise IndexUnavailable(
            f"The index was built with the embedding model {manifest.fingerprint.embedding.split(':')[0]}, not "
            f"{settings.embedding_model}; run 'career-advisor ingest' to rebuild it, or set "
            "ADVISOR_EMBEDDING_MODEL back."
        )
    return Generation(folder, manifest, settings.chroma_url)


def check_generation(generation: Generation, chunk_ids: list[str], vectors: Vectors) -> None:
    """Raises IngestFailed unless chunks spread over the whole index find themselves.

    A count is no proof: Chroma can count vectors that no search reaches.
    """
    picks = np.linspace(0, len(chunk_ids) - 1, num=min(CANARIES, len(chunk_ids)), dtype=int)
    missed = 0
    for i in picks:
        found = generation.vectors.search(vectors[i], k=5)
        # An identical text elsewhere may take its place; its cosine is then 1 as well.
        missed += chunk_ids[i] not in dict(found) and found[0][1] < 0.999
    if generation.vectors.count("units") != generation.manifest.units or missed > 1:
        raise IngestFailed(
            "The new index failed its own check and was not published; run 'career-advisor ingest' again."
        )


def publish_generation(data_dir: Path, folder: Path) -> None:
    """Makes a checked generation the one readers open, by replacing the pointer file."""
    for path in [*folder.rglob("*"), folder]:
        _fsync(path)
    root = index_folder(data_dir)
    temporary = root / "CURRENT.new"
    temporary.write_text(folder.name + "\n", encoding="utf-8")
    _fsync(temporary)
    os.replace(temporary, root / "CURRENT")
    _fsync(root)


def remove_old_generations(settings: IngestSettings, keep: set[str]) -> None:
    """Deletes every generation but those named: the published one and the one its readers may still hold."""
    for folder in index_folder(settings.data_dir).iterdir():
        if folder.is_dir() and folder.name not in keep:
            discard_generation(settings, folder)


def discard_generation(settings: IngestSettings, folder: Path) -> None:
    """Deletes a generation's folder, and its collections where they lie on a server."""
    if settings.chroma_url:
        # Its collections may never have come to be, or be gone already.
        with contextlib.suppress(IndexUnavailable, *CHROMA_FAILURES):
            VectorStore(folder, settings.chroma_url).drop()
    shutil.rmtree(folder, ignore_errors=True)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

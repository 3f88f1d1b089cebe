"""Brings the index in line with the corpus folder: one new generation, built aside, checked, then published."""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from ingest.chunking import chunk_document
from ingest.documents import Chunk
from ingest.embedding import Embedder, Vectors
from ingest.errors import AdvisorError, CorpusError, IndexBusy, IndexUnavailable, IngestFailed, UnreadableFile
from ingest.generation import (
    Fingerprint,
    Generation,
    Manifest,
    SourceEntry,
    check_generation,
    discard_generation,
    heading_id,
    index_folder,
    open_generation,
    publish_generation,
    read_pointer,
    remove_old_generations,
    unit_id,
)
from ingest.lexical import write_lexical_index
from ingest.loaders import load_document
from ingest.passages import write_passages
from ingest.screening import screen
from ingest.settings import IngestSettings
from ingest.vectors import CHROMA_FAILURES, VectorStore
from ingest.vocabulary import collect_words, write_vocabulary

Progress = Callable[[int, int], None]
EMBED_STEP = 64


@dataclass
class SyncReport:
    """What a sync did. added, updated, removed, unchanged: source ids.

    quarantined: (source id, line, reason) for lines kept out; skipped: (source id, reason) for files left out.
    embedded: texts for which a vector had to be computed. seconds: wall time.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    quarantined: list[tuple[str, str, str]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    chunks: int = 0
    embedded: int = 0
    generation: str = ""
    seconds: float = 0.0


def sync_corpus(
    settings: IngestSettings,
    embedder: Embedder,
    extra_paths: Sequence[Path] = (),
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> SyncReport:
    """Indexes the corpus folder and the extra files or folders, and nothing else.

    rebuild: take nothing from the published generation. progress: called with (texts embedded, of how many).
    Raises CorpusError (no folder, or nothing readable in it), IndexBusy (another writer), IngestFailed
    (the new generation could not be written); in each case the published generation stays as it was.
    """
    started = time.monotonic()
    files = list(find_files(settings.corpus_dir, extra_paths))
    root = index_folder(settings.data_dir)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / "write.lock", timeout=0):
            report = _sync(settings, embedder, files, rebuild, progress)
    except Timeout as error:
        raise IndexBusy("Another process is building the index; wait for it to finish and try again.") from error
    except AdvisorError:
        raise
    except CHROMA_FAILURES as error:
        reason = (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")
        raise IngestFailed(
            f"The new index could not be written ({reason}); the old one is untouched. "
            f"Free some space under {settings.data_dir} or set ADVISOR_DATA_DIR, then run 'career-advisor ingest' "
            "again."
        ) from error
    report.seconds = time.monotonic() - started
    return report


def find_files(corpus_dir: Path, extra_paths: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    """(source id, path) of every file, hidden ones left out; a source id is the path inside its folder.

    Raises CorpusError when a folder or file that was asked for does not exist.
    """
    if not corpus_dir.is_dir():
        raise CorpusError(f"There is no corpus folder at {corpus_dir}; create it or set ADVISOR_CORPUS_DIR.")
    yield from _walk(corpus_dir, "")
    for path in extra_paths:
        if path.is_dir():
            yield from _walk(path, f"{path.resolve().name}/")
        elif path.is_file():
            yield path.name, path
        else:
            raise CorpusError(f"There is no file or folder at {path}; check the path and run the command again.")


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                path = Path(base) / name
                yield prefix + path.relative_to(folder).as_posix(), path


def _sync(
    settings: IngestSettings,
    embedder: Embedder,
    files: list[tuple[str, Path]],
    rebuild: bool,
    progress: Progress | None,
) -> SyncReport:
    fingerprint = Fingerprint(
        embedding=embedder.fingerprint, dimension=embedder.dimension, chunk_tokens=settings.chunk_tokens
    )
    old = None if rebuild else _open_reusable(settings, embedder, fingerprint)
    try:
        report = SyncReport()
        sources, chunks = _read_sources(settings, embedder, files, old, report)
        if not chunks:
            raise CorpusError(
                f"Nothing in {settings.corpus_dir} could be read, so the index was left as it was; "
                "add Markdown, text, HTML, PDF, DOCX or notebook files."
            )
        report.chunks = len(chunks)
        if old and not (report.added or report.updated or report.removed):
            report.generation = old.name
            return report
        _build(settings, embedder, fingerprint, sources, chunks, old, report, progress)
        remove_old_generations(settings, keep={report.generation} | ({old.name} if old else set()))
        return report
    finally:
        if old:
            old.close()


def _open_reusable(settings: IngestSettings, embedder: Embedder, fingerprint: Fingerprint) -> Generation | None:
    """The published generation where its chunks and vectors may be used again, else None."""
    if read_pointer(settings.data_dir) is None:
        return None
    try:
        old = open_generation(settings, embedder)
        # The count of a damaged collection can be right; one search tells.
        old.vectors.search(embedder.embed(["canary"])[0], k=1)
    except IndexUnavailable:
        return None
    if old.manifest.fingerprint != fingerprint:
        old.close()
        return None
    return old


def _read_sources(
    settings: IngestSettings,
    embedder: Embedder,
    files: list[tuple[str, Path]],
    old: Generation | None,
    report: SyncReport,
) -> tuple[dict[str, SourceEntry], list[Chunk]]:
    known = old.manifest.sources if old else {}
    sources: dict[str, SourceEntry] = {}
    chunks: list[Chunk] = []
    for source_id, path in files:
        if source_id in sources:
            report.skipped.append((source_id, "another file has the same name inside its folder; rename one of them"))
            continue
        try:
            entry, found = _read_source(settings, embedder, source_id, path, old)
        except UnreadableFile as error:
            report.skipped.append((source_id, str(error)))
            continue
        before = known.get(source_id)
        group = report.added if before is None else report.unchanged if before == entry else report.updated
        group.append(source_id)
        report.quarantined += [(source_id, line, reason) for line, reason in entry.quarantined]
        sources[source_id] = entry
        chunks += found
    report.removed = sorted(set(known) - set(sources))
    return sources, chunks


def _read_source(
    settings: IngestSettings, embedder: Embedder, source_id: str, path: Path, old: Generation | None
) -> tuple[SourceEntry, list[Chunk]]:
    limit = int(settings.max_file_mb * 1_000_000)
    try:
        too_large = path.stat().st_size > limit
        digest = "" if too_large else hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise UnreadableFile(f"not readable: {error.strerror or error}") from error
    before = old.manifest.sources.get(source_id) if old else None
    if old and before and before.sha256 == digest:
        return before, old.passages.get_source(source_id)
    document = screen(load_document(path, source_id, limit))
    chunks = chunk_document(document, settings.chunk_tokens, embedder.count_tokens)
    if not chunks and document.quarantined:
        raise UnreadableFile(f"all of its text was kept out ({document.quarantined[0][1]})")
    if not chunks:
        raise UnreadableFile("no text in the file")
    return SourceEntry(sha256=digest, chunks=len(chunks), quarantined=list(document.quarantined)), chunks


def _build(
    settings: IngestSettings,
    embedder: Embedder,
    fingerprint: Fingerprint,
    sources: dict[str, SourceEntry],
    chunks: list[Chunk],
    old: Generation | None,
    report: SyncReport,
    progress: Progress | None,
) -> None:
    report.generation = time.strftime("g%Y%m%dT%H%M%S", time.gmtime()) + "-" + secrets.token_hex(3)
    folder = index_folder(settings.data_dir) / report.generation
    folder.mkdir()
    try:
        texts = {chunk.id: chunk.search_text for chunk in chunks}
        unit_texts = {unit_id(chunk, i): unit_text(chunk, i) for chunk in chunks for i in range(len(chunk.units))}
        unit_texts |= {heading_id(chunk): heading_text(chunk) for chunk in chunks}
        words = collect_words(list(texts.values()))
        wanted = {"chunks": texts, "units": unit_texts, "words": {word: word for word in words}}
        vectors = _collect_vectors(wanted, embedder, old, report, progress)

        store = VectorStore(folder, settings.chroma_url, create=True)
        matrices = {kind: np.stack([vectors[kind][id_] for id_ in group]) for kind, group in wanted.items()}
        for kind in ("chunks", "units"):
            store.add(kind, list(wanted[kind]), matrices[kind])
        store.close()
        write_vocabulary(folder, words, matrices["words"], texts=len(texts))
        write_passages(folder, chunks)
        write_lexical_index(folder, list(texts), list(texts.values()))
        manifest = Manifest(fingerprint=fingerprint, sources=sources, chunks=len(chunks), units=len(unit_texts))
        (folder / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
        generation = Generation(folder, manifest, settings.chroma_url)
        try:
            check_generation(generation, list(texts), matrices["chunks"])
        finally:
            generation.close()
        publish_generation(settings.data_dir, folder)
    except BaseException:
        discard_generation(settings, folder)
        raise


def _collect_vectors(
    wanted: dict[str, dict[str, str]],
    embedder: Embedder,
    old: Generation | None,
    report: SyncReport,
    progress: Progress | None,
) -> dict[str, dict[str, Vectors]]:
    """A vector for every wanted text: from the published generation where it has one, else computed."""
    vectors: dict[str, dict[str, Vectors]] = {kind: {} for kind in wanted}
    if old:
        vectors |= {kind: old.vectors.get(kind, list(wanted[kind])) for kind in ("chunks", "units")}
        rows = old.vocabulary.rows
        vectors["words"] = {word: old.vocabulary.vectors[rows[word]] for word in wanted["words"] if word in rows}
    missing = [(kind, id_) for kind, group in wanted.items() for id_ in group if id_ not in vectors[kind]]
    for start in range(0, len(missing), EMBED_STEP):
        step = missing[start : start + EMBED_STEP]
        for (kind, id_), vector in zip(step, embedder.embed([wanted[kind][id_] for kind, id_ in step]), strict=True):
            vectors[kind][id_] = vector
        if progress:
            progress(start + len(step), len(missing))
    report.embedded = len(missing)
    return vectors


def unit_text(chunk: Chunk, number: int) -> str:
    """What is embedded for a unit: its own words under its two nearest headings, so that a bare item has a topic."""
    return f"{heading_text(chunk)}: {chunk.units[number].text}"


def heading_text(chunk: Chunk) -> str:
    """The two nearest headings, or the title of a text without headings."""
    return " > ".join(chunk.path[-2:]) or chunk.meta.title

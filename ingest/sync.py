"""Brings the index in line with the corpus folder: one new generation, built aside, checked, then published."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from ingest.catalogue import CATALOGUE_FILE, CATALOGUE_VERSION, make_catalogue
from ingest.documents import Chunk
from ingest.embedding import Embedder, Vectors
from ingest.errors import AdvisorError, CorpusError, IndexBusy, IndexUnavailable, IngestFailed
from ingest.generation import (
    Fingerprint,
    Generation,
    Manifest,
    check_generation,
    discard_generation,
    index_folder,
    open_generation,
    publish_generation,
    read_pointer,
    remove_old_generations,
    unit_id,
)
from ingest.lexical import write_lexical_index
from ingest.passages import write_passages
from ingest.questions import list_texts, write_questions
from ingest.settings import IngestSettings
from ingest.sources import Contents, SyncReport, find_files, read_sources
from ingest.vectors import CHROMA_FAILURES, VectorStore
from ingest.vocabulary import collect_words, write_vocabulary

Progress = Callable[[int, int], None]
# Texts between two moves of the progress bar: many, so that texts of like length are embedded together.
EMBED_STEP = 1024


def sync_corpus(
    settings: IngestSettings,
    embedder: Embedder,
    extra_paths: Sequence[Path] = (),
    *,
    rebuild: bool = False,
    progress: Progress | None = None,
) -> SyncReport:
    """Indexes the corpus folder, the settings' further ones and the extra files or folders, and nothing else.

    rebuild: take nothing from the published generation. progress: called with (texts embedded, of how many).
    Raises CorpusError (no folder, or nothing readable in it), IndexBusy (another writer), IngestFailed
    (the new generation could not be written); in each case the published generation stays as it was.
    """
    started = time.monotonic()
    files = list(find_files(settings.corpus_dir, [*settings.more_corpus_dirs, *extra_paths]))
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
        contents = read_sources(settings, embedder, files, old, report)
        if not contents.chunks:
            raise CorpusError(
                f"Nothing in {settings.corpus_dir} could be read, so the index was left as it was; "
                "add Markdown, text, HTML, PDF, DOCX or notebook files."
            )
        report.chunks = len(contents.chunks)
        current = old is not None and old.manifest.catalogue == CATALOGUE_VERSION
        if old and current and not (report.added or report.updated or report.removed):
            report.generation = old.name
            return report
        _build(settings, embedder, fingerprint, contents, old, report, progress)
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


def _build(
    settings: IngestSettings,
    embedder: Embedder,
    fingerprint: Fingerprint,
    contents: Contents,
    old: Generation | None,
    report: SyncReport,
    progress: Progress | None,
) -> None:
    report.generation = time.strftime("g%Y%m%dT%H%M%S", time.gmtime()) + "-" + secrets.token_hex(3)
    folder = index_folder(settings.data_dir) / report.generation
    folder.mkdir()
    chunks = contents.chunks
    try:
        texts = {chunk.id: chunk.search_text for chunk in chunks}
        unit_texts = {unit_id(chunk, i): unit_text(chunk, i) for chunk in chunks for i in range(len(chunk.units))}
        words = collect_words(list(texts.values()))
        asked = {"questions": contents.questions, "not-covered": contents.not_covered}
        asked_texts = {name: list_texts(owned) for name, owned in asked.items()}
        wanted = {
            "chunks": texts,
            "units": unit_texts,
            "words": {word: word for word in words},
            "questions": {text: text for texts in asked_texts.values() for text in texts},
        }
        vectors = _collect_vectors(wanted, embedder, old, report, progress)

        store = VectorStore(folder, settings.chroma_url, create=True)
        matrices = {kind: _stack([vectors[kind][id_] for id_ in group], embedder) for kind, group in wanted.items()}
        for kind in ("chunks", "units"):
            store.add(kind, list(wanted[kind]), matrices[kind])
        store.close()
        write_vocabulary(folder, words, matrices["words"], texts=len(texts))
        for name, owned in asked.items():
            rows = _stack([vectors["questions"][text] for text in asked_texts[name]], embedder)
            write_questions(folder, name, owned, asked_texts[name], rows)
        write_passages(folder, chunks)
        _write_catalogue(folder, contents, report)
        write_lexical_index(folder, list(texts), list(texts.values()))
        manifest = Manifest(
            fingerprint=fingerprint,
            sources=contents.sources,
            chunks=len(chunks),
            units=len(unit_texts),
            catalogue=CATALOGUE_VERSION,
        )
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


def _write_catalogue(folder: Path, contents: Contents, report: SyncReport) -> None:
    passages: dict[str, list[Chunk]] = {}
    for chunk in contents.chunks:
        passages.setdefault(chunk.source_id, []).append(chunk)
    catalogue, problems = make_catalogue(contents.checked, passages)
    # The page is still answered from; only the career tools go without it.
    report.skipped += [(problem.source_id, f"not in the catalogue: {problem.message}") for problem in problems]
    (folder / CATALOGUE_FILE).write_text(catalogue.model_dump_json(), encoding="utf-8")


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
        known = [(old.vocabulary.rows, old.vocabulary.vectors, "words")]
        known += [(index.rows, index.vectors, "questions") for index in (old.questions, old.not_covered)]
        for rows, kept, kind in known:
            vectors[kind] |= {id_: kept[rows[id_]] for id_ in wanted[kind] if id_ in rows}
    missing = [(kind, id_) for kind, group in wanted.items() for id_ in group if id_ not in vectors[kind]]
    # Sorted, so that batches are of like length.
    texts = sorted(dict.fromkeys(wanted[kind][id_] for kind, id_ in missing), key=len)
    computed: dict[str, Vectors] = {}
    for start in range(0, len(texts), EMBED_STEP):
        step = texts[start : start + EMBED_STEP]
        computed |= zip(step, embedder.embed(step), strict=True)
        if progress:
            progress(start + len(step), len(texts))
    for kind, id_ in missing:
        vectors[kind][id_] = computed[wanted[kind][id_]]
    report.embedded = len(texts)
    return vectors


def _stack(rows: Sequence[Vectors], embedder: Embedder) -> Vectors:
    """One matrix of the vectors, of no rows where there are none."""
    return np.array(rows, dtype=np.float32).reshape(-1, embedder.dimension)


def unit_text(chunk: Chunk, number: int) -> str:
    """What is embedded for a unit: its own words under its two nearest headings, so that a bare item has a topic."""
    return f"{' > '.join(chunk.path[-2:]) or chunk.meta.title}: {chunk.units[number].text}"

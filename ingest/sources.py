"""Reads the files of the corpus: finds them, tells what changed, screens and chunks what did."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ingest.chunking import chunk_document
from ingest.documents import Chunk
from ingest.embedding import Embedder
from ingest.errors import CorpusError, UnreadableFile
from ingest.generation import Generation, SourceEntry
from ingest.loaders import load_document
from ingest.pages import OCCUPATIONS_FILE, SKILLS_FILE, CheckedPages, check_pages
from ingest.questions import NOT_COVERED, SUFFIX, assign_questions, read_questions
from ingest.screening import screen
from ingest.settings import IngestSettings


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


@dataclass
class Contents:
    """What a corpus holds.

    sources: by source id. questions: (chunk id, example question). not_covered: (topic, example question).
    checked: the pages that follow the corpus format, and the lists beside them.
    """

    sources: dict[str, SourceEntry] = field(default_factory=dict)
    chunks: list[Chunk] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)
    not_covered: list[tuple[str, str]] = field(default_factory=list)
    checked: CheckedPages = field(default_factory=CheckedPages)


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


def read_sources(
    settings: IngestSettings,
    embedder: Embedder,
    files: Sequence[tuple[str, Path]],
    old: Generation | None,
    report: SyncReport,
) -> Contents:
    """Everything that can be read, with each file named in the report. old: chunks of unchanged files come from it."""
    known = old.manifest.sources if old else {}
    contents = Contents(checked=check_pages(files))
    beside_documents = {source_id: path for source_id, path in files if source_id.endswith(SUFFIX)}
    wrong: dict[str, str] = {}
    for problem in contents.checked.problems:
        wrong.setdefault(problem.source_id, f"line {problem.line}: {problem.message}")
    for source_id, path in files:
        if source_id.endswith(SUFFIX):
            continue
        beside = str(PurePosixPath(source_id).with_suffix("")) + SUFFIX
        questions = beside_documents.pop(beside, None)
        if source_id in wrong:
            report.skipped.append((source_id, wrong[source_id]))
            continue
        if source_id in contents.sources:
            report.skipped.append((source_id, "another file has the same name inside its folder; rename one of them"))
            continue
        try:
            chunks: list[Chunk] = []
            if PurePosixPath(source_id).name == NOT_COVERED:
                entry = _read_not_covered(path, contents)
            elif PurePosixPath(source_id).name in (SKILLS_FILE, OCCUPATIONS_FILE):
                entry = SourceEntry(sha256=hashlib.sha256(path.read_bytes()).hexdigest(), chunks=0)
            else:
                entry, chunks = _read_source(settings, embedder, source_id, path, questions, old)
        except UnreadableFile as error:
            report.skipped.append((source_id, str(error)))
            continue
        before = known.get(source_id)
        group = report.added if before is None else report.unchanged if before == entry else report.updated
        group.append(source_id)
        report.quarantined += [(source_id, line, reason) for line, reason in entry.quarantined]
        contents.sources[source_id] = entry
        contents.chunks += chunks
        if questions:
            try:
                contents.questions += assign_questions(chunks, read_questions(questions))
            except UnreadableFile as error:
                report.skipped.append((beside, str(error)))
    report.skipped += [(source_id, "no document of this name lies beside it") for source_id in beside_documents]
    report.removed = sorted(set(known) - set(contents.sources))
    return contents


def _read_not_covered(path: Path, contents: Contents) -> SourceEntry:
    topics = read_questions(path)
    # A folder of one's own takes out a topic that it covers by naming it with an empty list.
    contents.not_covered = [(topic, question) for topic, question in contents.not_covered if topics.get(topic) != []]
    contents.not_covered += [(topic, question) for topic, asked in topics.items() for question in asked]
    return SourceEntry(sha256=hashlib.sha256(path.read_bytes()).hexdigest(), chunks=0)


def _read_source(
    settings: IngestSettings,
    embedder: Embedder,
    source_id: str,
    path: Path,
    questions: Path | None,
    old: Generation | None,
) -> tuple[SourceEntry, list[Chunk]]:
    limit = int(settings.max_file_mb * 1_000_000)
    try:
        too_large = path.stat().st_size > limit
        digest = "" if too_large else hashlib.sha256(path.read_bytes()).hexdigest()
        # A changed list of questions makes the document a changed one.
        beside = hashlib.sha256(questions.read_bytes()).hexdigest() if questions else None
    except OSError as error:
        raise UnreadableFile(f"not readable: {error.strerror or error}") from error
    before = old.manifest.sources.get(source_id) if old else None
    if old and before and before.sha256 == digest:
        return before.model_copy(update={"questions_sha256": beside}), old.passages.get_source(source_id)
    document = screen(load_document(path, source_id, limit))
    chunks = chunk_document(document, settings.chunk_tokens, embedder.count_tokens)
    if not chunks and document.quarantined:
        raise UnreadableFile(f"all of its text was kept out ({document.quarantined[0][1]})")
    if not chunks:
        raise UnreadableFile("no text in the file")
    entry = SourceEntry(
        sha256=digest, questions_sha256=beside, chunks=len(chunks), quarantined=list(document.quarantined)
    )
    return entry, chunks

"""Reads files of every kind the corpus may hold into sections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.documents import Document
from ingest.errors import UnreadableFile
from ingest.loaders.docx import load_docx
from ingest.loaders.html import load_html
from ingest.loaders.markdown import load_markdown
from ingest.loaders.notebook import load_notebook
from ingest.loaders.pdf import load_pdf
from ingest.loaders.plain_text import load_plain_text

_LOADERS: dict[str, tuple[str, Callable[[bytes, str], Document]]] = {
    ".md": ("Markdown file", load_markdown),
    ".markdown": ("Markdown file", load_markdown),
    ".txt": ("text file", load_plain_text),
    ".text": ("text file", load_plain_text),
    ".html": ("HTML file", load_html),
    ".htm": ("HTML file", load_html),
    ".pdf": ("PDF", load_pdf),
    ".docx": ("Word document", load_docx),
    ".ipynb": ("notebook", load_notebook),
}
KNOWN_SUFFIXES = frozenset(_LOADERS)


def load_document(path: Path, source_id: str, max_bytes: int) -> Document:
    """Read one file, by its suffix.

    source_id: the file's path inside its corpus folder. Raises UnreadableFile, its message the
    reason, for a file that is missing, empty, damaged, too large, or of an unknown kind.
    """
    suffix = path.suffix.lower()
    if suffix not in _LOADERS:
        known = ", ".join(sorted(KNOWN_SUFFIXES))
        raise UnreadableFile(f"unknown kind of file '{suffix or path.name}'; known kinds are {known}")
    kind, load = _LOADERS[suffix]
    data = _read_bytes(path, max_bytes)
    try:
        document = load(data, source_id)
    except UnreadableFile:
        raise
    except RecursionError:
        raise UnreadableFile(f"the {kind} is nested too deeply to be read") from None
    except Exception as error:
        # The format libraries raise whatever their parsers stumble over; one bad file must not stop an ingest.
        raise UnreadableFile(f"the {kind} is damaged or incomplete ({type(error).__name__})") from error
    if not document.sections and not document.quarantined:
        raise UnreadableFile("no text in the file")
    return document


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    try:
        if path.stat().st_size > max_bytes:
            raise UnreadableFile(f"larger than the limit of {max_bytes / 1_000_000:g} MB (ADVISOR_MAX_FILE_MB)")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"not readable: {(error.strerror or type(error).__name__).lower()}") from error
    if not data.strip():
        raise UnreadableFile("the file is empty")
    return data

"""Reads a CV (PDF, Word, text): the skills it states, each with the words it stands in. The file itself is not kept.

What a CV says is data: lines that try to instruct a reader are left out and reported.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from advisor.career.describe import read_education, read_programs
from advisor.career.mentions import find_skills, is_missing_heading
from advisor.career.occupation import find_occupation
from advisor.career.profile import HeldSkill, Profile, make_profile, rank_level
from advisor.errors import ProfileError
from ingest.catalogue import Catalogue
from ingest.documents import Block, Document, DocumentMeta, Section
from ingest.errors import UnreadableFile
from ingest.loaders import load_document
from ingest.loaders.decoding import decode_text
from ingest.loaders.pdf_lines import read_pages
from ingest.roles import name_roles
from ingest.screening import screen

KINDS = frozenset({".pdf", ".docx", ".txt", ".text", ".md"})
MOST_BYTES = 10_000_000
# More than this is a book and not a CV.
MOST_PAGES, MOST_CHARS = 20, 60_000


class ReadCv(BaseModel):
    """What a CV says: a profile, and the lines that were left out because they try to instruct the reader."""

    model_config = ConfigDict(frozen=True)

    profile: Profile
    left_out: list[str]


def read_cv(path: Path, catalogue: Catalogue) -> ReadCv:
    """The profile that a CV states. Raises ProfileError for a file that cannot be read, is a scan, or is no CV."""
    text, left_out = _read_text(path)
    return ReadCv(profile=read_cv_text(text, catalogue), left_out=left_out)


def read_cv_text(text: str, catalogue: Catalogue) -> Profile:
    """The profile that the text of a CV states: skills, occupation, education; nothing on time or wishes."""
    held: dict[str, HeldSkill] = {}
    for part in _list_parts(text):
        for mention in find_skills(part, catalogue.skills):
            best = held.get(mention.name)
            if mention.held and (best is None or rank_level(mention.level) > rank_level(best.level)):
                held[mention.name] = HeldSkill(name=mention.name, level=mention.level, words=mention.words)
    flowing = " ".join(text.split())
    education, degree = read_education(flowing)
    return make_profile(
        occupation=_find_job(text, catalogue) or find_occupation(flowing, catalogue.occupations),
        education=education,
        degree=degree or None,
        programs=read_programs(flowing) or None,
        skills=list(held.values()),
    )


def _read_text(path: Path) -> tuple[str, list[str]]:
    suffix = path.suffix.lower()
    if suffix not in KINDS:
        raise ProfileError(f"'{path.name}' is no CV that I can read; save it as PDF, Word (.docx) or text.")
    if suffix == ".pdf":
        _check_pages(path)
    try:
        # Says in one sentence what is wrong with a damaged, encrypted, empty or scanned file.
        load_document(path, path.name, MOST_BYTES)
        text = _READERS.get(suffix, decode_text)(path.read_bytes())
    except UnreadableFile as error:
        raise ProfileError(
            f"The CV '{path.name}' cannot be read ({error}); save it as a PDF with text, as .docx or as text."
        ) from error
    if len(text) > MOST_CHARS:
        raise ProfileError(
            f"'{path.name}' holds {len(text):,} characters, too many for a CV; give one of up to {MOST_PAGES} pages."
        )
    lines = tuple(Block("paragraph", (line,)) for line in text.split("\n"))
    document = screen(Document(path.name, DocumentMeta(title=path.name), (Section((), lines),)))
    kept = "\n".join(part for section in document.sections for block in section.blocks for part in block.parts or ("",))
    return kept, [line for line, _ in document.quarantined]


def _read_pdf(data: bytes) -> str:
    return "\n\n".join("\n".join(line.text for line in page) for page in read_pages(io.BytesIO(data)))


def _read_docx(data: bytes) -> str:
    import mammoth

    return str(mammoth.extract_raw_text(io.BytesIO(data)).value)


_READERS: dict[str, Callable[[bytes], str]] = {".pdf": _read_pdf, ".docx": _read_docx}


def _check_pages(path: Path) -> None:
    from pdfminer.pdfpage import PDFPage

    try:
        pages = sum(1 for _ in PDFPage.get_pages(io.BytesIO(path.read_bytes())))
    except Exception:
        return  # The loader says what is wrong with it.
    if pages > MOST_PAGES:
        raise ProfileError(f"'{path.name}' has {pages} pages, too many for a CV; give one of up to {MOST_PAGES} pages.")


def _list_parts(text: str) -> list[str]:
    """The parts of a CV by blank lines, without those under headings on wishes and references."""
    parts, wished = [], False
    for part in re.split(r"\n\s*\n", text):
        lines = part.strip().splitlines()
        heading = lines[0] if lines else ""
        if heading and (heading.isupper() or (len(lines) == 1 and len(heading.split()) <= 4)):
            wished = is_missing_heading(heading)
        if not wished:
            parts.append(part)
    return parts


def _find_job(text: str, catalogue: Catalogue) -> str | None:
    """The first occupation that a line begins with, which is the latest job or the title under the name."""
    for line in text.splitlines():
        if len(line.split()) > 12:
            continue
        begins = name_roles(" ".join(line.split()[:4]))
        found = next(iter(begins), None) or find_occupation(line, catalogue.occupations)
        if found:
            return found
    return None

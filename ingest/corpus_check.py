"""Checks the corpus as its editors leave it: ``make corpus-check``, or ``python -m ingest.corpus_check [FOLDER]``.

Beside the checks of ingest (front matter, links, prerequisites, skills) it runs every Python snippet, and looks for
duplicate paragraphs, runs of words shared with the source article, stale pages, lengths out of bounds, sentences that
are hard to read, glossary terms that no page uses and skills that no lesson teaches.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import io
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

from markdown_it import MarkdownIt

from ingest.catalogue import find_untaught, make_catalogue
from ingest.chunking import chunk_document
from ingest.loaders import load_document
from ingest.loaders.front_matter import split_front_matter
from ingest.pages import Page, Problem, check_pages
from ingest.settings import IngestSettings
from ingest.sources import find_files

# Words of a page, front matter and listings aside, from and to.
LENGTHS = {
    "lesson": (500, 1250),
    "syllabus": (350, 850),
    "role-guide": (1500, 3200),
    "guide": (500, 1500),
    "market-facts": (100, 700),
}
STALE_DAYS = 365
# Automated readability index of a whole page; technical terms alone lift a plain page to 10.
HARDEST_GRADE = 14.0
DUPLICATE_WORDS = 12
# How the passages are cut that the catalogue is read from; any size does, for lists and tables name themselves.
CHUNK_WORDS = 150
MAX_BYTES = 20_000_000
# Hashes of every run of eight words of the source article, so that its text need not lie here.
SHINGLES = Path(__file__).with_name("article_shingles.txt")
SHINGLE_WORDS = 8
_PARSER = MarkdownIt("commonmark").enable("table")


def check_corpus(folder: Path) -> tuple[list[Problem], dict[str, Page], dict[str, str]]:
    """Every problem of a corpus folder, by file and line; its pages; their texts without front matter."""
    files = list(find_files(folder, ()))
    checked = check_pages(files)
    pages, problems = checked.pages, checked.problems
    paths = dict(files)
    texts = {source_id: _read_body(paths[source_id]) for source_id in pages}
    passages = {
        source_id: chunk_document(load_document(paths[source_id], source_id, MAX_BYTES), CHUNK_WORDS, _count_plainly)
        for source_id in pages
    }
    catalogue, missing = make_catalogue(checked, passages)
    problems += missing
    for name in find_untaught(catalogue, checked.skills):
        message = f"no lesson teaches '{name}'; teach it, or mark it 'taught: false'"
        problems.append(Problem("skills.yaml", 1, message))
    for source_id, page in pages.items():
        body = texts[source_id]
        problems += _check_length(source_id, page, body)
        problems += _check_age(source_id, page)
        problems += _check_overlap(source_id, body)
        problems += _run_snippets(source_id, body)
        if page.kind == "glossary":
            problems += _check_terms(source_id, body, texts)
    return [*problems, *_find_duplicates(texts)], pages, texts


def _count_plainly(text: str) -> int:
    return len(text.split())


def list_prose(body: str) -> Iterator[tuple[int, str]]:
    """(line, text) of every paragraph and list item of a Markdown text."""
    for token in _PARSER.parse(body):
        if token.type == "inline" and token.map:
            yield token.map[0] + 1, token.content


def list_snippets(body: str) -> Iterator[tuple[int, str]]:
    """(line, code) of every Python listing."""
    for token in _PARSER.parse(body):
        if token.type == "fence" and token.info.strip() == "python" and token.map:
            yield token.map[0] + 2, token.content


def count_words(body: str) -> int:
    """Words a reader reads, listings aside."""
    return sum(len(re.findall(r"\w[\w'’/+.-]*", text)) for _, text in list_prose(body))


def compute_grade(body: str) -> float:
    """School grade that a text asks for: the automated readability index (Senter and Smith 1967)."""
    texts = [text for _, text in list_prose(body)]
    sentences = sum(max(1, len(re.findall(r"[.!?:](?:\s|$)", text))) for text in texts)
    words = [word for text in texts for word in re.findall(r"\w[\w'’-]*", text)]
    letters = sum(len(word) for word in words)
    return 4.71 * letters / max(1, len(words)) + 0.5 * len(words) / max(1, sentences) - 21.43


def make_shingles(text: str) -> list[str]:
    """A hash of every run of SHINGLE_WORDS words, case and punctuation aside."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    runs = (" ".join(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1))
    return [hashlib.sha256(run.encode()).hexdigest()[:12] for run in runs]


def _read_body(path: Path) -> str:
    """The text with its front matter blanked, so that line numbers stay."""
    text = path.read_text(encoding="utf-8")
    _, body = split_front_matter(text)
    return "\n" * (text.count("\n") - body.count("\n")) + body


def _check_length(source_id: str, page: Page, body: str) -> Iterator[Problem]:
    words = count_words(body)
    least, most = LENGTHS.get(page.kind, (1, 10_000))
    if not least <= words <= most:
        yield Problem(source_id, 1, f"{words} words; a {page.kind} has {least} to {most}")
    grade = compute_grade(body)
    if grade > HARDEST_GRADE:
        yield Problem(source_id, 1, f"reads at grade {grade:.0f}, above {HARDEST_GRADE:.0f}; shorten its sentences")


def _check_age(source_id: str, page: Page) -> Iterator[Problem]:
    age = (datetime.date.today() - page.checked).days
    if age > STALE_DAYS:
        yield Problem(source_id, 1, f"last checked {age} days ago; check its facts and set 'checked'")
    if page.checked < page.published and page.kind != "article":
        yield Problem(source_id, 1, "checked before it was published; correct one of the dates")


def _check_overlap(source_id: str, body: str) -> Iterator[Problem]:
    source = set(SHINGLES.read_text(encoding="utf-8").split())
    for line, text in list_prose(body):
        if source & set(make_shingles(text)):
            yield Problem(source_id, line, f"shares {SHINGLE_WORDS} words in a row with the source article; reword it")


def _run_snippets(source_id: str, body: str) -> Iterator[Problem]:
    for line, code in list_snippets(body):
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(code, source_id, "exec"), {"__name__": "snippet"})
        except Exception as error:
            yield Problem(source_id, line, f"the snippet fails ({type(error).__name__}: {error}); correct it")


def _check_terms(source_id: str, body: str, texts: Mapping[str, str]) -> Iterator[Problem]:
    elsewhere = " ".join(text.lower() for other, text in texts.items() if other != source_id)
    for number, text in enumerate(body.splitlines(), 1):
        found = re.fullmatch(r"## (.+?)(?: \((.+)\))?", text.strip())
        names = [name for name in found.groups() if name] if found else []
        if names and not any(name.lower().rstrip("s") in elsewhere for name in names):
            yield Problem(source_id, number, f"no page uses the term '{names[0]}'; use it or take it out")


def _find_duplicates(texts: Mapping[str, str]) -> Iterator[Problem]:
    seen: dict[str, tuple[str, int]] = {}
    for source_id, body in texts.items():
        for line, text in list_prose(body):
            plain = " ".join(re.findall(r"\w+", text.lower()))
            if len(plain.split()) < DUPLICATE_WORDS:
                continue
            other, at = seen.setdefault(plain, (source_id, line))
            if (other, at) != (source_id, line):
                yield Problem(source_id, line, f"the same text stands in {other}, line {at}; keep one")


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IngestSettings().corpus_dir
    problems, pages, texts = check_corpus(folder)
    for kind in sorted({page.kind for page in pages.values()}):
        words = [count_words(texts[source_id]) for source_id, page in pages.items() if page.kind == kind]
        print(f"{kind:14} {len(words):4} pages {sum(words):7} words, median {median(words):.0f}")
    for problem in sorted(problems):
        print(f"{problem.source_id}:{problem.line}: {problem.message}", file=sys.stderr)
    if problems:
        sys.exit(f"{len(problems)} problems in {folder}")


if __name__ == "__main__":
    main()

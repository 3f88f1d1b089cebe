"""The block of `key: value` lines between two `---` at the top of a file."""

from __future__ import annotations

import datetime
import re
from pathlib import PurePosixPath

import yaml
from frontmatter.default_handlers import YAMLHandler

from ingest.documents import DocumentMeta
from ingest.errors import UnreadableFile
from ingest.loaders.outline import join_lines

Fields = dict[str, object]

_BOUNDARY = YAMLHandler.FM_BOUNDARY
_KEY = re.compile(r"[ \t]*\w[\w -]*:(?:\s|$)")


def split_front_matter(text: str) -> tuple[Fields, str]:
    """The fields of the front matter ({} when there is none) and the text after it.

    Raises UnreadableFile, naming the line, for front matter that is not YAML, has no end or has a wrong date.
    """
    opening = _BOUNDARY.match(text)
    if opening is None:
        return {}, text
    closing = _BOUNDARY.search(text, opening.end())
    if closing is None:
        if _KEY.match(text[opening.end() :].lstrip("\n")):
            raise UnreadableFile("line 1: the front matter has no end; add a line --- after its last field")
        return {}, text
    fields = _load(text[opening.end() : closing.start()], text.count("\n", 0, opening.end()) + 1)
    if fields is None:  # a rule, some text and another rule: no front matter at all
        return {}, text
    for other, key in (("author", "authors"), ("license", "licence")):
        if other in fields:
            fields.setdefault(key, fields[other])
    for key in ("published", "checked"):
        _check_date(fields, key, text)
    return fields, text[closing.end() :]


def make_meta(fields: Fields, title: str) -> DocumentMeta:
    """What is known about a document; `title` is used where the fields name none."""
    return DocumentMeta(
        title=_read_text(fields, "title") or title,
        kind=_read_text(fields, "kind") or "document",
        authors=_read_authors(fields),
        published=_read_date(fields, "published"),
        checked=_read_date(fields, "checked"),
        source=_read_text(fields, "source"),
        url=_read_text(fields, "url"),
        licence=_read_text(fields, "licence"),
    )


def choose_title(fields: Fields, heading: str | None, source_id: str) -> str:
    """The title a file gives itself, else its heading, else its name without folder, suffix and dashes."""
    return _read_text(fields, "title") or heading or title_from_name(source_id)


def title_from_name(source_id: str) -> str:
    """A title made of a file's name: "notes/Week-2_rag.md" becomes "Week 2 rag"."""
    stem = PurePosixPath(source_id).stem
    return join_lines(re.sub(r"[-_.]+", " ", stem)) or stem


def _load(source: str, first_line: int) -> Fields | None:
    """Every scalar as the text it was written as: a title of 2026 or `no` means those words."""
    try:
        fields = YAMLHandler().load(source, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        raise UnreadableFile(
            f"line {line}: the front matter is not valid YAML; put quotation marks around a value"
            " that holds a colon or begins with a special character"
        ) from error
    return fields if isinstance(fields, dict) else None


def _check_date(fields: Fields, key: str, text: str) -> None:
    value = _read_text(fields, key)
    if value is None:
        return
    try:
        _parse_date(value)
    except ValueError:
        found = re.search(rf"^[ \t]*[\"']?{key}\b", text, re.MULTILINE)
        line = text.count("\n", 0, found.start()) + 1 if found else 1
        raise UnreadableFile(
            f"line {line}: '{value}' is not a date; write {key} as year-month-day, such as 2026-03-18"
        ) from None


def _parse_date(value: str) -> datetime.date:
    return datetime.datetime.fromisoformat(value).date()


def _read_date(fields: Fields, key: str) -> datetime.date | None:
    value = _read_text(fields, key)
    return _parse_date(value) if value else None


def _read_text(fields: Fields, key: str) -> str | None:
    value = fields.get(key)
    return join_lines(value) or None if isinstance(value, str) else None


def _read_authors(fields: Fields) -> tuple[str, ...]:
    value = fields.get("authors") or ()
    names = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    return tuple(name for item in names if isinstance(item, str) and (name := join_lines(item)))

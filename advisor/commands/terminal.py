"""What the commands share: reading questions, showing answers, and a progress bar."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from advisor.types import Answer, Citation, Passage

_SURROGATES = re.compile("[\ud800-\udfff]")


def mend_text(text: str) -> str:
    """The text with what no encoding can write (bytes that were not UTF-8, halves of a character) marked as such."""
    return _SURROGATES.sub("\ufffd", text)


def read_question(argument: str) -> str:
    """The question of an argument; "-" reads it from stdin."""
    if argument == "-":
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    return mend_text(argument)


def name_place(found: Citation | Passage) -> str:
    """Title and headings of where something stands."""
    return " › ".join(part for part in (found.title, *found.section.split(" > ")) if part)


def show_sources(answer: Answer) -> None:
    """Notices that the text does not say itself, and the numbered sources."""
    notices = [notice for notice in answer.notices if notice not in answer.text]
    for notice in notices:
        click.echo(f"\nNote: {notice}")
    if answer.citations:
        click.echo("\nSources:")
    for citation in answer.citations:
        dated = f" ({citation.published})" if citation.published else ""
        url = f" {citation.url}" if citation.url else ""
        click.echo(f"[{citation.marker}] {name_place(citation)}{dated}{url}")


@contextmanager
def show_progress(label: str, **options: Any) -> Iterator[Callable[[int, int], None]]:
    """A callback (done, in all) that draws a bar on stderr from its first call on. options: tqdm's own."""
    bar: Any = None

    def report(done: int, total: int) -> None:
        nonlocal bar
        if bar is None:
            from tqdm import tqdm

            bar = tqdm(desc=label, total=total, file=sys.stderr, **options)
        bar.update(done - bar.n)

    try:
        yield report
    finally:
        if bar is not None:
            bar.close()

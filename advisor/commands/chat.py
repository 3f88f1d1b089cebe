"""career-advisor chat: a conversation in the terminal."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from advisor.commands.terminal import mend_text, show_sources

if TYPE_CHECKING:
    from advisor.advisor import Advisor
    from advisor.career.profile import Profile
    from advisor.types import Answer, Message

_ENDINGS = {"exit", "quit"}


@click.command()
def chat() -> None:
    """Talk with the advisor; it keeps the thread of the conversation. "exit" or Ctrl-D ends.

    \b
    career-advisor chat
    """
    from advisor.advisor import Advisor
    from advisor.career.store import ProfileStore
    from advisor.types import Message
    from ingest.errors import AdvisorError

    with Advisor() as advisor:
        # Opens the index, so that a missing one is told at once and not after the first question.
        advisor.search("hello", k=1)
        click.echo("Ask a career question; 'exit' or Ctrl-D ends.", err=True)
        history: list[Message] = []
        profile = ProfileStore(advisor.settings.data_dir).load()
        for question in _read_questions():
            try:
                answer = _say(advisor, question, history, profile)
            except AdvisorError as error:
                click.echo(str(error), err=True)
                continue
            history += [Message(role="user", content=question), Message(role="assistant", content=answer.text)]


def _read_questions() -> Iterator[str]:
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  # gives input() its line editing and history
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    prompt = "\n> " if sys.stdin.isatty() else ""
    while True:
        try:
            question = mend_text(input(prompt)).strip()
        except EOFError:
            return
        if question.lower() in _ENDINGS:
            return
        if question:
            yield question


def _say(advisor: Advisor, question: str, history: Sequence[Message], profile: Profile) -> Answer:
    """Prints the answer as it comes, then its sources."""
    shown, answer = "", None
    for event in advisor.stream(question, history=history, profile=profile):
        if event.kind == "text":
            shown += event.text
            click.echo(event.text, nl=False)
        elif event.kind == "step" and sys.stderr.isatty():
            click.secho(f"{event.text} …", dim=True, err=True)
        answer = event.answer or answer
    assert answer, "a stream always ends with its answer"
    if shown and not shown.endswith("\n"):
        click.echo()
    # A draft is streamed before its citations are numbered.
    if shown.strip() != answer.text.strip():
        click.echo(f"\nThe checked answer:\n\n{answer.text}" if shown else answer.text)
    show_sources(answer)
    return answer

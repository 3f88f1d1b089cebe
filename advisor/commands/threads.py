"""career-advisor threads: the remembered conversations."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from advisor.threads import ThreadStore


@click.group()
def threads() -> None:
    """List, rename, export or delete remembered conversations."""


@threads.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def list_(as_json: bool) -> None:
    """List conversations, the latest first."""
    with _open() as store:
        found = store.list_threads()
    if as_json:
        click.echo(json.dumps([thread.model_dump() for thread in found], indent=2))
        return
    for thread in found:
        click.echo(f"{thread.id}\t{thread.turns} turns\t{thread.updated[:16].replace('T', ' ')}\t{thread.title}")
    if not found:
        click.echo("No conversation is remembered yet; 'career-advisor ask --thread NAME' begins one.")


@threads.command()
@click.argument("thread")
@click.argument("title")
def rename(thread: str, title: str) -> None:
    """Give a conversation a TITLE."""
    with _open() as store:
        store.rename(thread, title)
    click.echo(f"'{thread}' is now called '{title}'.")


@threads.command()
@click.argument("thread")
@click.option("--json", "as_json", is_flag=True, help="Print the turns as JSON.")
def export(thread: str, as_json: bool) -> None:
    """Print all turns of a conversation, as Markdown."""
    with _open() as store:
        messages = store.export(thread)
    if as_json:
        click.echo(json.dumps([message.model_dump() for message in messages], indent=2))
        return
    for message in messages:
        click.echo(f"**{'You' if message.role == 'user' else 'Advisor'}:** {message.content}\n")


@threads.command()
@click.argument("thread")
def delete(thread: str) -> None:
    """Delete a conversation; nothing of it is left in the store."""
    with _open() as store:
        store.delete(thread)
    click.echo(f"The conversation '{thread}' is deleted.")


@contextmanager
def _open() -> Iterator[ThreadStore]:
    from advisor.settings import Settings
    from advisor.threads import ThreadStore

    store = ThreadStore(Settings())
    try:
        yield store
    finally:
        store.close()

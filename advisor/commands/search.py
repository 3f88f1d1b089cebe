"""career-advisor search: the retrieved passages."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import click

from advisor.commands.terminal import name_place, read_question, show_progress


@click.command()
@click.argument("query", required=False)
@click.option("-k", type=click.IntRange(1, 50), help="How many passages.  [default: ADVISOR_RETRIEVE_K]")
@click.option("--json", "as_json", is_flag=True, help="Print the passages as JSON.")
@click.option(
    "--batch",
    "files",
    nargs=2,
    metavar="IN.jsonl OUT.jsonl",
    type=click.Path(path_type=Path),
    help="Search for every conversation of a file, with lines as for 'batch'.",
)
@click.pass_context
def search(
    ctx: click.Context, query: str | None, k: int | None, as_json: bool, files: tuple[Path, Path] | None
) -> None:
    """Show the passages found for QUERY, best first; "-" reads it from stdin.

    \b
    career-advisor search "salary of a data engineer" -k 3
    career-advisor search --batch questions.jsonl passages.jsonl
    """
    if (query is None) == (files is None):
        raise click.UsageError("Give either a QUERY or --batch IN.jsonl OUT.jsonl.")
    if files:
        _search_file(ctx, *files, k)
    else:
        _search_once(read_question(query or ""), k, as_json)


def _search_once(query: str, k: int | None, as_json: bool) -> None:
    from advisor.advisor import Advisor
    from advisor.guard import clean_question

    with Advisor() as advisor:
        passages = advisor.search(clean_question(query, advisor.settings.max_question_chars), k)
    if as_json:
        click.echo(json.dumps([passage.model_dump() for passage in passages], indent=2, ensure_ascii=False))
        return
    for number, passage in enumerate(passages, 1):
        click.echo(f"{number}. {name_place(passage)} ({passage.score:.3f}, {passage.source_id})")
        click.echo(textwrap.indent(passage.text, "   ") + "\n")


def _search_file(ctx: click.Context, source: Path, target: Path, k: int | None) -> None:
    from advisor.advisor import Advisor
    from advisor.batch import Id, run_batch
    from advisor.guard import clean_question
    from advisor.types import Message

    with Advisor() as advisor, show_progress("Searching", unit="line") as progress:

        def find(id_: Id, messages: list[Message]) -> dict[str, object]:
            query = clean_question(messages[-1].content, advisor.settings.max_question_chars)
            passages = advisor.search(query, k, history=messages[:-1])
            return {"results": [passage.model_dump() for passage in passages]}

        summary = run_batch(advisor, source, target, find, progress, strict=ctx.find_root().params["debug"])
    click.echo(f"{summary} in {target}.", err=True)
    ctx.exit(summary.status)

"""career-advisor batch: a file of conversations."""

from __future__ import annotations

from pathlib import Path

import click

from advisor.commands.terminal import show_progress


@click.command()
@click.argument("source", metavar="IN.jsonl", type=click.Path(path_type=Path))
@click.argument("target", metavar="OUT.jsonl", type=click.Path(path_type=Path))
@click.pass_context
def batch(ctx: click.Context, source: Path, target: Path) -> None:
    """Answer every conversation of IN.jsonl and write the answers, line by line, to OUT.jsonl.

    A line of IN is {"id": …, "messages": [{"role": "user", "content": "…"}, …]}; a line of OUT is the answer
    with that id, or {"id": …, "error": "…"} for a line that cannot be answered, which stops nothing.

    \b
    career-advisor batch questions.jsonl answers.jsonl
    """
    from advisor.advisor import Advisor
    from advisor.batch import Id, run_batch
    from advisor.types import Message

    with Advisor() as advisor, show_progress("Answering", unit="line") as progress:

        def answer(id_: Id, messages: list[Message]) -> dict[str, object]:
            return advisor.answer_messages(messages, id=str(id_)).model_dump()

        summary = run_batch(advisor, source, target, answer, progress, strict=ctx.find_root().params["debug"])
    click.echo(f"{summary} in {target}.", err=True)
    ctx.exit(summary.status)

"""career-advisor ask: one answer."""

from __future__ import annotations

import click

from advisor.commands.terminal import read_question, show_sources


@click.command()
@click.argument("question")
@click.option("--json", "as_json", is_flag=True, help="Print the whole answer as JSON.")
@click.option("--thread", metavar="ID", help="Name of a conversation to go on with; it is remembered.")
def ask(question: str, as_json: bool, thread: str | None) -> None:
    """Answer one QUESTION; "-" reads it from stdin.

    \b
    career-advisor ask "Which role fits a software engineer?"
    career-advisor ask --thread me "And what would it pay?"
    """
    from advisor.advisor import Advisor

    if thread is not None and not thread.strip():
        raise click.BadParameter("give the conversation a name.", param_hint="--thread")
    with Advisor() as advisor:
        answer = advisor.ask(read_question(question), thread=thread)
    if as_json:
        click.echo(answer.model_dump_json(indent=2))
        return
    click.echo(answer.text)
    show_sources(answer)

"""career-advisor fit, gap, plan, compare and interview: the career tools, by a description or the stored profile."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.commands.terminal import mend_text, name_place, read_question

if TYPE_CHECKING:
    from pydantic import BaseModel

    from advisor.advisor import Advisor
    from advisor.career.advise import Advice
    from advisor.career.profile import Profile

_JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


@click.command()
@click.argument("description", required=False)
@_JSON
def fit(description: str | None, as_json: bool) -> None:
    """Rank all roles for a person: DESCRIPTION in plain words ("-" reads stdin), else the stored profile.

    \b
    career-advisor fit "QA engineer, 5 years, Python basic, I like finding odd cases"
    """
    from advisor.career.advise import advise_fit

    def work(advisor: Advisor, profile: Profile) -> None:
        fits = advisor.fit(profile)
        if as_json:
            click.echo(json.dumps({"roles": [_dump(advisor, found) for found in fits]}, indent=2))
        else:
            show_advice(advisor, advise_fit(fits, profile))

    run_tool(description, work)


@click.command()
@click.argument("role")
@click.argument("description", required=False)
@_JSON
def gap(role: str, description: str | None, as_json: bool) -> None:
    """Show what a person holds and lacks for ROLE, with the lessons that teach it.

    \b
    career-advisor gap "data engineer" "BI analyst, strong SQL, a bit of Python"
    """
    from advisor.career.advise import advise_gap

    def work(advisor: Advisor, profile: Profile) -> None:
        found = advisor.gap(role, profile)
        if as_json:
            click.echo(json.dumps(_dump(advisor, found), indent=2))
        else:
            show_advice(advisor, advise_gap(found, profile))

    run_tool(description, work)


@click.command()
@click.argument("role")
@click.argument("description", required=False)
@click.option("--hours", type=float, help="Hours a week, instead of what the description or profile says.")
@click.option("--by", type=click.DateTime(["%Y-%m-%d"]), help="Day to be ready, as 2027-06-30.")
@click.option("--done", multiple=True, metavar="ID", help="A finished lesson, 'sprint' or 'project'; may be repeated.")
@click.option("--ics", type=click.Path(dir_okay=False, path_type=Path), help="Write a calendar file.")
@click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path), help="Write a Markdown file.")
@_JSON
def plan(
    role: str,
    description: str | None,
    hours: float | None,
    by: datetime.datetime | None,
    done: tuple[str, ...],
    ics: Path | None,
    markdown: Path | None,
    as_json: bool,
) -> None:
    """Make a dated plan for ROLE within the hours of a week.

    \b
    career-advisor plan "LLM engineer" "backend developer, Python, Docker" --hours 8 --by 2027-06-30 --ics plan.ics
    """
    from advisor.career.advise import advise_plan
    from advisor.career.export import write_calendar, write_markdown

    def work(advisor: Advisor, profile: Profile) -> None:
        known = profile.model_copy(update={"done": [*profile.done, *advisor.career.check_done(done)]})
        made = advisor.plan(role, known, hours=hours, by=by.date() if by else None)
        if ics:
            _write(ics, write_calendar(made))
        if markdown:
            _write(markdown, write_markdown(made).encode())
        if as_json:
            click.echo(json.dumps(_dump(advisor, made), indent=2))
        else:
            show_advice(advisor, advise_plan(made, known))

    run_tool(description, work, empty=True)


@click.command()
@click.argument("roles", nargs=-1, required=True)
@click.option(
    "--as", "description", metavar="DESCRIPTION", help="Who compares, in plain words; else the stored profile."
)
@_JSON
def compare(roles: tuple[str, ...], description: str | None, as_json: bool) -> None:
    """Set two or three ROLES side by side.

    \b
    career-advisor compare "ML engineer" "data engineer" --as "data analyst, SQL, 6 hours a week"
    """
    from advisor.career.advise import advise_comparison

    def work(advisor: Advisor, profile: Profile) -> None:
        found = advisor.career.compare(roles, profile)
        if as_json:
            click.echo(json.dumps(_dump(advisor, found), indent=2))
        else:
            show_advice(advisor, advise_comparison(found))

    run_tool(description, work, empty=True)


@click.command()
@click.argument("role")
@click.option("--questions", default=5, show_default=True, type=click.IntRange(1, 20), help="Questions in the round.")
@click.option("--start", default=0, help="Begin at another place in the guide's list.")
@click.option("--card", is_flag=True, help="Show the score card of all rounds so far instead.")
@_JSON
def interview(role: str, questions: int, start: int, card: bool, as_json: bool) -> None:
    """Practise an interview for ROLE: each line typed (or piped in) answers one question.

    \b
    career-advisor interview "data engineer" --questions 3
    """
    from advisor.advisor import Advisor
    from advisor.career.interview import ScoreCard
    from advisor.career.store import ProfileStore

    with Advisor() as advisor:
        name = advisor.career.name_role(role)
        store = ProfileStore(advisor.settings.data_dir)
        kept = store.load_score_card(name) if card else ScoreCard(role=name)
        for number, question in enumerate([] if card else advisor.career.choose_questions(role, questions, start), 1):
            click.echo(f"\nQuestion {number} of {questions}: {question.question}", err=as_json)
            answer = _read_answer()
            while answer == "":
                click.echo("The answer is empty; type what you would say, or 'stop'.", err=True)
                answer = _read_answer()
            if answer is None:
                break
            feedback = advisor.career.give_feedback(question, answer)
            store.add_feedback(name, feedback)
            kept = kept.model_copy(update={"rounds": [*kept.rounds, feedback]})
            if not as_json:
                _show_feedback(advisor, kept)
        if as_json:
            body = _dump(advisor, kept) | {"score": kept.score, "most": kept.most}
            click.echo(json.dumps(body, indent=2))
        elif kept.rounds or card:
            if card:
                for feedback in kept.rounds:
                    click.echo(f"{feedback.score} of 2  {feedback.question}")
            click.echo(f"\nScore card for {name}: {kept.score} of {kept.most} points.")


def run_tool(description: str | None, work: Callable[[Advisor, Profile], None], *, empty: bool = False) -> None:
    """Runs a tool with the profile of a description or the stored one; empty: whether it may be empty."""
    from advisor.advisor import Advisor
    from advisor.career.store import ProfileStore
    from advisor.errors import ProfileError

    with Advisor() as advisor:
        if description is not None:
            profile = advisor.career.understand(mend_text(read_question(description)))
        else:
            profile = ProfileStore(advisor.settings.data_dir).load()
        if profile.is_empty and not empty:
            raise ProfileError(
                'Nothing is known about you: describe yourself ("nurse, basic SQL, 6 hours a week") or store a '
                "profile with 'career-advisor profile set'."
            )
        work(advisor, profile)


def show_advice(advisor: Advisor, advice: Advice) -> None:
    """Advice as text with its numbered sources."""
    rendered = advisor.render(advice)
    click.echo(rendered.text)
    if rendered.citations:
        click.echo("\nSources:")
    for citation in rendered.citations:
        click.echo(f"[{citation.marker}] {name_place(citation)}")


def _dump(advisor: Advisor, found: BaseModel) -> dict[str, Any]:
    """The result as JSON values, each quote with the place it stands in."""
    body = found.model_dump(mode="json")
    quotes = list(_find_quotes(body))
    chunks = {c.chunk_id: c for c in advisor.open_passages(list({quote["chunk_id"] for quote in quotes}))}
    for quote in quotes:
        passage = chunks.get(quote["chunk_id"])
        quote["quote"] = quote.pop("text")
        quote |= {"source_id": passage.source_id, "title": passage.title, "section": passage.section} if passage else {}
    return body


def _find_quotes(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"chunk_id", "text"}:
            yield value
        else:
            for inner in value.values():
                yield from _find_quotes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _find_quotes(inner)


def _show_feedback(advisor: Advisor, card: Any) -> None:
    from advisor.career.advise import advise_feedback

    show_advice(advisor, advise_feedback(card.rounds[-1], card.score, card.most))


def _read_answer() -> str | None:
    """One line; None at the end of the input or at "stop"."""
    try:
        line = mend_text(input("> " if sys.stdin.isatty() else "")).strip()
    except EOFError:
        return None
    return None if line.lower() in ("stop", "exit", "quit") else line


def _write(path: Path, content: bytes) -> None:
    from advisor.errors import CareerError

    try:
        path.write_bytes(content)
    except OSError as error:
        raise CareerError(f"The file {path} cannot be written ({error.strerror}); choose another place.") from error
    click.echo(f"Written: {path}", err=True)

"""career-advisor profile: what is kept of a person, on this machine only."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from advisor.commands.terminal import mend_text, read_question

if TYPE_CHECKING:
    from advisor.career.profile import Profile


@click.group()
def profile() -> None:
    """Show, change, import or delete your profile; it stays in the data folder."""


@profile.command()
@click.option("--json", "as_json", is_flag=True, help="Print the profile as JSON.")
def show(as_json: bool) -> None:
    """Show what is known of you."""
    _echo(_open_store().load(), as_json)


@profile.command("set")
@click.argument("description", required=False)
@click.option("--occupation", help="What you do now.")
@click.option("--hours", type=float, help="Hours a week for study.")
@click.option("--by", type=click.DateTime(["%Y-%m-%d"]), help="Day to be ready, as 2027-06-30.")
@click.option("--skill", "skills", multiple=True, metavar="NAME[:LEVEL]", help="A skill (basic, solid or deep).")
@click.option("--without", multiple=True, metavar="NAME", help="A skill that you do not have.")
@click.option("--role", help="The role you aim at.")
@click.option("--done", multiple=True, metavar="ID", help="A finished lesson, 'sprint' or 'project'.")
@click.option("--json", "as_json", is_flag=True, help="Print the profile as JSON.")
def set_(
    description: str | None,
    occupation: str | None,
    hours: float | None,
    by: datetime.datetime | None,
    skills: tuple[str, ...],
    without: tuple[str, ...],
    role: str | None,
    done: tuple[str, ...],
    as_json: bool,
) -> None:
    """Add to your profile: a DESCRIPTION in plain words ("-" reads stdin), or single facts.

    \b
    career-advisor profile set "I'm a nurse with 6 hours a week and I know some SQL"
    career-advisor profile set --hours 8 --skill SQL:deep --without Docker
    """
    from advisor.advisor import Advisor
    from advisor.career.profile import make_profile, merge_profiles

    with Advisor() as advisor:
        desk = advisor.career
        said: dict[str, Any] = {
            "occupation": occupation.strip() or None if occupation else None,
            "hours_per_week": hours,
            "deadline": by.date() if by else None,
            "skills": [desk.read_skill(skill) for skill in skills],
            "lacking": [desk.read_skill(skill).name for skill in without],
            "target": desk.name_role(role) if role else None,
            "done": desk.check_done(done),
        }
        store = _open_store()
        kept = store.load()
        if description is not None:
            kept, _ = merge_profiles(kept, desk.understand(mend_text(read_question(description))))
        kept, _ = merge_profiles(kept, make_profile(**said))
        store.save(kept)
    _echo(kept, as_json)


@profile.command("import")
@click.argument("cv", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the profile as JSON.")
def import_(cv: Path, as_json: bool) -> None:
    """Read skills, occupation and education out of a CV (PDF, Word or text). The file itself is not kept.

    \b
    career-advisor profile import cv.pdf
    """
    from advisor.advisor import Advisor
    from advisor.career.profile import merge_profiles

    with Advisor() as advisor:
        read = advisor.career.read_cv(cv)
        store = _open_store()
        kept, _ = merge_profiles(store.load(), read.profile)
        store.save(kept)
    for line in read.left_out:
        click.echo(f"Left out, because it tries to instruct the reader: {line}", err=True)
    _echo(kept, as_json)


@profile.command()
def delete() -> None:
    """Delete your profile and score cards. Conversations keep what was said in them; see 'threads delete'."""
    found = _open_store().delete()
    click.echo("Your profile and score cards are deleted." if found else "There was no profile.")
    click.echo("Conversations keep what you said in them; 'career-advisor threads delete' removes one.")


def _open_store() -> Any:
    from advisor.career.store import ProfileStore
    from advisor.settings import Settings

    return ProfileStore(Settings().data_dir)


def _echo(kept: Profile, as_json: bool) -> None:
    from advisor.career.profile import describe_profile

    if as_json:
        click.echo(kept.model_dump_json(indent=2))
    elif kept.is_empty:
        click.echo("Nothing is known about you yet; use 'career-advisor profile set'.")
    else:
        click.echo("\n".join(describe_profile(kept)))
        for skill in kept.skills:
            if skill.words:
                click.echo(f"  {skill.name}: from “{skill.words}”")

"""The command line: its commands, and one sentence for whatever goes wrong."""

from __future__ import annotations

import errno
from typing import Any

import click

from advisor.commands.ask import ask
from advisor.commands.batch import batch
from advisor.commands.career import compare, fit, gap, interview, plan
from advisor.commands.chat import chat
from advisor.commands.ingest import ingest
from advisor.commands.models import models
from advisor.commands.profile import profile
from advisor.commands.search import search
from advisor.commands.threads import threads
from advisor.commands.ui import ui
from ingest.errors import AdvisorError

INTERRUPTED = 130


class AdvisorGroup(click.Group):
    """Turns errors into their sentence on stderr: status 1 for those a person can act on, 2 for bugs."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AdvisorError as error:
            sentence, status = str(error), 1
        except KeyboardInterrupt:
            sentence, status = "", INTERRUPTED
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if ctx.params["debug"] or getattr(error, "errno", None) == errno.EPIPE:
                raise
            sentence, status = _describe_bug(error), 2
        if sentence:
            click.echo(sentence, err=True)
        ctx.exit(status)


def _describe_bug(error: Exception) -> str:
    what = f"{type(error).__name__}: {error}".rstrip(".: ")
    return f"Something went wrong ({what}); run 'career-advisor --debug …' to see where."


@click.group(cls=AdvisorGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show where an unexpected error comes from.")
@click.version_option(package_name="career-advisor")
def cli(debug: bool) -> None:
    """A career advisor whose every sentence is cited to a passage you can open.

    \b
    career-advisor ingest
    career-advisor ask "What does an ML engineer do?"
    """


for command in (ask, batch, chat, compare, fit, gap, ingest, interview, models, plan, profile, search, threads, ui):
    cli.add_command(command)


def main() -> None:
    """Entry point of the console script."""
    cli(prog_name="career-advisor")

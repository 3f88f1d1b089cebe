"""career-advisor ingest: the corpus folder into the index."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from advisor.commands.terminal import show_progress

if TYPE_CHECKING:
    from ingest.sources import SyncReport

_SHOWN = 20
_SHOWN_CHARS = 80


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]…", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--rebuild", is_flag=True, help="Take nothing from the index there is.")
def ingest(paths: tuple[Path, ...], as_json: bool, rebuild: bool) -> None:
    """Bring the index in line with the corpus folder and, if given, further files or folders.

    \b
    career-advisor ingest
    career-advisor ingest ~/notes "course handbook.pdf"
    """
    from advisor.settings import Settings
    from ingest.embedding import create_embedder
    from ingest.sync import sync_corpus

    settings = Settings()
    with show_progress("Embedding", unit="text") as progress:
        report = sync_corpus(settings, create_embedder(settings), paths, rebuild=rebuild, progress=progress)
    click.echo(json.dumps(_make_json(report), indent=2, ensure_ascii=False) if as_json else _describe(report))


def _make_json(report: SyncReport) -> dict[str, object]:
    quarantined = [{"source_id": id_, "line": line, "reason": reason} for id_, line, reason in report.quarantined]
    skipped = [{"source_id": id_, "reason": reason} for id_, reason in report.skipped]
    return dataclasses.asdict(report) | {"quarantined": quarantined, "skipped": skipped}


def _describe(report: SyncReport) -> str:
    counts = {group: len(getattr(report, group)) for group in ("added", "updated", "removed", "unchanged")}
    counted = ", ".join(f"{number} {group}" for group, number in counts.items())
    lines = [
        f"{counted}, {len(report.skipped)} skipped.",
        f"{report.chunks} passages in the index, {report.embedded} texts embedded, {report.seconds:.1f} s.",
    ]
    for group in ("added", "updated", "removed"):
        lines += _list(f"{group.capitalize()}:", getattr(report, group))
    lines += _list("Skipped:", [f"{id_}: {reason}" for id_, reason in report.skipped])
    kept_out = [f'{id_}: "{_shorten(line)}" ({reason})' for id_, line, reason in report.quarantined]
    lines += _list("Lines kept out of the index:", kept_out)
    return "\n".join(lines)


def _list(heading: str, items: list[str]) -> list[str]:
    if not items:
        return []
    more = [f"  and {len(items) - _SHOWN} more (all of them with --json)"] if len(items) > _SHOWN else []
    return [heading, *(f"  {item}" for item in items[:_SHOWN]), *more]


def _shorten(line: str) -> str:
    return line if len(line) <= _SHOWN_CHARS else line[: _SHOWN_CHARS - 1] + "…"

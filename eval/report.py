"""One self-contained HTML page about a run: the trend over accepted runs, its means by kind, what changed and how."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.compare import check_comparable, compare_rows, find_changed
from eval.golden_set import ROW_KINDS
from eval.run_folder import Row, RunFolder
from eval.score import METRICS

TREND = ("complete", "ndcg@10", "citation_recall", "declined", "wrongly_declined")
MOST_CHANGED = 200


def write_report(path: Path, run: RunFolder, before: RunFolder | None, history: Sequence[dict[str, Any]]) -> None:
    """Writes the page.

    before: the run to compare with, if there is one. Raises EvalError for runs that cannot be compared or are cut off.
    """
    config, summary, rows = run.read_config(), run.read_summary(), run.read_rows()
    changes, changed = [], []
    if before:
        check_comparable(before.read_config(), config)
        old = before.read_rows()
        changes = compare_rows(old, rows)
        changed = [
            {"loss": loss, "old": a, "new": b, "scores": list_changes(a, b)} for loss, a, b in find_changed(old, rows)
        ][:MOST_CHANGED]
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("report.html.j2").render(
        run=run.name,
        before=before.name if before else "",
        config=config.model_dump(),
        summary=summary,
        metrics=METRICS,
        groups=[group for group in ("all", "dev", "holdout", *ROW_KINDS) if _count(summary, group)],
        count=lambda group: _count(summary, group),
        changes=changes,
        changed=changed,
        failing=[row for row in rows if row.error or row.scores.get("complete", 1.0) < 1.0][:MOST_CHANGED],
        trend=Markup(draw_trend(history)) if len(history) > 1 else "",
        accepted=len(history),
    )
    path.write_text(page, encoding="utf-8")


def list_changes(old: Row, new: Row) -> list[tuple[str, float, float]]:
    """(title, old, new) of every metric that changed."""
    return [
        (METRICS[name].title, old.scores[name], value)
        for name, value in new.scores.items()
        if name in old.scores and name in METRICS and value != old.scores[name]
    ]


def draw_trend(history: Sequence[dict[str, Any]]) -> str:
    """The means of the accepted runs on the holdout as lines, one SVG image."""
    import altair
    import vl_convert

    points = [
        {"run": f"{number}: {line['started'][:10]}", "metric": METRICS[name].title, "mean": line["holdout"][name]}
        for number, line in enumerate(history, 1)
        for name in TREND
        if name in line["holdout"]
    ]
    chart = (
        altair.Chart(altair.InlineData(values=points), width=720, height=260)
        .mark_line(point=True)
        .encode(
            x=altair.X("run:N", title="accepted run", sort=None),
            y=altair.Y("mean:Q", title="mean on the holdout", scale=altair.Scale(domain=[0, 1])),
            color=altair.Color("metric:N", title=None),
        )
    )
    return str(vl_convert.vegalite_to_svg(chart.to_json()))


def _count(summary: dict[str, Any], group: str) -> int:
    return max((cells[group][1] for cells in summary["metrics"].values() if group in cells), default=0)

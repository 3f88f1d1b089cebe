"""Shows a run in the terminal: its means by kind beside the baseline's, and two runs beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from eval.compare import Difference, find_changed
from eval.golden_set import ROW_KINDS
from eval.run_folder import Row, RunConfig
from eval.score import METRICS
from eval.support_judge import measure_agreement

# Metrics that differ by kind; the others are shown on one line each.
BY_KIND = ("complete", "facts", "recall@6", "ndcg@10", "citation_recall", "wrongly_declined", "words")


def print_run(config: RunConfig, summary: dict[str, Any], changes: Sequence[Difference], console: Console) -> None:
    """The table of one run. changes: against the baseline, where there is a comparable one."""
    console.print(f"[bold]{config.mode}[/bold] {config.model}  {summary['rows']} questions  revision {config.revision}")
    metrics = summary["metrics"]
    table = Table("kind", "number", *(METRICS[name].title for name in BY_KIND), box=None, header_style="bold")
    for group in ("all", "dev", "holdout", *ROW_KINDS):
        cells = [metrics.get(name, {}).get(group) for name in BY_KIND]
        number = max((cell[1] for cell in cells if cell), default=0)
        if number:
            table.add_row(group, str(number), *(_show(name, cell) for name, cell in zip(BY_KIND, cells, strict=True)))
    console.print(table)
    moved = {change.metric: change for change in changes}
    table = Table("metric", "all", "holdout", "number", "against the baseline", box=None, header_style="bold")
    for name, groups in metrics.items():
        change = moved.get(name)
        table.add_row(
            METRICS[name].title,
            _show(name, groups.get("all")),
            _show(name, groups.get("holdout")),
            str(groups["all"][1]),
            f"{change.mean:+.3f} ({change.low:+.3f} to {change.high:+.3f}){' worse' * change.worse}" if change else "",
        )
    console.print(table)
    agreement = measure_agreement()
    console.print(
        "The judge of citations agrees with labelled pairs on "
        f"{agreement['quoted']:.2f} of quoted sentences and {agreement['written']:.2f} of written ones "
        f"(kappa {agreement['kappa']:.2f})."
    )
    for stage, (median, high) in summary["ms"].items():
        console.print(f"{stage:9} {median:8.0f} ms median {high:8.0f} ms 95 %", highlight=False)
    usage = summary["usage"]
    console.print(
        f"{usage['prompt_tokens']:,} tokens read, {usage['completion_tokens']:,} written, ${usage['cost_usd']:.4f}",
        highlight=False,
    )
    if summary["nan"]:
        console.print(f"[red]{summary['nan']} scores are no number[/red]")


def print_diff(old: Sequence[Row], new: Sequence[Row], changes: Sequence[Difference], console: Console) -> None:
    """Two runs beside each other: metrics, then every question that changed."""
    table = Table("metric", "number", "old", "new", "change", "95 % interval", box=None, header_style="bold")
    for change in changes:
        table.add_row(
            METRICS[change.metric].title,
            str(change.number),
            f"{change.old:.3f}",
            f"{change.new:.3f}",
            f"{change.mean:+.3f}{' worse' * change.worse}",
            f"{change.low:+.3f} to {change.high:+.3f}",
        )
    console.print(table)
    for loss, before, after in find_changed(old, new):
        console.print(f"\n[bold]{after.id}[/bold] ({after.kind}) {'lost' if loss > 0 else 'gained'} {abs(loss):.2f}")
        console.print(after.question, markup=False)
        for label, row in (("old", before), ("new", after)):
            text = row.error or (row.answer.text if row.answer else "(answer not kept)")
            console.print(f"  {label}: {' '.join(text.split())[:400]}", markup=False, highlight=False)


def _show(metric: str, cell: Sequence[float] | None) -> str:
    if not cell:
        return ""
    return f"{cell[0]:.0f}" if metric == "words" else f"{cell[0]:.3f}"

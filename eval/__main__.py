"""``python -m eval``: run the golden questions, hold a run against the baseline, report, accept, compare."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from advisor.engine import Engine, choose_llm, open_engine
from advisor.settings import Settings
from eval.baseline import accept_run, read_baseline, read_history
from eval.candidates import add_candidate
from eval.check_golden import check_items
from eval.compare import Difference, check_comparable, compare_rows
from eval.errors import EvalError, GoldenSetError
from eval.gate import find_faults, name_worst, read_floors
from eval.golden_set import load_golden
from eval.llm_judge import describe_judgement, judge_samples, load_labelled, make_samples, open_scorer
from eval.report import write_report
from eval.run_folder import RunFolder, list_runs, open_run
from eval.runner import RETRIEVED, draw_sample, run_golden
from eval.tables import print_diff, print_run
from ingest.errors import AdvisorError

REPORT_FILE = Path(__file__).with_name("report.html")
WIDTH = 180


class EvalGroup(click.Group):
    """Prints the one sentence of an error and exits with status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AdvisorError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)


@click.group(cls=EvalGroup)
def cli() -> None:
    """Measures the advisor on its golden questions."""


@cli.command()
@click.option("--llm", default="extractive", show_default=True, help="ADVISOR_LLM for the run.")
@click.option("--draft/--no-draft", default=None, help="Let the model write.")
@click.option("--split", type=click.Choice(["all", "dev", "holdout"]), default="all", show_default=True)
@click.option("--sample", type=int, default=0, help="About as many questions, kinds by their share.")
def run(llm: str, draft: bool | None, split: Any, sample: int) -> None:
    """Runs the golden questions; an interrupted run goes on where it stopped."""
    show_run(make_run(llm, draft, split, sample))


@cli.command()
@click.argument("name", default="last")
@click.option("--judge", envvar="EVAL_JUDGE", required=True, help="'local' or LangChain's 'provider:model'.")
@click.option("--base-url", envvar="EVAL_JUDGE_BASE_URL", help="Address of an OpenAI-compatible server.")
@click.option("--sample", type=int, default=40, show_default=True, help="Answers that are judged.")
@click.option("--labelled", type=int, default=40, show_default=True, help="Labelled answers to measure the judge on.")
def judge(name: str, judge: str, base_url: str | None, sample: int, labelled: int) -> None:
    """Scores the answers of a run with a judge model, through ragas, and the judge against people's labels."""
    folder = open_run(name)
    settings = Settings()
    with open_engine(settings) as engine:
        score = open_scorer(judge, base_url, settings, engine.embedder)
        samples = make_samples(folder.read_rows(), load_golden(), sample)
        judged = judge_samples(score, samples, load_labelled()[:labelled])
    (folder.path / "judge.json").write_text(json.dumps({"judge": judge} | judged, indent=1) + "\n", encoding="utf-8")
    click.echo("\n".join(describe_judgement(judge, judged)))


@cli.command()
def gate() -> None:
    """Runs all questions without a model and exits with 1 where they come out worse than the baseline."""
    items = load_golden()
    problems = check_items(items, Settings().corpus_dir)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise GoldenSetError(f"{len(problems)} golden questions no longer fit the corpus; mend the page or the item.")
    folder = make_run("extractive", None, "all", 0)
    show_run(folder)
    baseline = read_baseline()
    rows = folder.read_rows()
    faults = find_faults(folder.read_config(), rows, baseline, read_floors())
    if faults:
        click.echo("\nThe gate refuses this run:\n" + "\n".join(f"- {fault}" for fault in faults), err=True)
        worst = name_worst(rows, baseline[1])
        if worst:
            click.echo("\nThe questions that lost most:\n" + "\n".join(f"- {line}" for line in worst), err=True)
        sys.exit(1)
    click.echo("The gate lets this run pass.")


@cli.command()
@click.argument("name", default="last")
def accept(name: str) -> None:
    """Makes a run the baseline and adds it to the history."""
    folder = open_run(name)
    accept_run(folder)
    click.echo(f"{folder.name} is the baseline now; commit eval/baseline.jsonl and eval/history.jsonl.")


@cli.command()
@click.argument("old")
@click.argument("new", default="last")
def diff(old: str, new: str) -> None:
    """Two runs beside each other, every changed question with both answers."""
    before, after = open_run(old), open_run(new)
    check_comparable(before.read_config(), after.read_config())
    for folder in (before, after):
        folder.read_summary()
    rows = before.read_rows(), after.read_rows()
    print_diff(*rows, compare_rows(*rows), Console(width=WIDTH))


@cli.command()
@click.argument("name", default="last")
@click.option("--against", help="The run before; left out, the newest finished one before it that can be compared.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), default=REPORT_FILE, show_default=False)
def report(name: str, against: str | None, output: Path) -> None:
    """Writes one self-contained HTML page about a run."""
    folder = open_run(name)
    before = open_run(against) if against else _find_before(folder)
    write_report(output, folder, before, read_history())
    click.echo(f"The report is in {output}.")


@cli.command()
def runs() -> None:
    """Lists the runs."""
    for folder in list_runs():
        config = folder.read_config()
        state = "" if folder.is_whole else "  unfinished"
        click.echo(f"{folder.name}  {config.split}{f' sample {config.sample}' if config.sample else ''}{state}")


@cli.command()
@click.argument("conversation", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def add(conversation: Path) -> None:
    """Turns a conversation that went wrong into a candidate for a golden question.

    CONVERSATION is a JSON file {"messages": [{"role", "content"}, …], "comment": "…"}; what comes after the last
    message of the user is taken as the answer that was disliked.
    """
    path, id_ = add_candidate(conversation)
    click.echo(f"{id_} is in {path}; complete facts, gold and reference, then move it to a file of eval/golden.")


def make_run(llm: str, draft: bool | None, split: Any, sample: int) -> RunFolder:
    """Runs a split or a sample of the golden questions in one mode."""
    settings = Settings(llm=llm, draft=draft, retrieve_k=RETRIEVED)
    items = draw_sample(load_golden(None if split == "all" else split), sample)
    with _open_engine(settings) as engine:
        return run_golden(engine, items, split, sample, career=not sample)


def show_run(folder: RunFolder) -> None:
    """Prints a run beside the baseline."""
    config = folder.read_config()
    changes: list[Difference] = []
    try:
        before, rows = read_baseline()
        check_comparable(before, config)
        changes = compare_rows(rows, folder.read_rows())
    except EvalError as error:
        click.echo(f"Without a comparison: {error}")
    print_run(config, folder.read_summary(), changes, Console(width=WIDTH))
    click.echo(f"run {folder.name}")


def _open_engine(settings: Settings) -> Engine:
    if choose_llm(settings) == "extractive":
        return open_engine(settings)
    from advisor.language_model import create_chat_model
    from eval.reply_cache import RememberingModel

    model = create_chat_model(settings.llm, settings.data_dir, settings.llm_base_url, settings.llm_timeout_s)
    return Engine(settings, RememberingModel(model) if model else None)


def _find_before(folder: RunFolder) -> RunFolder | None:
    config = folder.read_config()
    earlier = [run for run in list_runs() if run.is_whole and run.name < folder.name]
    same = [run for run in earlier if run.read_config().data_set == config.data_set]
    return same[-1] if same else None


if __name__ == "__main__":
    cli(prog_name="python -m eval")

"""Runs the advisor over the golden questions and prints one table: completeness, declining, citations, length, latency.

Run ``python -m eval.measure --split dev --llm extractive|local [--draft] [--sample N] [--show]``.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click
import numpy as np
from tqdm import tqdm

from advisor import Advisor
from advisor.settings import Settings
from advisor.types import Answer
from eval.answer_metrics import hold_facts
from eval.golden_set import GoldenItem, load_golden
from ingest.errors import AdvisorError


@dataclass(frozen=True)
class Row:
    """One question with what came of it. seconds: wall time; error: the sentence of a failed call, never an answer."""

    item: GoldenItem
    answer: Answer | None
    seconds: float
    error: str = ""

    @property
    def complete(self) -> bool:
        """Whether the answer holds every fact asked for and did not decline."""
        return bool(self.answer and not self.answer.abstained and all(hold_facts(self.answer.text, self.item.facts)))

    @property
    def declined(self) -> bool:
        return bool(self.answer and self.answer.abstained)


def run_questions(items: Sequence[GoldenItem], ask: Callable[[GoldenItem], Answer]) -> list[Row]:
    """Asks every question; a failed call becomes a failed row."""
    rows = []
    for item in tqdm(items, disable=None):
        started = time.perf_counter()
        try:
            answer, error = ask(item), ""
        except AdvisorError as failure:
            answer, error = None, str(failure)
        rows.append(Row(item, answer, time.perf_counter() - started, error))
    return rows


def summarise(rows: Sequence[Row]) -> dict[str, Any]:
    """The table of one run; shares are 0 to 1, latencies in seconds, lengths in words."""
    answered = [row for row in rows if row.item.answerable]
    table: dict[str, Any] = {}
    for kind in ("fact", "list", "comparison", "follow_up"):
        of_kind = [row.complete for row in answered if row.item.kind == kind]
        if of_kind:
            table[f"complete, {kind} ({len(of_kind)})"] = round(float(np.mean(of_kind)), 3)
    refused = [row.declined for row in rows if not row.item.answerable]
    given = [row.answer for row in rows if row.answer and not row.answer.abstained]
    words = [count_words(answer.text) for answer in given]
    seconds = [row.seconds for row in rows if row.answer]
    table |= {
        f"unanswerable declined ({len(refused)})": round(float(np.mean(refused)), 3) if refused else None,
        f"answerable declined ({len(answered)})": round(float(np.mean([row.declined for row in answered])), 3),
        "sentences without citation": sum(not s.citations for a in given for s in a.sentences),
        "figures not in a cited passage": sum(len(find_stray_figures(a)) for a in given),
        "words, median": float(np.median(words)),
        "words, 9 in 10 under": float(np.percentile(words, 90)),
        "seconds, median": round(float(np.median(seconds)), 3),
        "seconds, 95 % under": round(float(np.percentile(seconds, 95)), 3),
        "failed calls": sum(bool(row.error) for row in rows),
    }
    return table


def count_words(text: str) -> int:
    """Words a reader reads: markers, list marks and table rules do not count."""
    return len(re.findall(r"[^\W_][\w'’/+.-]*", re.sub(r"\[\d+\]|\|[ -|]*-{3}[ -|]*", " ", text)))


def find_stray_figures(answer: Answer) -> set[str]:
    """Figures in the sentences of an answer that stand in none of the quotes they cite."""
    quotes = {citation.marker: f"{citation.section} {citation.quote}" for citation in answer.citations}
    return {
        figure
        for sentence in answer.sentences
        for figure in re.findall(r"\d+", sentence.text)
        if not any(figure in quotes[marker] for marker in sentence.citations)
    }


@click.command()
@click.option("--split", type=click.Choice(["dev", "holdout"]), default="dev")
@click.option("--llm", default="extractive")
@click.option("--draft/--no-draft", default=None)
@click.option("--sample", type=int, help="As many questions, drawn with a fixed seed.")
@click.option("--show", is_flag=True, help="Print the questions that went wrong.")
def main(split: Any, llm: str, draft: bool | None, sample: int | None, show: bool) -> None:
    """Measures one mode on one split of the golden questions."""
    items = load_golden(split)
    if sample:
        items = random.Random(0).sample(items, sample)
    with Advisor(Settings(llm=llm, draft=draft)) as advisor:
        advisor.warm_up()
        rows = run_questions(items, lambda item: advisor.answer_messages(item.messages, id=item.id))
    for name, value in summarise(rows).items():
        print(f"| {name} | {value} |")
    for row in rows if show else []:
        wrong = row.error or (not row.complete if row.item.answerable else not row.declined)
        if wrong:
            asked = row.item.messages[-1].content
            print(
                f"\n--- {row.item.id} {row.item.kind}: {asked}\n{row.error or (row.answer.text if row.answer else '')}"
            )


if __name__ == "__main__":
    main()

"""Speed and memory, side by side with a baseline in one run: ``make bench``.

Nothing here is asserted: machines are noisy, so medians of several runs and ratios are printed.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np

from advisor import Advisor, Answer
from advisor.language_model import create_chat_model
from advisor.settings import Settings
from advisor.weights import find_weights
from eval.facts import hold_facts, is_complete
from eval.golden_set import GoldenItem, load_golden
from eval.tutorial_chain import TutorialChain, is_declined
from ingest.embedding import create_embedder

QUESTION = "What skills get an ML engineer interviews?"


def time_process(command: Sequence[str], env: dict[str, str]) -> tuple[float, float]:
    """(wall seconds, peak memory in MB) of one run of a command. Raises CalledProcessError when it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), list(command))
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def bench_start(runs: int) -> None:
    """A cold answer against a bare import of sentence-transformers, in turn."""
    env = os.environ | {"ADVISOR_LLM": "extractive"}
    ask = [str(Path(sys.executable).with_name("career-advisor")), "ask", QUESTION]
    bare = [sys.executable, "-c", "import sentence_transformers"]
    pairs = [(time_process(ask, env), time_process(bare, env)) for _ in range(runs)]
    ours, theirs = [a[0] for a, _ in pairs], [b[0] for _, b in pairs]
    print(f"cold ask, extractive:        {median(ours):6.2f} s   peak {median(a[1] for a, _ in pairs):5.0f} MB")
    print(f"import sentence_transformers:{median(theirs):6.2f} s   peak {median(b[1] for _, b in pairs):5.0f} MB")
    print(f"ratio, median of {runs} pairs:     {median(a / b for a, b in zip(ours, theirs, strict=True)):6.2f}")


def bench_running() -> None:
    """Answers in a running process."""
    items = load_golden("dev")
    with Advisor(Settings(llm="extractive")) as advisor:
        advisor.answer_messages(items[0].messages)
        seconds = [seconds for _, _, seconds in ask_all(advisor, items)]
    print(
        f"ask in a running process:    {1000 * median(seconds):6.0f} ms median, "
        f"{1000 * np.percentile(seconds, 95):.0f} ms 95 %"
    )


def bench_chain(sample: int) -> None:
    """The tutorial chain, and this product with and without its model, on the same questions."""
    settings = Settings()
    if not find_weights(settings.data_dir):
        print("The local model is not here, so the tutorial chain is left out; run 'career-advisor models pull'.")
        return
    single = [item for item in load_golden("dev") if len(item.messages) == 1]
    items = random.Random(0).sample(single, min(sample, len(single)))
    model = create_chat_model("local", settings.data_dir)
    assert model
    chain = TutorialChain(settings.corpus_dir, create_embedder(settings), model)
    print(f"\n{len(items)} questions, local model {model.name}")
    print_row("tutorial chain", *measure_chain(chain, items))
    for llm in ("extractive", "local"):
        with Advisor(Settings(llm=llm)) as advisor:
            advisor.warm_up()
            print_row(f"career-advisor, {llm}", *compare(ask_all(advisor, items)))


def ask_all(advisor: Advisor, items: Sequence[GoldenItem]) -> list[tuple[GoldenItem, Answer, float]]:
    """(item, answer, seconds) of every item."""
    asked = []
    for item in items:
        started = time.perf_counter()
        answer = advisor.answer_messages(item.messages)
        asked.append((item, answer, time.perf_counter() - started))
    return asked


def measure_chain(chain: TutorialChain, items: Sequence[GoldenItem]) -> tuple[float, float, float, list[float]]:
    """(answerable answered in full, answerable declined, unanswerable declined, seconds) of the chain."""
    done: list[tuple[GoldenItem, str, float]] = []
    for item in items:
        started = time.perf_counter()
        text = chain.answer(item.messages[-1].content)
        done.append((item, text, time.perf_counter() - started))
    full = [all(hold_facts(text, item.facts)) for item, text, _ in done if item.answerable]
    wrongly = [is_declined(text) for item, text, _ in done if item.answerable]
    rightly = [is_declined(text) for item, text, _ in done if not item.answerable]
    return float(np.mean(full)), float(np.mean(wrongly)), float(np.mean(rightly)), [seconds for *_, seconds in done]


def compare(asked: Sequence[tuple[GoldenItem, Answer, float]]) -> tuple[float, float, float, list[float]]:
    """The same four figures of this product."""
    answerable = [(item, answer) for item, answer, _ in asked if item.answerable]
    rest = [answer for item, answer, _ in asked if not item.answerable]
    return (
        float(np.mean([not answer.abstained and is_complete(answer.text, item) for item, answer in answerable])),
        float(np.mean([answer.abstained for _, answer in answerable])),
        float(np.mean([answer.abstained for answer in rest])),
        [seconds for *_, seconds in asked],
    )


def print_row(name: str, full: float, wrongly: float, rightly: float, seconds: Sequence[Any]) -> None:
    """One line of the comparison."""
    print(
        f"{name:28} all facts {full:.2f}   wrongly declined {wrongly:.2f}   unanswerable declined {rightly:.2f}   "
        f"median {median(seconds):6.2f} s   95 % {np.percentile(seconds, 95):6.2f} s"
    )


@click.command()
@click.option("--runs", default=5, show_default=True, help="Pairs of cold starts.")
@click.option("--sample", default=40, show_default=True, help="Questions for the comparison with the tutorial chain.")
def main(runs: int, sample: int) -> None:
    """Prints cold start, memory and latency, and the tutorial chain beside this product."""
    bench_start(runs)
    bench_running()
    bench_chain(sample)


if __name__ == "__main__":
    main()

"""Asks the advisor every golden question and keeps a scored row of each; an interrupted run can be taken up again."""

from __future__ import annotations

import random
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from advisor import Advisor
from advisor.engine import Engine
from advisor.types import Answer, Message
from eval.career_items import hash_career_items, run_career_items
from eval.fingerprint import hash_all_prompts, hash_code, hash_corpus, hash_index, hash_items, name_mode, read_revision
from eval.golden_set import GoldenItem, SectionChunk, find_gold_ids, list_sections
from eval.run_folder import RUNS_FOLDER, Row, RunConfig, RunFolder, list_runs
from eval.score import RETRIEVED, score_answer, score_failure
from eval.summary import summarise
from eval.support_judge import judge_support
from ingest.errors import AdvisorError

__all__ = ["RETRIEVED", "draw_sample", "run_golden"]


def draw_sample(items: Sequence[GoldenItem], size: int, seed: int = 0) -> list[GoldenItem]:
    """About as many items, each kind by its share and at least once; the same for the same seed."""
    if not 0 < size < len(items):
        return list(items)
    by_kind: dict[str, list[GoldenItem]] = defaultdict(list)
    for item in items:
        by_kind[item.kind].append(item)
    chosen = {
        item.id
        for kind, group in sorted(by_kind.items())
        for item in random.Random(f"{seed}:{kind}").sample(group, max(1, round(size * len(group) / len(items))))
    }
    return [item for item in items if item.id in chosen]


def run_golden(
    engine: Engine,
    items: Sequence[GoldenItem],
    split: str,
    sample: int = 0,
    root: Path = RUNS_FOLDER,
    *,
    career: bool = False,
) -> RunFolder:
    """Runs the items and returns the folder with all rows and the summary. career: the people and CVs as well.

    An unfinished run of the same items, index, code and mode is taken up again.
    """
    folder = _open_folder(_make_config(engine, items, split, sample, career), root)
    folder.drop_torn_row()
    done = {row.id for row in folder.read_rows()}
    sections = list_sections(engine.generation.passages.get_all())
    with Advisor(engine=engine) as advisor:
        advisor.warm_up()
        for item in tqdm([item for item in items if item.id not in done], unit="question", disable=None):
            folder.append(ask_item(advisor, item, sections))
    for row in run_career_items(engine, split, done) if career else ():
        folder.append(row)
    folder.write_summary(summarise(folder.read_rows()))
    return folder


def ask_item(advisor: Advisor, item: GoldenItem, sections: Sequence[SectionChunk]) -> Row:
    """The scored row of one item. A call that fails is a failed row, never an answer."""
    answer, error, seconds = None, "", 0.0
    started = time.perf_counter()
    try:
        answer = advisor.answer_messages(item.messages, id=item.id)
        seconds = time.perf_counter() - started
        standalone = _ask(advisor, [], item.standalone) if item.standalone else None
        variants = [_ask(advisor, item.messages[:-1], variant) for variant in item.variants]
        gold = find_gold_ids(item, sections)
        scores = score_answer(item, answer, gold, judge_support, standalone=standalone, variants=variants)
    except AdvisorError as failure:
        answer, error, scores = None, str(failure), score_failure(item)
        seconds = time.perf_counter() - started
    return Row(
        id=item.id,
        kind=item.kind,
        split=item.split,
        cluster=item.cluster,
        scores=scores,
        seconds=seconds,
        error=error,
        question=item.question,
        answer=answer,
    )


def _ask(advisor: Advisor, history: Sequence[Message], question: str) -> Answer:
    return advisor.ask(question, history=history)


def _make_config(
    engine: Engine, items: Sequence[GoldenItem], split: str, sample: int, career: bool
) -> RunConfig:
    model = engine.model
    return RunConfig(
        started=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        revision=read_revision(),
        mode=name_mode("extractive" if model is None else engine.settings.llm, engine.drafts),
        model=model.name if model else "",
        split=split,
        sample=sample,
        golden=hash_items(items) + (hash_career_items() if career else ""),
        corpus=hash_corpus(engine.generation),
        index=hash_index(engine.generation),
        prompts=hash_all_prompts(),
        code=hash_code(),
    )


def _open_folder(config: RunConfig, root: Path) -> RunFolder:
    for run in reversed(list_runs(root)):
        if not run.is_whole and run.read_config().fingerprint == config.fingerprint:
            return run
    name = re.sub(r"[^\w+.]", "", config.started) + "-" + re.sub(r"[^\w+.]", "-", config.mode)
    folder = RunFolder(root / name)
    folder.write_config(config)
    return folder

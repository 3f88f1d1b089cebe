"""Metrics that a judge model scores, through ragas: faithfulness, answer relevancy, factual correctness.

What such a judge says is worth as much as it is right on answers whose labels are known: it also scores those of
eval/grounding/labelled_answers.jsonl, and Cohen's kappa is printed beside each mean, with a warning below .6.
"""

from __future__ import annotations

import math
import os
import random
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict
from sklearn.metrics import cohen_kappa_score
from tqdm import tqdm

from advisor.language_model import create_chat_model
from advisor.settings import Settings
from eval.errors import EvalError
from eval.golden_set import GoldenItem
from eval.run_folder import Row
from ingest.embedding import Embedder

LABELS_FILE = Path(__file__).with_name("grounding") / "labelled_answers.jsonl"
METRICS = ("faithfulness", "relevancy", "correctness")
# A score from here on counts as yes; faithful is an answer of which every claim is supported.
YES = {"faithfulness": 0.99, "relevancy": 0.5, "correctness": 0.5}
WEAK_KAPPA = 0.6
ANSWER_TOKENS = 1024
# (metric, sample) -> score, NaN where the judge's reply could not be used.
Scorer = Callable[[str, "Sample"], float]


class Sample(BaseModel):
    """An answer with what it is judged against."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: str
    answer: str
    contexts: list[str]
    reference: str


class LabelledAnswer(Sample):
    """An answer with the right verdicts."""

    id: str
    faithfulness: bool
    relevancy: bool
    correctness: bool


def open_scorer(judge: str, base_url: str | None, settings: Settings, embedder: Embedder) -> Scorer:
    """Scores by ragas with a judge model. judge: ADVISOR_LLM's forms, "local" or "provider:model".

    Raises EvalError, LanguageModelError or WeightsError for a judge that cannot be set up.
    """
    model = create_chat_model(judge, settings.data_dir, base_url, settings.llm_timeout_s)
    if model is None:
        raise EvalError(f"EVAL_JUDGE is '{judge}', which is no model; set 'local' or 'provider:model'.")
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import ragas
        from ragas import metrics
        from ragas.embeddings import LangchainEmbeddingsWrapper
        from ragas.llms import LangchainLLMWrapper

        # Three answers to one request are more than a small server has slots for.
        llm = LangchainLLMWrapper(model.open_chat(ANSWER_TOKENS), bypass_n=True)
        scorers: dict[str, Any] = {
            "faithfulness": metrics.Faithfulness(llm=llm),
            "relevancy": metrics.ResponseRelevancy(llm=llm, embeddings=LangchainEmbeddingsWrapper(embedder)),
            "correctness": metrics.FactualCorrectness(llm=llm),
        }

    def score(metric: str, sample: Sample) -> float:
        single = ragas.SingleTurnSample(
            user_input=sample.question,
            response=sample.answer,
            retrieved_contexts=sample.contexts,
            reference=sample.reference,
        )
        try:
            return float(scorers[metric].single_turn_score(single))
        except Exception as error:
            # A reply that ragas cannot parse is a score that is no number; a judge that is away ends the run.
            if "parse" in type(error).__name__.lower() or "parse" in str(error).lower():
                return math.nan
            raise EvalError(
                f"The judge {judge} refused or cannot be reached ({type(error).__name__}); check EVAL_JUDGE and key."
            ) from error

    return score


def make_samples(rows: Sequence[Row], items: Sequence[GoldenItem], number: int, seed: int = 0) -> list[Sample]:
    """Answers of a run that did not decline, drawn with a fixed seed."""
    references = {item.id: item.reference for item in items if item.answerable}
    samples = [
        Sample(
            question=row.question,
            answer=row.answer.text,
            contexts=[f"{citation.section}\n{citation.quote}" for citation in row.answer.citations],
            reference=references[row.id],
        )
        for row in rows
        if row.answer and not row.answer.abstained and row.answer.citations and references.get(row.id)
    ]
    return random.Random(seed).sample(samples, min(number, len(samples)))


def judge_samples(score: Scorer, samples: Sequence[Sample], labelled: Sequence[LabelledAnswer]) -> dict[str, Any]:
    """{metric: {"mean", "nan", "number", "kappa", "labelled"}}; NaNs are counted and not part of the mean."""
    judged = {}
    for metric in METRICS:
        scores = [score(metric, sample) for sample in tqdm(samples, desc=metric, disable=None)]
        known = [value for value in scores if not math.isnan(value)]
        checked = tqdm(labelled, desc=f"{metric}, labelled", disable=None)
        verdicts = [(score(metric, answer) >= YES[metric], getattr(answer, metric)) for answer in checked]
        judged[metric] = {
            "mean": sum(known) / len(known) if known else math.nan,
            "nan": len(scores) - len(known),
            "number": len(scores),
            "kappa": float(cohen_kappa_score(*zip(*verdicts, strict=True))) if verdicts else math.nan,
            "labelled": len(verdicts),
        }
    return judged


def load_labelled(path: Path = LABELS_FILE) -> list[LabelledAnswer]:
    """All labelled answers."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [LabelledAnswer.model_validate_json(line) for line in lines if line.strip()]


def describe_judgement(judge: str, judged: dict[str, Any]) -> list[str]:
    """A line for each metric, with a warning where the judge and the labels disagree too often."""
    lines = []
    for metric, found in judged.items():
        warning = "" if found["kappa"] >= WEAK_KAPPA else f"  (below {WEAK_KAPPA}: do not rely on this judge)"
        lines.append(
            f"{metric:13} {found['mean']:.3f} on {found['number']} answers, {found['nan']} without a usable reply; "
            f"kappa with {found['labelled']} labelled answers {found['kappa']:.2f}{warning}"
        )
    return [f"judged by {judge}", *lines]

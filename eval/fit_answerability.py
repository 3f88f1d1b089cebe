"""Fits the probability that evidence answers a question on the dev set; writes advisor/answerability.json.

Run ``python -m eval.fit_answerability [--judge]``. With --judge the local language model is asked about a sample of the
questions (a few seconds each; its replies are kept by prompt, so that a repeat costs seconds).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tqdm import tqdm

import advisor.answerability
from advisor.answerability import DOUBT, FEATURES, Model, describe_match, is_in_doubt, logit
from advisor.engine import Engine, open_engine
from advisor.evidence import Evidence
from advisor.gather import gather_evidence
from advisor.judge import judge_answerable
from advisor.question import Question
from advisor.settings import Settings
from eval.golden_set import GoldenItem, load_golden
from eval.reply_cache import RememberingModel
from eval.runner import draw_sample

# Share of answerable questions that may be declined.
WRONGLY_DECLINED = 0.03
FOLDS = StratifiedKFold(10, shuffle=True, random_state=0)


def fit(rows: list[dict[str, float]], labels: list[bool]) -> tuple[Model, NDArray[np.float64]]:
    """Logistic model over the features, and the cross-validated probability of each row."""
    table = np.array([[row[name] for name in FEATURES] for row in rows])
    truth = np.array(labels)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=2000))
    held_out = cross_val_predict(model, table, truth, cv=FOLDS, method="predict_proba")[:, 1]
    model.fit(table, truth)
    scaler, regression = model[0], model[1]
    weights = regression.coef_[0] / scaler.scale_
    fitted: Model = {
        "intercept": round(float(regression.intercept_[0] - weights @ scaler.mean_), 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)},
        "threshold": choose_threshold(held_out, truth),
    }
    return fitted, held_out


def add_judgement(
    plain: Model, held_out: Sequence[float], judgements: Sequence[float], labels: list[bool], may_decline: float
) -> Model:
    """The model that also takes the language model's judgement, for questions that the plain one leaves in doubt.

    held_out: cross-validated probabilities by the plain model; judgements: log odds; may_decline: share of the
    answerable among these that may be declined. Two weights, of the plain score and of the judgement, in place of one
    for each feature: a few hundred judged questions do not carry more (docs/measurements.md).
    """
    table = np.array([[logit(p), judgement] for p, judgement in zip(held_out, judgements, strict=True)])
    truth = np.array(labels)
    regression = LogisticRegression()
    both = cross_val_predict(regression, table, truth, cv=FOLDS, method="predict_proba")[:, 1]
    regression.fit(table, truth)
    scale, weight = regression.coef_[0]
    return {
        "intercept": round(float(regression.intercept_[0] + scale * plain["intercept"]), 4),
        "weights": {name: round(float(scale * w), 4) for name, w in plain["weights"].items()}
        | {"judgement": round(float(weight), 4)},
        "threshold": choose_threshold(both, truth, may_decline),
    }


def choose_threshold(
    held_out: NDArray[np.float64], truth: NDArray[np.bool_], may_decline: float = WRONGLY_DECLINED
) -> float:
    """The probability below which that share of the answerable lies; prints what other choices would decline."""
    print(f"{len(truth)} questions, cross-validated: area under the curve {roc_auc_score(truth, held_out):.3f}")
    for kept in (0.99, 0.98, 0.97, 0.96, 0.95, 0.9):
        cut = np.quantile(held_out[truth], 1 - kept)
        print(f"  keeping {kept:.2f} of the answerable declines {np.mean(held_out[~truth] < cut):.3f} of the rest")
    return round(float(np.quantile(held_out[truth], may_decline)), 4)


@click.command()
@click.option("--judge", is_flag=True, help="Also fit the model that takes the local language model's judgement.")
@click.option("--sample", default=240, show_default=True, help="Questions that the language model judges.")
def main(judge: bool, sample: int) -> None:
    """Fits both sets of coefficients and writes them."""
    settings = Settings(llm="local" if judge else "extractive")
    path = Path(advisor.answerability.__file__).with_name("answerability.json")
    models = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    items = [item for item in load_golden("dev") if item.kind != "fairness"]
    with open_engine(settings) as engine:
        rows = [describe_item(engine, item)[0] for item in tqdm(items, disable=None)]
        models["extractive"], held_out = fit(rows, [is_answered(item) for item in items])
        if judge:
            assert engine.model
            model = RememberingModel(engine.model)
            known = dict(zip((item.id for item in items), held_out, strict=True))
            # Only what the features leave in doubt is ever asked.
            judged = draw_sample([item for item in items if is_in_doubt(known[item.id])], sample)
            judgements = []
            for item in tqdm(judged, disable=None):
                _, question, evidence = describe_item(engine, item)
                judgements.append(logit(judge_answerable(model, question, evidence)))
            answered = [known[item.id] for item in items if is_answered(item)]
            doubtful = sum(is_in_doubt(p) for p in answered)
            left = WRONGLY_DECLINED * len(answered) - sum(p <= DOUBT[0] for p in answered)
            models["judged"] = add_judgement(
                models["extractive"],
                [known[i.id] for i in judged],
                judgements,
                [is_answered(i) for i in judged],
                left / doubtful,
            )
    path.write_text(json.dumps(models, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(models, indent=1))


def describe_item(engine: Engine, item: GoldenItem) -> tuple[dict[str, float], Question, list[Evidence]]:
    """Features of an item, its question, and the evidence that a language model judges."""
    question = engine.read(item.messages)
    gathered = gather_evidence(engine, question)
    features = describe_match(question, gathered.evidence, gathered.ranked, engine.generation, engine.embedder)
    return features, question, gathered.decisive


def is_answered(item: GoldenItem) -> bool:
    """Whether the material answers the item: a hostile one may hold a question of its own."""
    return bool(item.facts)


if __name__ == "__main__":
    main()

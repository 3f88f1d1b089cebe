"""Fits the probability that evidence answers a question on the dev set; writes advisor/answerability.json.

Run ``python -m eval.fit_answerability [--judge]``. With --judge the local language model is asked about a sample of the
questions (a few seconds each; its replies are kept by prompt, so that a repeat costs seconds).
"""

from __future__ import annotations

import json
from pathlib import Path

import click
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from tqdm import tqdm

import advisor.answerability
from advisor.answerability import FEATURES, describe_match, logit
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
WRONGLY_DECLINED = 0.02
JUDGED = (*FEATURES, "judgement")


def fit(rows: list[dict[str, float]], labels: list[bool], names: tuple[str, ...], allowed: float) -> dict[str, object]:
    """Logistic model over the named features, and the threshold that declines at most `allowed` of the answerable.

    The threshold is read off cross-validated probabilities, so that it is not flattered by the fit.
    """
    table = np.array([[row[name] for name in names] for row in rows])
    truth = np.array(labels)
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=2000))
    folds = StratifiedKFold(10, shuffle=True, random_state=0)
    held_out = cross_val_predict(model, table, truth, cv=folds, method="predict_proba")[:, 1]
    threshold = float(np.quantile(held_out[truth], allowed))
    print(f"{len(rows)} questions, cross-validated: area under the curve {roc_auc_score(truth, held_out):.3f}")
    for kept in (0.99, 0.98, 0.97, 0.96, 0.95, 0.9):
        cut = np.quantile(held_out[truth], 1 - kept)
        print(f"  keeping {kept:.2f} of the answerable declines {np.mean(held_out[~truth] < cut):.3f} of the rest")
    model.fit(table, truth)
    scaler, regression = model[0], model[1]
    weights = regression.coef_[0] / scaler.scale_
    return {
        "intercept": round(float(regression.intercept_[0] - weights @ scaler.mean_), 4),
        "weights": {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)},
        "threshold": round(threshold, 4),
    }


@click.command()
@click.option("--judge", is_flag=True, help="Also fit the model that takes the local language model's judgement.")
@click.option("--sample", default=400, show_default=True, help="Questions that the language model judges.")
def main(judge: bool, sample: int) -> None:
    """Fits both sets of coefficients and writes them."""
    settings = Settings(llm="local" if judge else "extractive")
    path = Path(advisor.answerability.__file__).with_name("answerability.json")
    models = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    items = [item for item in load_golden("dev") if item.kind != "fairness"]
    with open_engine(settings) as engine:
        rows = [describe_item(engine, item)[0] for item in tqdm(items, disable=None)]
        models["extractive"] = fit(rows, [is_answered(item) for item in items], FEATURES, WRONGLY_DECLINED)
        if judge:
            assert engine.model
            model = RememberingModel(engine.model)
            judged = draw_sample(items, sample)
            rows = []
            for item in tqdm(judged, disable=None):
                features, question, evidence = describe_item(engine, item)
                rows.append(features | {"judgement": logit(judge_answerable(model, question, evidence))})
            models["judged"] = fit(rows, [is_answered(item) for item in judged], JUDGED, WRONGLY_DECLINED)
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

"""Fits the probability that evidence answers a question on the dev set; writes advisor/answerability.json.

Run ``python -m eval.fit_answerability [--judge]``. With --judge the local language model is asked about
every question once (a few seconds each; its judgements are kept in eval/judgements.json by prompt hash).
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import advisor.answerability
from advisor.answerability import FEATURES, describe_match, logit
from advisor.engine import Engine, open_engine
from advisor.evidence import Evidence
from advisor.gather import gather_evidence
from advisor.judge import judge_answerable, show_evidence
from advisor.prompts import fill_prompt
from advisor.question import Question
from advisor.settings import Settings
from eval.golden_set import load_golden

# Share of answerable questions that may be declined.
WRONGLY_DECLINED = 0.02
JUDGED_WRONGLY_DECLINED = 0.015
JUDGED = (*FEATURES, "judgement")
CACHE = Path(__file__).with_name("judgements.json")


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


def _judge(engine: Engine, question: Question, evidence: list[Evidence]) -> float:
    """The model's judgement, asked once for each prompt and then read from the cache."""
    prompt = fill_prompt("system") + show_evidence(question, evidence) + fill_prompt("judge_answerable")
    key = hashlib.sha256(prompt.encode()).hexdigest()[:24]
    cache: dict[str, float] = json.loads(CACHE.read_text(encoding="utf-8")) if CACHE.exists() else {}
    if key not in cache:
        assert engine.model is not None
        cache[key] = round(judge_answerable(engine.model, question, evidence), 4)
        CACHE.write_text(json.dumps(cache, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    return cache[key]


def main() -> None:
    judge = "--judge" in sys.argv
    rows, labels = [], []
    with open_engine(Settings(llm="local" if judge else "extractive")) as engine:
        for item in load_golden("dev"):
            question = engine.read(item.messages)
            gathered = gather_evidence(engine, question)
            features = describe_match(question, gathered.evidence, gathered.ranked, engine.generation, engine.embedder)
            if judge:
                features["judgement"] = logit(_judge(engine, question, gathered.evidence))
            rows.append(features)
            labels.append(item.answerable)
    path = Path(advisor.answerability.__file__).with_name("answerability.json")
    models = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    models["extractive"] = fit(rows, labels, FEATURES, WRONGLY_DECLINED)
    if judge:
        models["judged"] = fit(rows, labels, JUDGED, JUDGED_WRONGLY_DECLINED)
    path.write_text(json.dumps(models, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(models, indent=1))


if __name__ == "__main__":
    main()

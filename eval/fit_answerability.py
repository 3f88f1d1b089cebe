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


class Judgements:
    """What the model said of each prompt, so that only new prompts cost time; those no longer asked are dropped."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, float] = json.loads(CACHE.read_text(encoding="utf-8")) if CACHE.exists() else {}
        self._asked: dict[str, float] = {}

    def ask(self, question: Question, evidence: list[Evidence]) -> float:
        """P(yes) that the evidence answers the question."""
        prompt = fill_prompt("system") + show_evidence(question, evidence) + fill_prompt("judge_answerable")
        key = hashlib.sha256(prompt.encode()).hexdigest()[:24]
        if key not in self._known:
            assert self._engine.model is not None
            self._known[key] = round(judge_answerable(self._engine.model, question, evidence), 4)
            self._write(self._known)
        self._asked[key] = self._known[key]
        return self._known[key]

    def keep_asked(self) -> None:
        """Drops what no question needs any more."""
        self._write(self._asked)

    def _write(self, judgements: dict[str, float]) -> None:
        CACHE.write_text(json.dumps(judgements, indent=0, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    judge = "--judge" in sys.argv
    rows, labels = [], []
    with open_engine(Settings(llm="local" if judge else "extractive")) as engine:
        judgements = Judgements(engine)
        for item in load_golden("dev"):
            question = engine.read(item.messages)
            gathered = gather_evidence(engine, question)
            features = describe_match(question, gathered.evidence, gathered.ranked, engine.generation, engine.embedder)
            if judge:
                features["judgement"] = logit(judgements.ask(question, gathered.decisive))
            rows.append(features)
            labels.append(item.answerable)
        if judge:
            judgements.keep_asked()
    path = Path(advisor.answerability.__file__).with_name("answerability.json")
    models = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    models["extractive"] = fit(rows, labels, FEATURES, WRONGLY_DECLINED)
    if judge:
        models["judged"] = fit(rows, labels, JUDGED, WRONGLY_DECLINED)
    path.write_text(json.dumps(models, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(models, indent=1))


if __name__ == "__main__":
    main()

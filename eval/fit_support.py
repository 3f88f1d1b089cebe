"""Fits the support check on hand-labelled pairs and writes advisor/support.json.

Run ``python -m eval.fit_support``; it prints precision and recall of the check on the test pairs,
which the fit has not seen.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import advisor.support
from advisor.settings import Settings
from advisor.support import FEATURES, describe_support, find_broken_rule, is_verbatim
from eval.support_pairs import Pair, load_pairs, split_passage
from ingest.embedding import create_embedder

PRECISION = 0.975


def main() -> None:
    embedder = create_embedder(Settings(llm="extractive"))
    pairs = load_pairs()
    open_pairs = [p for p in pairs if not is_verbatim(p.sentence, p.heading, split_passage(p.passage)) and not find_broken_rule(p.sentence, p.heading, split_passage(p.passage))]
    table = {p.id: describe_support(p.sentence, p.heading, split_passage(p.passage), embedder) for p in open_pairs}
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=2000))
    fit = [p for p in open_pairs if p.split == "calibrate"]
    matrix = np.array([[table[p.id][name] for name in FEATURES] for p in fit])
    truth = np.array([p.supported for p in fit])
    groups = [p.passage for p in fit]
    held_out = cross_val_predict(model, matrix, truth, cv=GroupKFold(8), groups=groups, method="predict_proba")[:, 1]
    chance = {p.id: float(value) for p, value in zip(fit, held_out, strict=True)}
    threshold = _choose_threshold([p for p in pairs if p.split == "calibrate"], chance)
    model.fit(matrix, truth)
    weights = model[1].coef_[0] / model[0].scale_
    rules = {
        "intercept": round(float(model[1].intercept_[0] - weights @ model[0].mean_), 4),
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)},
        "threshold": round(threshold, 4),
    }
    path = Path(advisor.support.__file__).with_name("support.json")
    models = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    models["rules"] = rules
    models.setdefault("judged", {"intercept": 0.0, "weights": {"judgement": 0.0}, "threshold": 0.5})
    path.write_text(json.dumps(models, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(rules, indent=1))
    advisor.support.load_model.cache_clear()
    for split in ("calibrate", "test"):
        measure([p for p in pairs if p.split == split], split, embedder, verbose="-v" in sys.argv)


def measure(pairs: list[Pair], name: str, embedder: object, verbose: bool = False) -> tuple[float, float]:
    """Precision and recall of the check itself on labelled pairs; prints them and the misses by kind."""
    passed = {p.id: advisor.support.check_support(p.sentence, p.heading, split_passage(p.passage), embedder).holds for p in pairs}  # type: ignore[arg-type]
    let_through = [p for p in pairs if passed[p.id]]
    precision = sum(p.supported for p in let_through) / max(1, len(let_through))
    recall = sum(p.supported for p in let_through) / sum(p.supported for p in pairs)
    wrong = Counter(p.kind for p in pairs if passed[p.id] != p.supported)
    print(f"{name}: {len(pairs)} pairs, precision {precision:.3f}, recall {recall:.3f}; wrong by kind {dict(wrong)}")
    if verbose:
        for p in pairs:
            if passed[p.id] != p.supported:
                print("  ", p.id, p.kind, "|", p.sentence)
    return precision, recall


def _choose_threshold(pairs: list[Pair], chance: dict[str, float]) -> float:
    """Lowest threshold at which PRECISION of what passes is supported."""

    def passes(pair: Pair, cut: float) -> bool:
        units = split_passage(pair.passage)
        if is_verbatim(pair.sentence, pair.heading, units):
            return True
        return pair.id in chance and chance[pair.id] >= cut

    for cut in sorted(chance.values()):
        through = [p for p in pairs if passes(p, cut)]
        if through and sum(p.supported for p in through) / len(through) >= PRECISION:
            return cut
    return max(chance.values())


if __name__ == "__main__":
    main()

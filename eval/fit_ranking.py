"""Fits the weights of the passage ranking on the dev questions and writes advisor/ranking.json.

Run ``python -m eval.fit_ranking``; it prints ten-fold cross-validated figures and the weights.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import advisor.rank
from advisor.engine import open_engine
from advisor.rank import FEATURES
from advisor.settings import Settings
from eval.golden_set import GoldenItem, find_gold_ids, list_sections, load_golden

FOLDS = 10
PENALTY = 0.01
Array = NDArray[np.float64]


def fit_weights(tables: list[Array], gold: list[list[int]]) -> Array:
    """Weights that maximise the softmax mass on the gold rows of each table, with an L2 penalty."""
    size = tables[0].shape[1]

    def loss(weights: Array) -> tuple[float, Array]:
        value, slope = PENALTY * float(weights @ weights) / 2, PENALTY * weights
        for table, rows in zip(tables, gold, strict=True):
            scores = table @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            mass = share[rows].sum()
            wanted = np.zeros(len(share))
            wanted[rows] = share[rows] / mass
            value -= float(np.log(mass)) / len(tables)
            slope = slope - table.T @ (wanted - share) / len(tables)
        return value, slope

    result: Array = minimize(loss, np.zeros(size), jac=True, method="L-BFGS-B").x
    return result


def measure(tables: list[Array], gold: list[list[list[int]]], weights: list[Array]) -> dict[str, float]:
    """Share of gold sections among the first 1, 2, 3 and 6 rows."""
    found: dict[str, list[float]] = {}
    for table, sections, weight in zip(tables, gold, weights, strict=True):
        order = list(np.argsort(-(table @ weight), kind="stable"))
        for k in (1, 2, 3, 6):
            found.setdefault(f"recall@{k}", []).append(
                float(np.mean([bool(set(s) & set(order[:k])) for s in sections]))
            )
    return {name: round(float(np.mean(values)), 3) for name, values in found.items()}


def main() -> None:
    tables, gold = [], []
    with open_engine(Settings(llm="extractive")) as engine:
        sections = list_sections(engine.generation.passages.get_all())
        items: list[GoldenItem] = [item for item in load_golden("dev") if item.gold and item.kind != "fairness"]
        for item in items:
            question = engine.read(item.messages)
            if question.sides:
                continue
            ranked = engine.retrieve(question)
            ids = [r.chunk.id for r in ranked]
            rows = [[ids.index(id_) for id_ in section if id_ in ids] for section in find_gold_ids(item, sections)]
            if any(rows):
                tables.append(np.array([[r.features[name] for name in FEATURES] for r in ranked]))
                gold.append(rows)
    scale = np.concatenate(tables).std(axis=0) + 1e-9
    scaled = [table / scale for table in tables]
    flat = [sorted({row for section in rows for row in section}) for rows in gold]
    held_out: list[Array] = [np.zeros(len(FEATURES))] * len(scaled)
    for fold in range(FOLDS):
        train = [i for i in range(len(scaled)) if i % FOLDS != fold]
        weights = fit_weights([scaled[i] for i in train], [flat[i] for i in train])
        held_out = [weights if i % FOLDS == fold else held_out[i] for i in range(len(scaled))]
    print(f"{len(scaled)} questions; cross-validated: {measure(scaled, gold, held_out)}")
    final = fit_weights(scaled, flat) / scale
    named = {name: round(float(weight), 3) for name, weight in zip(FEATURES, final, strict=True)}
    Path(advisor.rank.__file__).with_name("ranking.json").write_text(json.dumps(named) + "\n", encoding="utf-8")
    print(named)


if __name__ == "__main__":
    main()

"""Fits the support check on hand-labelled pairs, writes advisor/support.json and prints how good the check is.

Run ``python -m eval.fit_support``: the local language model is asked about every pair that the rules
leave open (a second each; its answers are kept in eval/grounding/judgements.json). The figures for the
calibrate split are held out by passage, those for the test split come from pairs that no fit has seen.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import advisor.support
from advisor.answerability import Model, logit
from advisor.judge import judge_support
from advisor.language_model import create_chat_model
from advisor.settings import Settings
from advisor.support import FEATURES, check_support, describe_support, find_broken_rule, is_verbatim
from eval.support_pairs import RECOMBINED_FILE, Pair, load_pairs, split_passage
from ingest.embedding import Embedder, create_embedder

# What must be right of what passes, held out. More would cost a quarter of what is supported (docs/measurements.md).
PRECISION = 0.95
JUDGEMENTS = Path(__file__).with_name("grounding") / "judgements.json"
PENALTY = 1.0
FOLDS, ROUNDS = 8, 5
# The direction each feature may push. Near-misses are made from a passage's own words, so a free fit
# learns that copying is suspicious, which is wrong of sentences out in the world.
SIGNS = {"inserted": -1, "judgement": 1}

Floats = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-v", "--verbose", action="store_true", help="list the pairs that are decided wrongly")
    verbose = parser.parse_args().verbose
    embedder = create_embedder(Settings(llm="extractive"))
    pairs = load_pairs() + load_pairs(RECOMBINED_FILE)
    judgements = ask_judge(pairs, embedder)
    model, chances = fit(pairs, embedder, judgements)
    path = Path(advisor.support.__file__).with_name("support.json")
    path.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")
    advisor.support.load_model.cache_clear()
    for split in ("calibrate", "test"):
        chosen = [p for p in pairs if p.split == split]
        report(f"without a judge, {split}", chosen, {p.id: passes(p, embedder) for p in chosen}, verbose)
        judged = {p.id: passes(p, embedder, judgements.get(p.id)) for p in chosen}
        if split == "calibrate":
            judged = {p.id: _is_copied(p) or (_is_open(p) and chances[p.id] >= model["threshold"]) for p in chosen}
        report(f"with a judge, {split}", chosen, judged, verbose)


def passes(pair: Pair, embedder: Embedder, judgement: float | None = None) -> bool:
    """Whether the check lets the pair's sentence go out on its passage."""
    return check_support(pair.sentence, pair.heading, split_passage(pair.passage), embedder, judgement).holds


def score(pairs: list[Pair], passed: dict[str, bool]) -> tuple[float, float]:
    """Precision and recall of the check itself; precision is 1 where nothing passes."""
    through = [p for p in pairs if passed[p.id]]
    right = sum(p.supported for p in through)
    return right / len(through) if through else 1.0, right / max(1, sum(p.supported for p in pairs))


def ask_judge(pairs: list[Pair], embedder: Embedder) -> dict[str, float]:
    """The local model's judgement of each pair that the rules leave open, by id."""
    known: dict[str, float] = json.loads(JUDGEMENTS.read_text(encoding="utf-8"))
    unknown = [p for p in pairs if p.id not in known and _is_open(p)]
    settings = Settings(llm="local")
    model = create_chat_model(settings.llm, settings.data_dir) if unknown else None
    for pair in unknown:
        assert model is not None
        known[pair.id] = judge_support(model, pair.sentence, pair.heading, split_passage(pair.passage), embedder)
        JUDGEMENTS.write_text(json.dumps(known, indent=0), encoding="utf-8")
    return known


def fit(pairs: list[Pair], embedder: Embedder, judgements: dict[str, float]) -> tuple[Model, dict[str, float]]:
    """The model with its threshold, and the probability of each open calibrate pair held out by passage."""
    chosen = [p for p in pairs if p.split == "calibrate" and _is_open(p)]
    rows = [describe_support(p.sentence, p.heading, split_passage(p.passage), embedder) for p in chosen]
    rows = [row | {"judgement": logit(judgements[p.id])} for row, p in zip(rows, chosen, strict=True)]
    matrix = np.array([[row[name] for name in FEATURES] for row in rows])
    truth = np.array([p.supported for p in chosen])
    passages = sorted({p.passage for p in chosen})
    chances = np.zeros(len(chosen))
    for seed in range(ROUNDS):
        order = np.random.default_rng(seed).permutation(len(passages))
        fold = np.array([order[passages.index(p.passage)] % FOLDS for p in chosen])
        for number in range(FOLDS):
            here = fold == number
            intercept, weights = fit_logistic(matrix[~here], truth[~here], FEATURES)
            chances[here] += 1.0 / (1.0 + np.exp(-(matrix[here] @ weights + intercept))) / ROUNDS
    held_out = {p.id: float(chance) for p, chance in zip(chosen, chances, strict=True)}
    intercept, weights = fit_logistic(matrix, truth, FEATURES)
    # The recombined pairs are nearly all near-misses; a threshold wants the mix of the others.
    mixed = [p for p in pairs if p.split == "calibrate" and p.kind not in ("recombined", "reworded")]
    model: Model = {
        "intercept": round(intercept, 4),
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)},
        "threshold": round(choose_threshold(mixed, held_out, PRECISION), 4),
    }
    return model, held_out


def fit_logistic(matrix: Floats, truth: NDArray[np.bool_], names: tuple[str, ...]) -> tuple[float, Floats]:
    """Intercept and weights of a logistic regression, ridge-penalised, each weight on its side of zero by SIGNS."""
    mean, spread = matrix.mean(axis=0), matrix.std(axis=0) + 1e-9
    scaled = (matrix - mean) / spread
    target = np.where(truth, 1.0, -1.0)

    def loss(w: Floats) -> tuple[float, Floats]:
        margin = target * (scaled @ w[1:] + w[0])
        slope = -target / (1.0 + np.exp(margin))
        value = np.logaddexp(0.0, -margin).sum() + (w[1:] ** 2).sum() / (2 * PENALTY)
        return float(value), np.concatenate([[slope.sum()], scaled.T @ slope + w[1:] / PENALTY])

    bounds = [(None, None)] + [(0.0, None) if SIGNS[name] > 0 else (None, 0.0) for name in names]
    found = minimize(loss, np.zeros(len(names) + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    weights: Floats = found[1:] / spread
    return float(found[0] - weights @ mean), weights


def choose_threshold(pairs: list[Pair], chances: dict[str, float], precision: float) -> float:
    """Lowest threshold at which so much of what passes is supported; verbatim sentences pass anyhow."""
    copied = {p.id for p in pairs if _is_copied(p)}
    for cut in sorted(set(chances.values())):
        passed = {p.id: p.id in copied or chances.get(p.id, 0.0) >= cut for p in pairs}
        if score(pairs, passed)[0] >= precision:
            return cut
    return 1.0


def report(name: str, pairs: list[Pair], passed: dict[str, bool], verbose: bool) -> None:
    """Prints precision and recall with 95 % intervals, and what passed by kind."""
    precision, recall = score(pairs, passed)
    through, supported = sum(passed.values()), sum(p.supported for p in pairs)
    print(f"\n{name}: {len(pairs)} pairs")
    print(f"  precision {precision:.3f} {_show_interval(precision, through)} of {through} let through")
    print(f"  recall    {recall:.3f} {_show_interval(recall, supported)} of {supported} supported")
    totals, passes_by = Counter(p.kind for p in pairs), Counter(p.kind for p in pairs if passed[p.id])
    for wanted in (True, False):
        kinds = sorted({p.kind for p in pairs if p.supported == wanted})
        shown = ", ".join(f"{kind} {passes_by[kind]}/{totals[kind]}" for kind in kinds)
        print(f"  {'supported' if wanted else 'not supported'}, let through: {shown}")
    for pair in pairs if verbose else []:
        if passed[pair.id] != pair.supported:
            why = find_broken_rule(pair.sentence, pair.heading, split_passage(pair.passage))
            print(f"    {pair.id} {pair.kind}: {pair.sentence} {f'({why})' if why else ''}")


def _show_interval(share: float, count: int, z: float = 1.96) -> str:
    """Wilson's interval of a share."""
    if not count:
        return "[0, 1]"
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return f"[{max(0.0, centre - half):.3f}, {min(1.0, centre + half):.3f}]"


def _is_copied(pair: Pair) -> bool:
    return is_verbatim(pair.sentence, pair.heading, split_passage(pair.passage))


def _is_open(pair: Pair) -> bool:
    units = split_passage(pair.passage)
    return not _is_copied(pair) and not find_broken_rule(pair.sentence, pair.heading, units)


if __name__ == "__main__":
    main()

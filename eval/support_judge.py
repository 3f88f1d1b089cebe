"""A judge of support for the citation metrics, which shares nothing with the product's own grounding check.

It compares the letters and words of a sentence with those of its passage and is fitted, at first use, on the
calibration pairs of eval/grounding; its agreement with the labels of the test pairs is printed with every run, so that
a reader knows what its word is worth.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.metrics import cohen_kappa_score

from eval.support_pairs import RECOMBINED_FILE, Pair, load_pairs, split_passage
from ingest.normalise import extract_words, fold

_NEGATION = re.compile(r"\b(?:not|no|never|none|without|neither|nor|cannot|less|fewer|least|hardly|\w+n't)\b")
_FIGURE = re.compile(r"\d[\d,.]*")


def judge_support(sentence: str, passages: Sequence[str]) -> bool:
    """Whether the passages together support all of the sentence."""
    return bool(passages) and bool(
        _fit().predict(np.array([describe_pair(sentence, "\n".join(passages))]))[0]
    )


def measure_agreement() -> dict[str, float]:
    """Agreement with labels that the judge was not fitted on.

    written: share of equal labels on the test pairs, whose sentences say things in other words or nearly
    right; kappa: Cohen's, on the same. quoted: on sentences that stand in a passage word for word, half of them
    shown with another passage; all that is given out without a writing model is of this sort.
    """
    pairs = [pair for pair in load_pairs() if pair.split == "test"]
    said = [judge_support(pair.sentence, [f"{pair.heading}\n{pair.passage}"]) for pair in pairs]
    truth = [pair.supported for pair in pairs]
    passages = sorted({pair.passage for pair in pairs})
    quotes = [split_passage(passage)[-1] for passage in passages]
    kept = [judge_support(quote, [passage]) for quote, passage in zip(quotes, passages, strict=True)]
    moved = [judge_support(quote, [other]) for quote, other in zip(quotes, passages[1:] + passages[:1], strict=True)]
    return {
        "written": float(np.mean([a == b for a, b in zip(said, truth, strict=True)])),
        "kappa": float(cohen_kappa_score(said, truth)),
        "quoted": float(np.mean(kept + [not label for label in moved])),
    }


def describe_pair(sentence: str, passage: str) -> list[float]:
    """How much of the sentence its passage has, in ten numbers.

    Whether it stands there word for word; best alignment of its letters; share of its stems, of its pairs of
    neighbouring stems and of its letter triples that the passage has; the same for the nearest line; figures that
    the passage lacks; the difference in negations to the nearest line; length in words.
    """
    plain, text = _plain(sentence), _plain(passage)
    lines = [_plain(line) for line in re.split(r"\n|(?<=[.!?]) ", passage) if line.strip()]
    nearest = max(lines, key=lambda line: fuzz.token_set_ratio(plain, line), default="")
    words, all_words, near_words = extract_words(sentence), extract_words(passage), extract_words(nearest)
    figures = set(_FIGURE.findall(plain))
    return [
        float(plain.rstrip(".:") in text),
        fuzz.partial_ratio(plain, text) / 100,
        _share(words, all_words),
        _share(_pair_up(words), _pair_up(all_words)),
        _share(_cut(plain), _cut(text)),
        fuzz.token_set_ratio(plain, nearest) / 100,
        _share(words, near_words),
        float(len(figures - set(_FIGURE.findall(text)))),
        float(len(_NEGATION.findall(plain)) - len(_NEGATION.findall(nearest))),
        float(len(words)),
    ]


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", fold(text)).strip()


def _pair_up(words: Sequence[str]) -> list[str]:
    return [f"{a} {b}" for a, b in pairwise(words)]


def _cut(text: str) -> list[str]:
    return [text[i : i + 3] for i in range(len(text) - 2)]


def _share(of: Sequence[str], among: Sequence[str]) -> float:
    known = set(among)
    return sum(item in known for item in of) / len(of) if of else 1.0


def _move_quotes(pairs: Sequence[Pair]) -> list[tuple[str, str, bool]]:
    """(sentence, passage, supported): sentences of passages, each beside its own and beside two others."""
    passages = sorted({pair.passage for pair in pairs})
    moved: list[tuple[str, str, bool]] = []
    for i, passage in enumerate(passages):
        for sentence in split_passage(passage):
            moved.append((sentence, passage, True))
            others = [passages[i - 1], passages[(i + 7) % len(passages)]]
            moved += [(sentence, other, False) for other in others if sentence not in other]
    return moved


@lru_cache(maxsize=1)
def _fit() -> Any:
    test = {pair.passage for pair in load_pairs() if pair.split == "test"}
    pairs: list[Pair] = [pair for pair in load_pairs() if pair.split == "calibrate"]
    pairs += [pair for pair in load_pairs(RECOMBINED_FILE) if pair.split == "calibrate"]
    labelled = [(pair.sentence, f"{pair.heading}\n{pair.passage}", pair.supported) for pair in pairs]
    labelled += _move_quotes([pair for pair in pairs if pair.passage not in test])
    table: NDArray[np.float64] = np.array([describe_pair(sentence, passage) for sentence, passage, _ in labelled])
    return GradientBoostingClassifier(random_state=0).fit(table, [supported for *_, supported in labelled])

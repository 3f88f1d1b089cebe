"""Does a passage support a sentence? Named features, a logistic model over them, and rules with the last word.

The coefficients lie in support.json, fitted by eval/fit_support.py on hand-labelled pairs.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from advisor.answerability import Model, logit
from advisor.roles import name_roles
from ingest.embedding import Embedder
from ingest.normalise import STOP_WORDS, extract_tokens, extract_words, fold, stem

FEATURES = ("cosine", "window", "covered", "worst", "second", "strays", "polarity", "degree", "order")

_NUMBER_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "ninety": "90", "hundred": "100", "fortnight": "14"}
_NEGATION = re.compile(
    r"\b(not|no|never|none|nor|neither|without|cannot|hardly|rarely|seldom|barely|lacks?|lacking|fails? to|instead of|"
    r"rather than|unlike|except|no longer|unable|nothing)\b|n't\b"
)
# Words that turn the strength or the direction of a statement; one that the passage lacks is a warning.
_DEGREE = {
    "more": "up", "higher": "up", "increase": "up", "increases": "up", "rise": "up", "rises": "up", "raise": "up", "rose": "up", "grow": "up", "grew": "up", "gain": "up", "gains": "up", "above": "up", "longer": "up", "faster": "up", "better": "up", "fiercest": "up", "most": "most", "best": "up", "highest": "up", "improve": "up", "improves": "up",
    "less": "down", "lower": "down", "lowers": "down", "lowest": "down", "decrease": "down", "decreases": "down", "fall": "down", "falls": "down", "fell": "down", "fewer": "down", "shrink": "down", "shrinks": "down", "below": "down", "shorter": "down", "slower": "down", "worse": "down", "least": "least", "reduce": "down", "reduces": "down", "loses": "down", "lose": "down", "weakest": "down", "worst": "down", "drop": "down", "drops": "down", "cut": "down",
    "all": "all", "every": "all", "each": "all", "always": "all", "entirely": "all", "must": "must", "required": "must", "mandatory": "must", "guarantee": "must", "guarantees": "must", "only": "only", "solely": "only", "exclusively": "only", "just": "only", "alone": "only",
    "some": "some", "sometimes": "some", "often": "often", "usually": "often", "typically": "often", "many": "many", "few": "few", "rarely": "few", "half": "half", "majority": "most",
    "before": "before", "after": "after", "until": "before", "first": "first", "last": "last", "because": "cause", "minimum": "least", "maximum": "most",
}  # fmt: skip


@dataclass(frozen=True)
class Support:
    """probability: calibrated, 0 to 1. broken_rule: why it cannot be supported whatever the probability, or ""."""

    probability: float
    broken_rule: str = ""

    @property
    def holds(self) -> bool:
        """Whether the sentence may go out on this passage."""
        return not self.broken_rule and self.probability >= load_model()["threshold"]


def check_support(sentence: str, heading: str, units: list[str], embedder: Embedder, judgement: float | None = None) -> Support:
    """Checks one sentence against one passage.

    heading: the passage's heading path; units: its sentences, items and rows. judgement: the
    language model's P(yes) that the passage supports the sentence, where one was asked.
    """
    if is_verbatim(sentence, heading, units):
        return Support(1.0)
    broken = find_broken_rule(sentence, heading, units)
    if broken:
        return Support(0.0, broken)
    features = describe_support(sentence, heading, units, embedder)
    model = load_model()
    score = model["intercept"] + sum(weight * features[name] for name, weight in model["weights"].items())
    if judgement is not None:
        score += load_model("judged")["weights"]["judgement"] * logit(judgement) + load_model("judged")["intercept"]
    return Support(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score)))))


def is_verbatim(sentence: str, heading: str, units: list[str]) -> bool:
    """Whether the sentence stands in the passage or its headings word for word, end punctuation aside."""
    plain = " ".join(extract_tokens(sentence))
    texts = [*units, *heading.split(" > ")]
    return bool(plain) and any(f" {plain} " in f" {' '.join(extract_tokens(text))} " for text in [*texts, " ".join(units)])


def find_broken_rule(sentence: str, heading: str, units: list[str]) -> str:
    """The hard rule a sentence breaks, "" where it breaks none.

    Every number of the sentence must stand in the passage; every role it names must be named there;
    so must its acronyms and the names inside it.
    """
    passage = "\n".join([heading, *units])
    missing = read_numbers(sentence) - read_numbers(passage)
    if missing:
        return f"the passage does not have the figure {sorted(missing)[0]}"
    roles = set(name_roles(sentence)) - set(name_roles(passage))
    if roles and name_roles(passage):
        return f"the passage does not speak of the role {sorted(roles)[0]}"
    said = {stem(token) for token in extract_tokens(passage)}
    for name in _find_proper_names(sentence):
        if not {stem(token) for token in extract_tokens(name)} & said and not name_roles(name):
            return f"the passage does not name {name}"
    return ""


def describe_support(sentence: str, heading: str, units: list[str], embedder: Embedder) -> dict[str, float]:
    """Features by FEATURES.

    cosine: with the best unit under its heading; window: with the best pair of neighbours.
    covered: share of content words met by the passage, near-synonyms in part; worst, second: the two
    words met least; strays: words met hardly at all. polarity: negations differ from those of the
    units it rests on. degree: words of strength or direction that are not there. order: share of
    the sentence's word pairs that stand in the same unit.
    """
    last = heading.split(" > ")[-1]
    windows = [f"{last}: {unit}" for unit in units] + [f"{last}: {a} {b}" for a, b in pairwise(units)]
    words = list(dict.fromkeys(t for t in extract_tokens(sentence) if t not in STOP_WORDS and not t.isdigit()))
    passage = "\n".join([heading, *units])
    there = list(dict.fromkeys(t for t in extract_tokens(passage) if t not in STOP_WORDS))
    vectors = embedder.embed([sentence, *windows, *words, *there])
    cosines = vectors[1 : 1 + len(windows)] @ vectors[0]
    base = 1 + len(windows)
    if words and there:
        match = (vectors[base : base + len(words)] @ vectors[base + len(words) :].T).max(axis=1)
        stems = {stem(t) for t in there}
        match = np.array([1.0 if stem(w) in stems else m for w, m in zip(words, match, strict=True)])
    else:
        match = np.ones(1)
    ordered = np.sort(match)
    best = int(np.argmax(cosines[: len(units)])) if units else 0
    near = [unit for unit, cosine in zip(units, cosines, strict=False) if cosine >= cosines[best] - 0.12]
    return {
        "cosine": float(cosines[: len(units)].max(initial=0.0)),
        "window": float(cosines.max(initial=0.0)),
        "covered": float(match.mean()),
        "worst": float(ordered[0]),
        "second": float(ordered[1]) if len(ordered) > 1 else float(ordered[0]),
        "strays": float((match < 0.55).sum()),
        "polarity": float(_count_negations(sentence) not in {_count_negations(u) for u in [*near, " ".join(near)]}),
        "degree": float(_count_degree(sentence, passage)),
        "order": _share_pairs(sentence, [f"{last} {unit}" for unit in units]),
    }


def read_numbers(text: str) -> set[str]:
    """Numbers of a text in one form: digits, number words, "8-12" as 8 and 12, "10,000" as 10000."""
    folded = re.sub(r"(?<=\d),(?=\d{3})", "", fold(text))
    digits = {d.rstrip("0").rstrip(".") if "." in d else d for d in re.findall(r"\d+(?:\.\d+)?", folded)}
    digits |= {number + "000" for number in re.findall(r"(\d+)k\b", folded)}
    words = {_NUMBER_WORDS[token] for token in extract_tokens(text) if token in _NUMBER_WORDS}
    # "one" is mostly a pronoun, so it demands nothing of the passage.
    return digits | (words - {"1"})


@lru_cache(maxsize=4)
def load_model(name: str = "rules") -> Model:
    """Coefficients: "rules" for the features, "judged" for what a judgement adds to them."""
    models: dict[str, Model] = json.loads(Path(__file__).with_name("support.json").read_text(encoding="utf-8"))
    return models[name]


def _find_proper_names(sentence: str) -> list[str]:
    """Acronyms, and capitalised words that do not open the sentence."""
    words = re.findall(r"[A-Za-z0-9][\w+#.-]*", sentence)
    return [
        word.rstrip(".")
        for i, word in enumerate(words)
        if re.fullmatch(r"[A-Z][A-Z0-9]+s?", word) or (i and re.match(r"[A-Z][a-z]", word))
    ]


def _count_negations(text: str) -> int:
    return min(2, len(_NEGATION.findall(fold(text))))


def _count_degree(sentence: str, passage: str) -> int:
    there = {_DEGREE[t] for t in extract_tokens(passage) if t in _DEGREE}
    return sum(1 for d in {_DEGREE[t] for t in extract_tokens(sentence) if t in _DEGREE} if d not in there)


def _share_pairs(sentence: str, units: list[str]) -> float:
    words = extract_words(sentence)
    pairs = set(pairwise(words))
    if not pairs:
        return 1.0
    sets = [set(extract_words(unit)) for unit in units]
    return sum(any(a in s and b in s for s in sets) for a, b in pairs) / len(pairs)

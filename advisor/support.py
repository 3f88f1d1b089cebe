"""Does a passage support a sentence? Rules, then a language model's judgement weighed with named features.

The coefficients lie in support.json, fitted by eval/fit_support.py on hand-labelled pairs. Without a
judgement every telling word of the sentence must be met by the passage.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from advisor.answerability import Model, logit
from advisor.support_binding import drop_roles
from advisor.support_numbers import read_numbers
from advisor.support_polarity import split_words
from advisor.support_rules import find_broken_rule
from ingest.embedding import Embedder, Vectors
from ingest.normalise import STOP_WORDS, extract_tokens, extract_words, stem

__all__ = ["Support", "check_support", "find_broken_rule", "is_verbatim", "load_model", "read_numbers"]

FEATURES = ("inserted", "judgement")

# From these cosines on a word counts as met, and a sentence as about the same thing as a unit or two neighbours.
_MET, _CLOSE = 0.85, 0.35
# A cut before or after these may turn the meaning of the words that are left.
_TURNS_BEFORE = split_words("not no never if unless when whether without nor neither cannot only until")
_TURNS_AFTER = split_words("if unless except only when until provided but without rather instead")


@dataclass(frozen=True)
class Support:
    """probability: calibrated, 0 to 1. broken_rule: why it cannot be supported whatever the probability, or "".

    threshold: the probability from which a sentence may go out. verbatim: it stands in the passage as it is.
    """

    probability: float
    broken_rule: str = ""
    threshold: float = 0.5
    verbatim: bool = False

    @property
    def holds(self) -> bool:
        """Whether the sentence may go out on this passage."""
        return not self.broken_rule and self.probability >= self.threshold


def check_support(
    sentence: str, heading: str, units: list[str], embedder: Embedder, judgement: float | None = None
) -> Support:
    """Checks one sentence against one passage.

    heading: the passage's heading path, joined by " > "; units: its sentences, items and rows.
    judgement: what judge_support gave for them, where a language model was asked.
    """
    if is_verbatim(sentence, heading, units):
        return Support(1.0, verbatim=True)
    broken = find_broken_rule(sentence, heading, units)
    if broken:
        return Support(0.0, broken)
    if _compare_units(sentence, heading, units, embedder).max(initial=0.0) < _CLOSE:
        return Support(0.0, "the passage is about something else")
    features = describe_support(sentence, heading, units, embedder)
    if judgement is None:
        return Support(1.0 - features["foreign"], threshold=1.0)
    features["judgement"] = logit(judgement)
    model = load_model()
    score = model["intercept"] + sum(weight * features[name] for name, weight in model["weights"].items())
    return Support(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score)))), threshold=model["threshold"])


def is_verbatim(sentence: str, heading: str, units: list[str]) -> bool:
    """Whether the sentence stands in the passage word for word, end punctuation aside.

    It may be whole headings and units in their order, or a part of one unit, unless what was cut off
    beside it turns its meaning ("not", "unless").
    """
    plain = extract_tokens(sentence)
    texts = [tokens for text in [*heading.split(" > "), *units] if (tokens := extract_tokens(text))]
    rest = plain
    for tokens in texts:
        if rest[: len(tokens)] == tokens:
            rest = rest[len(tokens) :]
    if not rest:
        return bool(plain)
    return any(_holds_part(tokens, plain) for tokens in texts)


def _holds_part(tokens: list[str], part: list[str]) -> bool:
    for i in range(len(tokens) - len(part) + 1):
        if tokens[i : i + len(part)] == part:
            after = tokens[i + len(part) :]
            return not _TURNS_BEFORE & set(tokens[:i]) and not _TURNS_AFTER & set(after[:1])
    return False


def describe_support(sentence: str, heading: str, units: list[str], embedder: Embedder) -> dict[str, float]:
    """Features of a sentence beside a passage, about its telling words: those that are not in plain use for everything.

    foreign: share of them that the passage does not meet. inserted, one of FEATURES: how many are not met, as far
    as the rest of the sentence is copied: in a sentence that otherwise keeps the passage's words a new word is
    hardly another name for one of them.
    """
    words = [word for word in _list_content_words(sentence) if stem(word) not in _load_light_words()]
    telling = _match_words(words, heading, units, embedder).values()
    new = sum(met < _MET for met in telling)
    context = set(extract_words(" ".join([heading, *(unit for unit in units if unit.rstrip().endswith(":"))])))
    copied = _share_pairs(sentence, [context | set(extract_words(unit)) for unit in units])
    return {
        "foreign": new / max(1, len(telling)),
        "inserted": min(new, 3) * copied,
    }


def select_units(sentence: str, heading: str, units: list[str], embedder: Embedder, count: int = 3) -> list[str]:
    """The units nearest to the sentence, in their order: what a judge needs to see."""
    if len(units) <= count:
        return units
    nearest = np.argsort(-_compare_units(sentence, heading, units, embedder)[: len(units)], kind="stable")[:count]
    return [units[i] for i in sorted(nearest)]


@lru_cache(maxsize=1)
def load_model() -> Model:
    """Coefficients of the model over the features, and the probability from which a sentence may go out."""
    model: Model = json.loads(Path(__file__).with_name("support.json").read_text(encoding="utf-8"))
    return model


def _compare_units(sentence: str, heading: str, units: list[str], embedder: Embedder) -> Vectors:
    """Cosines with each unit under its heading, then with each pair of neighbours."""
    last = heading.split(" > ")[-1]
    windows = [f"{last}: {unit}" for unit in units] + [f"{last}: {a} {b}" for a, b in pairwise(units)]
    vectors = embedder.embed([sentence, *windows])
    cosines: Vectors = vectors[1:] @ vectors[0]
    return cosines


def _list_content_words(sentence: str) -> list[str]:
    """Words with a meaning of their own, each once; roles and figures are left to the rules."""
    tokens = dict.fromkeys(extract_tokens(drop_roles(sentence)))
    return [t for t in tokens if t not in STOP_WORDS and len(t) > 1 and not t[0].isdigit() and not read_numbers(t)]


def _match_words(words: list[str], heading: str, units: list[str], embedder: Embedder) -> dict[str, float]:
    """How well the passage meets each word: 1 for its stem, 0.9 for its family, else the best cosine with a word."""
    there = list(dict.fromkeys(t for t in extract_tokens("\n".join([heading, *units])) if not t[0].isdigit()))
    stems = {stem(token) for token in there}
    joined = {a + b for unit in units for a, b in pairwise(extract_tokens(unit))}
    match = {word: 1.0 if stem(word) in stems or word in joined else 0.0 for word in words}
    for word in words:
        if not match[word] and any(len(stem(word)) > 4 and other[:5] == word[:5] for other in stems):
            match[word] = 0.9
    unmet = [word for word in words if not match[word]]
    candidates = [token for token in there if token not in STOP_WORDS]
    if unmet and candidates:
        vectors = embedder.embed([*unmet, *candidates])
        best = (vectors[: len(unmet)] @ vectors[len(unmet) :].T).max(axis=1)
        match |= {word: float(value) for word, value in zip(unmet, best, strict=True)}
    return match


def _share_pairs(sentence: str, units: list[set[str]]) -> float:
    """Share of the sentence's neighbouring content words that stand in one unit together."""
    pairs = set(pairwise(extract_words(sentence)))
    return sum(any(a in u and b in u for u in units) for a, b in pairs) / len(pairs) if pairs else 1.0


@lru_cache(maxsize=1)
def _load_light_words() -> frozenset[str]:
    """Stems of words that a paraphrase adds without saying more, such as "include" or "together"."""
    text = Path(__file__).with_name("support_light_words.txt").read_text(encoding="utf-8")
    return frozenset(stem(word) for word in text.split())

"""The probability that the evidence answers the question: a logistic model over named features.

Two sets of coefficients lie in answerability.json, fitted on labelled questions by
eval/fit_answerability.py: one without a language model, one that also takes its one-token judgement.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypedDict

import numpy as np

from advisor.evidence import Evidence, share_out
from advisor.question import Question
from advisor.rank import Ranked
from advisor.uncovered import match_topics, measure_neighbours
from ingest.embedding import Embedder
from ingest.generation import Generation
from ingest.normalise import STOP_WORDS, extract_tokens, extract_words, fold, stem
from ingest.roles import name_roles

FEATURES = (
    "unit", "dense", "asked", "asked_bare", "not_covered", "not_covered_bare", "neighbours", "neighbours_bare",
    "rank", "share", "coverage",
    "gap", "unknown", "kind_missing", "name_missing", "place_missing", "year_missing", "choice_missing",
    "role_missing", "role_gap", "request",
)  # fmt: skip

# Stands in for the nearness to a topic in a corpus without a register of what it does not cover: the
# higher, the more is declined; here hardly an answerable question is (docs/measurements.md).
NO_REGISTER = 0.54
# Between these probabilities by the features alone it pays to ask a language model (docs/measurements.md).
DOUBT = (0.15, 0.93)
# A question word matched this well by the evidence counts as spoken of.
MATCHED = 0.45
_NUMBER = r"(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred)\b)"
# What must stand in the evidence for each kind of detail a question can want.
_KIND_PATTERNS = {
    "money": r"[$€£¥]\s?\d|\d[\d,.]*\s?(?:usd|eur|gbp|dollars?|euros?|pounds?|k\b)|\bfree\b",
    "duration": rf"{_NUMBER}[^.;:]{{0,12}}\b(?:hours?|days?|weeks?|months?|years?|minutes?)|days? \d",
    "date": r"\b(?:19|20)\d\d\b",
    "share": r"\d\s?(?:%|per ?cent)|\b(?:half|third|quarter) of\b|\bone in \w+|\bout of \w+",
    "count": _NUMBER,
}
# Requests for a piece of work or a personal verdict, which no passage answers.
_REQUEST = re.compile(
    r"\b(write|draft|translate|rewrite|fix|debug|generate) (me |my |us |this |an? )|\bwhat would you do\b|"
    r"\bshould i quit\b|\b(your|ur) (opinion|favou?rite)\b|\bdo you (think|feel|like)\b|\bpredict\b|"
    r"\b(code|function|script) (for|to|that)\b"
)


class Model(TypedDict):
    """intercept and weights of a logistic model, and the probability from which a question is answered."""

    intercept: float
    weights: dict[str, float]
    threshold: float


def describe_match(
    question: Question,
    evidence: Sequence[Evidence],
    ranked: Sequence[Ranked],
    generation: Generation,
    embedder: Embedder,
) -> dict[str, float]:
    """Features of how well the evidence meets the question, by FEATURES.

    unit, dense: best cosine of a unit and of a passage. asked, asked_bare: best cosine with an example question of
    the evidence. not_covered, not_covered_bare: with one that the material is known not to answer. neighbours,
    neighbours_bare: of the example questions nearest to it, the share of those. rank, share: best rank score, and its
    share of the probability. coverage: idf-weighted share of the question's words met by the evidence, near-synonyms
    in part. gap: the heaviest unmet word. unknown: idf share of words the whole corpus lacks. kind_missing: a figure,
    date, duration or sum is asked for and no unit that shares a word with the question has one. name_missing,
    place_missing, year_missing: how many of those the question names and the evidence does not. role_missing: a role
    is asked about that the evidence does not speak of. role_gap: how much nearer the question comes to what is told
    of other roles than to what is told of its own. choice_missing: "X or Y" of which the corpus knows neither.
    request: a piece of work or a personal verdict is wanted, not information.
    """
    passages = list({id(e.ranked): e.ranked for e in evidence}.values())
    text = "\n".join([p.chunk.search_text for p in passages])
    idf = np.array([generation.vocabulary.compute_idf(word) for word in question.words])
    match = np.array([max((p.word_match.get(word, 0.0) for p in passages), default=0.0) for word in question.words])
    total = float(idf.sum()) or 1.0
    strange = [not generation.vocabulary.knows(word) for word in question.words]
    said = set(extract_tokens(text))
    places = [word for word in question.words if word in load_places()]
    names = [word for word in question.words if len(word) > 2 and not embedder.is_word(word) and word.isalpha()]
    names += [word for word in extract_tokens(" ".join(_find_names(question.text))) if word not in names + places]
    spoken = set(name_roles(text))
    uncovered = match_topics(question, generation, embedder).values()
    neighbours, neighbours_bare = measure_neighbours(question, generation, embedder)
    return {
        "unit": max((max(p.unit_scores) for p in passages), default=0.0),
        "dense": max((r.features["dense"] for r in ranked), default=0.0),
        "asked": max((p.features["asked"] for p in passages), default=0.0),
        "asked_bare": max((p.features["asked_bare"] for p in passages), default=0.0),
        "not_covered": max((near.asked for near in uncovered), default=NO_REGISTER),
        "not_covered_bare": max((near.bare for near in uncovered), default=NO_REGISTER),
        "neighbours": neighbours,
        "neighbours_bare": neighbours_bare,
        "rank": ranked[0].score if ranked else 0.0,
        "share": max(share_out(ranked), default=0.0),
        "coverage": float(idf @ match) / total if len(idf) else 0.0,
        "gap": float(np.max(idf * (1 - match))) if len(idf) else 0.0,
        "unknown": float(idf @ (np.array(strange) * (1 - match))) / total if len(idf) else 0.0,
        "kind_missing": float(any(not _holds_kind(kind, question, evidence) for kind in question.wanted)),
        "name_missing": min(2.0, float(sum(name not in said for name in names))),
        "place_missing": float(any(place not in said for place in places)),
        "year_missing": float(any(year not in said for year in re.findall(r"\b20[2-9]\d\b", question.text))),
        "choice_missing": float(_is_strange_choice(question.text, generation)),
        "role_missing": float(bool(question.roles) and not set(question.roles) <= spoken),
        "role_gap": _measure_role_gap(question, ranked),
        "request": float(bool(_REQUEST.search(fold(question.text)))),
    }


def estimate_probability(features: dict[str, float], judgement: float | None = None) -> float:
    """Calibrated probability that the evidence answers the question. judgement: the model's P(yes), if asked."""
    model = load_models()["extractive" if judgement is None else "judged"]
    values = features if judgement is None else features | {"judgement": logit(judgement)}
    score = model["intercept"] + sum(weight * values[name] for name, weight in model["weights"].items())
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, score))))


def is_in_doubt(probability: float) -> bool:
    """Whether the features alone leave it open if the evidence answers the question."""
    return DOUBT[0] < probability < DOUBT[1]


def should_decline(probability: float, *, judged: bool) -> bool:
    """Whether the probability is below the threshold of its model."""
    return probability < load_models()["judged" if judged else "extractive"]["threshold"]


def logit(probability: float) -> float:
    """Log odds, cut off at 1e-4."""
    p = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(p / (1 - p))


@lru_cache(maxsize=1)
def load_models() -> dict[str, Model]:
    """Coefficients by name: "extractive" and "judged"."""
    models: dict[str, Model] = json.loads(Path(__file__).with_name("answerability.json").read_text(encoding="utf-8"))
    return models


def _holds_kind(kind: str, question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether some unit of the evidence has the kind of detail, and what is counted where something is."""
    if kind == "definition":
        return _defines(question, evidence)
    if kind == "name":
        done = re.search(r"\bwho (\w+)", fold(question.text))
        return not done or any(item.ranked.word_match.get(done.group(1), 1.0) >= MATCHED for item in evidence)
    counted = _find_counted(question.text) if kind in ("count", "duration") else ""
    for item in evidence:
        met = not counted or item.ranked.word_match.get(counted, 0.0) >= MATCHED
        for i in item.units:
            text = f"{item.chunk.section}: {item.chunk.units[i].text}"
            if re.search(_KIND_PATTERNS[kind], fold(text)) and (met or stem(counted) in extract_words(text)):
                return True
    return False


def _measure_role_gap(question: Question, ranked: Sequence[Ranked]) -> float:
    """Cosine lost by keeping to passages on the roles asked about or on none; 0 where no role is named."""
    if not question.roles or not ranked:
        return 0.0
    own = [item.features["asked_bare"] for item in ranked if item.features["role"] >= 0]
    return max(item.features["asked_bare"] for item in ranked) - max(own, default=0.0)


def _is_strange_choice(text: str, generation: Generation) -> bool:
    """Whether the question offers a choice of two things that the corpus knows nothing of."""
    found = re.search(r"\b([\w+#.-]{3,}) or ([\w+#.-]{3,})\b", fold(text))
    return found is not None and not any(generation.vocabulary.knows(w) or w in STOP_WORDS for w in found.groups())


def _defines(question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether a heading or the beginning of a unit is about the thing itself, not a mention in passing."""
    wanted = set(extract_words(question.text)) - {"mean", "explain", "defin", "stand"}
    if question.roles or not wanted:
        return True
    for item in evidence:
        openings = [item.chunk.path[-1] if item.chunk.path else item.chunk.meta.title]
        openings += [" ".join(item.chunk.units[i].text.split()[: len(wanted) + 4]) for i in item.units]
        if any(wanted <= set(extract_words(opening)) for opening in openings):
            return True
    return False


def _find_counted(text: str) -> str:
    """What "how many" counts: the last content word of the phrase after it, "" where nothing is counted."""
    found = re.search(r"\bhow many ((?:[\w-]+ ?){1,4})", fold(text))
    counted = ""
    for token in found.group(1).split() if found else []:
        if token in STOP_WORDS:
            break
        counted = token
    return counted


@lru_cache(maxsize=1)
def load_places() -> frozenset[str]:
    """Names of places, and words such as visa that make a question one about a place."""
    return frozenset(Path(__file__).with_name("places.txt").read_text(encoding="utf-8").split())


def _find_names(text: str) -> list[str]:
    """Capitalised words inside a sentence, which in a question are mostly names."""
    return re.findall(r"(?<=[a-z,] )[A-Z][A-Za-z0-9+#.-]+", text)

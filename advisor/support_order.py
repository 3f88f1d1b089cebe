"""Tells what stands in which order and quantity: from and to, cause and effect, contrasts, "several" and "one"."""

from __future__ import annotations

import re

from advisor.support_polarity import list_turns, split_words
from ingest.normalise import extract_words, fold, stem

_BETWEEN = split_words("of the these those their its our a an")
_QUANTITIES = [
    split_words(words)
    for words in (
        "one single",
        "several multiple various numerous",
        "all every each any",
        "most",
        "some certain",
        "few",
        "whole entire complete",
        "part half",
        "many",
    )
]
# Text on both sides of what gives it an order.
_WAYS = [
    re.compile(pattern)
    for pattern in (
        r"\bfrom (.{2,80}?) (?:in)?to (.{2,80}?)(?=[.;,]|$)",
        r"([^.;]{3,160}?),? because ([^.;]{3,160})",
        r"([^.;]{3,160}?),? before ([^.;,]{3,160})",
    )
]
_CONCESSION = re.compile(r"\b(?:even (?:when|if|though|without)|regardless|no matter|despite|in spite of)\b")
_CONTRAST = re.compile(r"\b(?:but|while|whereas|against)\b")
_COMPARES = re.compile(r"(?<!\bno )\b(?:more|less|fewer|\w{2,}er) (?:\w+ ){0,4}(?<!rather )(?<!other )than\b(?! \$?\d)")
_COMPARED = re.compile(
    r"\b(?:than|more|less|fewer|higher|lower|better|worse|faster|slower|beat|outperform\w*|exceed\w*|most|least|\w{3,}est)\b"
)


def check_order(sentence: str, units: list[str]) -> str:
    """Says what the sentence puts in another order or quantity than the passage, "" where it does not."""
    return (
        _check_quantities(sentence, units)
        or _check_ways(sentence, units)
        or _check_contrast(sentence, units)
        or _check_comparison(sentence, units)
    )


def _check_quantities(sentence: str, units: list[str]) -> str:
    """ "Several roles" where the passage has "one role": the same thing with another word of quantity."""
    there = {pair for unit in units for pair in _find_quantities(unit)}
    for quantity, thing in _find_quantities(sentence):
        others = {q for q, t in there if t == thing}
        if others and quantity not in others:
            return f"the passage does not speak of as many of {thing}"
    return ""


def _find_quantities(text: str) -> list[tuple[int, str]]:
    """Words of quantity by their kind, each with the stem of the word after it."""
    tokens = [t for t in list_turns(text) if t not in _BETWEEN]
    kinds = [next((n for n, words in enumerate(_QUANTITIES) if token in words), None) for token in tokens]
    return [(kind, stem(thing)) for kind, thing in zip(kinds, tokens[1:], strict=False) if kind is not None]


def _check_ways(sentence: str, units: list[str]) -> str:
    """ "From A to B" where the passage has "from B to A"; so with cause and effect, and with before and after."""
    for way in _WAYS:
        for start, goal in _find_ways(way, sentence):
            for first, last in (pair for unit in units for pair in _find_ways(way, unit)):
                crossed, straight = (start & last, goal & first), (start & first, goal & last)
                if all(crossed) and sum(map(len, crossed)) > sum(map(len, straight)):
                    return "the passage goes the other way"
    if _CONCESSION.search(fold(sentence)) and not _CONCESSION.search(fold(" ".join(units))):
        return "the passage makes no such concession"
    return ""


def _find_ways(way: re.Pattern[str], text: str) -> list[tuple[set[str], set[str]]]:
    return [(set(extract_words(match[1])), set(extract_words(match[2]))) for match in way.finditer(fold(text))]


def _check_contrast(sentence: str, units: list[str]) -> str:
    """Both halves of a contrast mix words that the passage keeps in different halves of one."""
    halves = [set(extract_words(half)) for half in _CONTRAST.split(fold(sentence))]
    for unit in units:
        there = [set(extract_words(half)) for half in _CONTRAST.split(fold(unit))]
        if len(halves) != 2 or len(there) < 2:
            continue
        one, two = there[0] - there[1], there[1] - there[0]
        if all(half & one and half & two for half in halves) and halves[0] & two - halves[1]:
            return "the passage has the contrast the other way round"
    return ""


def _check_comparison(sentence: str, units: list[str]) -> str:
    """ "More often than" rests on a unit that compares; what follows from two figures is not checked here."""
    for part in re.split(r"[.;] ", fold(sentence)):
        claimed = set(extract_words(part))
        shared = [len(claimed & set(extract_words(unit))) for unit in units]
        least = min(max(shared, default=0), 0.5 * len(claimed))
        near = " ".join(unit for unit, count in zip(units, shared, strict=True) if count >= least)
        if _COMPARES.search(part) and not _COMPARED.search(fold(near)):
            return "the passage does not compare these"
    return ""

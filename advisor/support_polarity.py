"""Tells a statement from its opposite: denials, "only" and "always", quantities in words, directions."""

from __future__ import annotations

import re

from ingest.normalise import extract_tokens, extract_words, fold

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nobody|nothing|without|cannot|hardly|rarely|seldom|barely|lack(?:s|ed|ing)?|"
    r"fail(?:s|ed)? to|instead of|rather than|unlike|except|unable|impossible|un(?!der|til|i|less)\w{5,})\b|n't\b"
)
# These look like negations and are none, or bound a figure.
_NO_NEGATION = re.compile(
    r"\b(?:nothing but|not only|not just|no (?:more|less|fewer|later) than|not more than|whether or not|no longer than)\b"
)
_ONLY = re.compile(
    r"\b(?:only|solely|exclusively|just|alone|purely|merely|nothing but|nothing else|limited to|sole)\b"
)
_SAYS_ONLY = re.compile(rf"{_ONLY.pattern}|\b(?:unless|no more than)\b")
_ALWAYS = re.compile(
    r"\b(?:always|every|all(?= (?:of|the|other|its|their|\w+s)\b)|never|entire(?:ly)?|without exception|everyone|everything)\b"
)
_SAYS_ALWAYS = re.compile(rf"{_ALWAYS.pattern}|\b(?:all|each|any|nobody|whenever|both|daily|weekly|nightly|whatever)\b")
# Words by which a statement can be made stronger than the passage; one of each class must be there.
_STRONGER = [
    re.compile(rf"\b(?:{words})\b")
    for words in (
        "must|required?|requires|mandatory|need(?:s|ed)? to|ha(?:s|ve) to|needs?",
        "guarantees?|guaranteed|ensures?|certain(?:ly)?|definitely",
        "because|since|so|therefore|due to|owing to|thanks to|as a result|causes?|why|reasons?",
        "before|until|ahead of|prior|first|beforehand",
        "after|afterwards?|later|once|following|then|next",
        "most|majority|mostly|mainly|largely|best|highest|above all|chiefly",
        "more|higher|better|faster|larger|greater|increas\\w+|ris(?:e|es|ing)|rose|gr[eo]w\\w*|rais\\w+|gain\\w*|longer|bigger|up|improv\\w+",
        "less|fewer|lower\\w*|worse|slower|smaller|decreas\\w+|f[ae]ll\\w*|drop\\w*|reduc\\w+|shrink\\w*|cut\\w*|shorter|down|halv\\w+",
    )
]
_QUANTITIES = [
    frozenset(words.split())
    for words in ("one single", "several multiple many various numerous", "all every each any", "most", "some certain", "few", "no none")
]
# Pairs of which one turns the meaning of the other round.
_OPPOSITES = [
    tuple(frozenset(side.split()) for side in line.split("|"))
    for line in """more higher above over increase increases increased increasing rise rises rose risen raise raises raised grow grows grew up gain gained lifted improve improves improved larger bigger longer|less fewer lower lowers lowered below under decrease decreases decreased decreasing fall falls fell fallen drop drops dropped reduce reduces reduced shrink down loses lost cut worsen worsens worsened smaller shorter
double doubles doubled|halve halves halved half
before|after afterwards
first|last later
often usually typically mostly generally|rarely seldom hardly never
always|rarely seldom never sometimes
most majority|few minority
highest most fastest best strongest|lowest least slowest worst weakest
faster quicker|slower
easy easier|hard harder difficult
cheap cheaper|expensive dearer
optional|mandatory required compulsory
include includes included including|exclude excludes excluded excluding
allowed permitted|forbidden prohibited banned
min minimum|max maximum
accept accepts accepted|reject rejects rejected
pass passes passed|fail fails failed
start starts started begin begins began|end ends ended stop stops stopped
success succeed succeeds succeeded|failure fail failed fails
available|unavailable
online remote remotely|onsite offline
free|paid
junior entry-level|senior
toward towards|away""".splitlines()
]  # fmt: skip
_IDIOMS = re.compile(
    r"\b(?:above all|no longer|at first|at last|first of all|up to|up from|after all|free of|in the end|more or less|at most|at least|most of all)\b"
)
_CLAUSE = re.compile(r"[;:()]|,|\b(?:but|while|whereas|although|though|because|so)\b")


def check_polarity(sentence: str, units: list[str], context: str) -> str:
    """Says where the sentence turns what the passage says, "" where it does not. context: the passage with headings."""
    return (
        _check_strength(sentence, context)
        or _check_denials(sentence, units)
        or _check_opposites(sentence, units)
        or _check_quantities(sentence, units)
        or _check_direction(sentence, units)
    )


def count_denials(text: str) -> int:
    """Negations of a text, two at most."""
    return min(2, len(find_denied(text)))


def count_stronger_words(sentence: str, passage: str) -> int:
    """Kinds of strength, order, cause and direction that the sentence speaks of and the passage does not."""
    said, there = (_IDIOMS.sub(" ", fold(text)) for text in (sentence, passage))
    return sum(bool(kind.search(said)) and not kind.search(there) for kind in _STRONGER)


def find_denied(text: str) -> list[list[str]]:
    """For each negation of a text, the stems of the two content words it stands before."""
    clauses = _CLAUSE.split(_NO_NEGATION.sub(" ", fold(text)))
    return [extract_words(clause[cue.end() :])[:2] for clause in clauses for cue in _NEGATION.finditer(clause)]


def _check_strength(sentence: str, passage: str) -> str:
    """ "Only" and "always" claim more than a passage that does not say so."""
    said, there = fold(sentence), fold(passage)
    if _ONLY.search(said) and not _SAYS_ONLY.search(there):
        return 'the passage does not say "only"'
    if _ALWAYS.search(said) and not _SAYS_ALWAYS.search(there):
        return 'the passage does not say "always"'
    return ""


def _check_denials(sentence: str, units: list[str]) -> str:
    """What is denied must not be affirmed, and the other way round."""
    parts = [part for unit in units for part in unit.split(": ")]
    denying = [part for part in parts if find_denied(part)]
    affirmed = {word for part in parts if part not in denying for word in extract_words(part)}
    doubtful = {word for part in denying for word in extract_words(part)}
    denials = find_denied(sentence)
    for words in denials:
        if contrary := [word for word in words if word in affirmed - doubtful]:
            return f"the passage affirms what the sentence denies ({contrary[0]})"
    claimed = set(extract_words(sentence))
    for part in denying if not denials else []:
        for words in find_denied(part):
            if words and words[0] in claimed - affirmed and len(claimed & set(extract_words(part))) >= 2:
                return f"the passage denies what the sentence affirms ({words[0]})"
    return ""


def _check_opposites(sentence: str, units: list[str]) -> str:
    """A word of direction, order or frequency whose opposite stands in the unit that the sentence rests on."""
    tokens, claimed = _find_turns(sentence), set(extract_words(sentence))
    passage = {token for unit in units for token in _find_turns(unit)}
    shared = [len(claimed & set(extract_words(unit))) for unit in units]
    for unit, count in zip(units, shared, strict=True):
        if count < max(shared) or count < 0.5 * len(claimed) or bool(find_denied(sentence)) != bool(find_denied(unit)):
            continue
        said = _find_turns(unit)
        for one, two in _OPPOSITES:
            for side, other in ((one, two), (two, one)):
                if tokens & side and said & other and not tokens & other and not passage & side:
                    return f"the passage says {min(said & other)}, not {min(tokens & side)}"
    return ""


def _find_turns(text: str) -> set[str]:
    return set(extract_tokens(_IDIOMS.sub(" ", fold(text))))


def _check_quantities(sentence: str, units: list[str]) -> str:
    """ "Several roles" where the passage has "one role": the same thing with another word of quantity."""
    there = {pair for unit in units for pair in _find_quantities(unit)}
    for quantity, thing in _find_quantities(sentence):
        others = {q for q, t in there if t == thing}
        if others and quantity not in others:
            return f"the passage does not speak of as many of {thing}"
    return ""


def _find_quantities(text: str) -> list[tuple[int, str]]:
    """Words of quantity by their kind, each with the stem of the noun after it (one word may stand between)."""
    tokens = extract_tokens(_IDIOMS.sub(" ", fold(text)))
    found = []
    for i, token in enumerate(tokens):
        kind = next((n for n, words in enumerate(_QUANTITIES) if token in words), None)
        if kind is not None:
            found += [(kind, word) for word in extract_words(" ".join(tokens[i + 1 : i + 4]))[:2]]
    return found


def _check_direction(sentence: str, units: list[str]) -> str:
    """ "From A to B" where the passage has "from B to A"."""
    for start, goal in _find_moves(sentence):
        for unit in units:
            for first, last in _find_moves(unit):
                if len(start & last) > len(start & first) and len(goal & first) > len(goal & last):
                    return "the passage goes the other way"
    return ""


def _find_moves(text: str) -> list[tuple[set[str], set[str]]]:
    moves = re.findall(r"\bfrom (.{2,80}?) (?:in)?to (.{2,80}?)(?=[.;,]|$)", fold(text))
    return [(set(extract_words(start)), set(extract_words(goal))) for start, goal in moves]

"""Tells a statement from its opposite: denials, "only" and "always", quantities in words, directions."""

from __future__ import annotations

import re

from ingest.normalise import extract_tokens, extract_words, fold, stem


def split_words(text: str) -> frozenset[str]:
    """The words of a line, as a set."""
    return frozenset(text.split())


_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nobody|nothing|without|cannot|hardly|rarely|seldom|barely|lack(?:s|ed|ing)?|"
    r"fail(?:s|ed)? to|unable|impossible|un(?!der|til|i|less)\w{5,})\b|n't\b"
)
# These set one thing against another, which need not be denied elsewhere.
_INSTEAD = re.compile(r"\b(?:instead of|rather than|unlike|except)\b")
_INSTEAD_OF = re.compile(r"\b(\w+),? (?:and |but )?(?:not|rather than|instead of) (\w+)\b")
# Words that deny without a negation.
_SOFTLY = re.compile(
    r"\b(?:struggl\w+|difficult\w*|hard|trouble|problems?|refus\w+|avoid\w*|left out|excluded|without)\b"
)
# "No," as a reply says nothing of the sentence after it.
_REPLY = re.compile(r"^(?:no|yes)[,:;.]\s*", re.IGNORECASE)
# These look like negations and are none, or bound a figure.
_NO_NEGATION = re.compile(
    r"\b(?:nothing but|not only|not just|no (?:more|less|fewer|later|longer) than|not more than|whether or not)\b"
)
_ONLY = re.compile(r"\b(?:only|solely|exclusively|just|alone|purely|merely|nothing but|nothing else|limited to|sole)\b")
_SAYS_ONLY = re.compile(rf"{_ONLY.pattern}|\b(?:unless|no more than)\b")
_ALWAYS = re.compile(
    r"\b(?:always|every|all(?= (?:of|the|other|its|their|\w+s)\b)|never|entire(?:ly)?|"
    r"without exception|everyone|everything)\b"
)
_SAYS_ALWAYS = re.compile(rf"{_ALWAYS.pattern}|\b(?:all|each|any|nobody|whenever|both|daily|weekly|nightly|whatever)\b")
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
# Sides of which one turns the meaning of the other round.
_OPPOSITE_LINES = (
    "more higher above increase increases increased increasing rise rises rose risen raise raises raised "
    "grow grows grew gain gained lifted improve improves improved larger bigger longer|less fewer lower "
    "lowers lowered below decrease decreases decreased decreasing fall falls fell fallen drop drops "
    "dropped reduce reduces reduced shrink loses lost cut worsen worsens worsened smaller shorter",
    "double doubles doubled|halve halves halved half",
    "before|after afterwards",
    "first|last later",
    "often usually typically mostly generally|rarely seldom hardly never",
    "always|rarely seldom never sometimes",
    "most majority|few minority",
    "highest most fastest best strongest|lowest least slowest worst weakest",
    "faster quicker|slower",
    "easy easier|hard harder difficult",
    "cheap cheaper|expensive dearer",
    "optional|mandatory required compulsory",
    "include includes included including|exclude excludes excluded excluding",
    "allowed permitted|forbidden prohibited banned",
    "min minimum|max maximum",
    "accept accepts accepted|reject rejects rejected",
    "pass passes passed|fail fails failed",
    "start starts started begin begins began|stop stops stopped ended",
    "success succeed succeeds succeeded|failure fail failed fails",
    "available|unavailable",
    "online remote remotely|onsite offline",
    "junior entry-level|senior",
    "toward towards|away",
    "must required requires mandatory|may can might optional",
    "independently separately|together jointly",
    "behind|front",
    "favour favor|against",
    "input inputs|output outputs",
    "off|on",
    "widely|little slightly",
)
_OPPOSITES = [tuple(split_words(side) for side in line.split("|")) for line in _OPPOSITE_LINES]
_IDIOMS = re.compile(
    r"\b(?:above all|no longer|at first|at last|first of all|up to|up from|after all|free of|in the end|more or less|"
    r"at most|at least|most of all)\b"
)
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
_PART = re.compile(
    r"[;:] |, (?=and|but|so|or|while|whereas|because|since)|"
    r"\band (?=(?:did|do|does|is|are|was|were|has|have|may|must|can)\b)"
)
_TIMES = split_words("minutes hours day days week weeks month months year years daily weekly monthly nightly yearly")
_CLAUSE = re.compile(r"[;:()]|,|[.!?]\s|\b(?:but|while|whereas|although|though|because|so)\b")


def check_polarity(sentence: str, units: list[str], context: str) -> str:
    """Says where the sentence turns what the passage says, "" where it does not. context: the passage with headings."""
    sentence = _REPLY.sub("", sentence)
    return (
        _check_strength(sentence, context)
        or _check_denials(sentence, units)
        or _check_opposites(sentence, units)
        or _check_quantities(sentence, units)
        or _check_order(sentence, units)
        or _check_contrast(sentence, units)
        or _check_comparison(sentence, units)
    )


def _find_denied(text: str) -> list[list[str]]:
    """For each negation of a text, the stems of the two content words it stands before."""
    clauses = _CLAUSE.split(_NO_NEGATION.sub(" ", fold(_REPLY.sub("", text))))
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
    denying = [part for part in parts if _find_denied(part)]
    unsure = [part for part in parts if part in denying or _INSTEAD.search(fold(part))]
    affirmed = {word for part in parts if part not in denying for word in extract_words(part)}
    doubtful = {word for part in unsure for word in extract_words(part)}
    denials = _find_denied(sentence)
    for words in denials:
        if contrary := [word for word in words if word in affirmed - doubtful]:
            return f"the passage affirms what the sentence denies ({contrary[0]})"
    claimed = set(extract_words(sentence))
    softened = _SOFTLY.search(fold(sentence)) or (_ONLY.search(fold(sentence)) and "unless" in fold(" ".join(units)))
    for part in denying if not denials and not softened else []:
        for words in _find_denied(part):
            shared = len(claimed & set(extract_words(part)))
            if words and shared >= 2 and words[0] in claimed and set(words) & (claimed - affirmed):
                return f"the passage denies what the sentence affirms ({words[0]})"
    there = {pair for unit in units for pair in _INSTEAD_OF.findall(fold(unit))}
    for one, two in _INSTEAD_OF.findall(fold(sentence)):
        if (two, one) in there:
            return f"the passage says {two} and not {one}"
    return ""


def _check_opposites(sentence: str, units: list[str]) -> str:
    """A word of direction, order or frequency whose opposite stands where the passage says the same."""
    tokens, claimed = _find_turns(sentence), set(extract_words(sentence))
    passage = {token for unit in units for token in _find_turns(unit)}
    denies = bool(_find_denied(sentence))
    for near, share in _find_nearest(claimed, units):
        if bool(_find_denied(near)) != denies:
            continue
        said = _find_turns(near)
        for one, two in _OPPOSITES:
            for side, other in ((one, two), (two, one)):
                if (
                    tokens & side
                    and said & other
                    and not tokens & other
                    and not (said if share > 0.7 else passage) & side
                ):
                    return f"the passage says {min(said & other)}, not {min(tokens & side)}"
        if share > 0.7 and (times := tokens & _TIMES) and said & _TIMES and not times & said:
            return f"the passage says {min(said & _TIMES)}, not {min(times)}"
    return ""


def _find_nearest(claimed: set[str], units: list[str]) -> list[tuple[str, float]]:
    """The units, and the parts of units, that share most of the sentence's stems, with the share of them."""
    found = []
    for texts in (units, [part for unit in units for part in _PART.split(unit)]):
        shared = [len(claimed & set(extract_words(text))) for text in texts]
        most = max([*shared, 0.5 * len(claimed)])
        found += [
            (text, count / max(1, len(claimed))) for text, count in zip(texts, shared, strict=True) if count >= most
        ]
    return found


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
    """Words of quantity by their kind, each with the stem of the word after it."""
    tokens = [t for t in extract_tokens(_IDIOMS.sub(" ", fold(text))) if t not in _BETWEEN]
    kinds = [next((n for n, words in enumerate(_QUANTITIES) if token in words), None) for token in tokens]
    return [(kind, stem(thing)) for kind, thing in zip(kinds, tokens[1:], strict=False) if kind is not None]


def _check_order(sentence: str, units: list[str]) -> str:
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

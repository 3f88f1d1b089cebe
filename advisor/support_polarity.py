"""Tells a statement from its opposite: denials, "only" and "always", words that turn the meaning."""

from __future__ import annotations

import re

from ingest.normalise import extract_tokens, extract_words, fold


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
_PART = re.compile(
    r"[;:] |, (?=and|but|so|or|while|whereas|because|since)|"
    r"\band (?=(?:did|do|does|is|are|was|were|has|have|may|must|can)\b)"
)
_TIMES = split_words("minutes hours day days week weeks month months year years daily weekly monthly nightly yearly")
_CLAUSE = re.compile(r"[;:()]|,|[.!?]\s|\b(?:but|while|whereas|although|though|because|so)\b")


def check_polarity(sentence: str, units: list[str], context: str) -> str:
    """Says where the sentence turns what the passage says, "" where it does not. context: the passage with headings."""
    sentence = _REPLY.sub("", sentence)
    return _check_strength(sentence, context) or _check_denials(sentence, units) or _check_opposites(sentence, units)


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
    tokens, claimed = set(list_turns(sentence)), set(extract_words(sentence))
    passage = {token for unit in units for token in list_turns(unit)}
    denies = bool(_find_denied(sentence))
    for near, share in _find_nearest(claimed, units):
        if bool(_find_denied(near)) != denies:
            continue
        said = set(list_turns(near))
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


def list_turns(text: str) -> list[str]:
    """Words of a text that may turn its meaning, without those of idioms such as "above all"."""
    return list(extract_tokens(_IDIOMS.sub(" ", fold(text))))

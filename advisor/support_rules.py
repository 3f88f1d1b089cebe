"""Hard rules of the support check: what no probability and no judgement can make up for."""

from __future__ import annotations

import re
from itertools import pairwise

from advisor.roles import find_roles, name_roles
from advisor.support_numbers import Figure, find_figures
from ingest.normalise import STOP_WORDS, extract_tokens, fold, stem

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nor|neither|nobody|nothing|without|cannot|hardly|rarely|seldom|barely|lack(?:s|ed|ing)?|"
    r"fail(?:s|ed)? to|instead of|rather than|unlike|except|unable|impossible|unless)\b|n't\b"
)
# These look like negations and are none, or bound a figure.
_NO_NEGATION = re.compile(r"\b(?:nothing but|not only|not just|no (?:more|less|fewer|later) than|not more than|whether or not)\b")
_ONLY = re.compile(r"\b(?:only|solely|exclusively|just|alone|purely|merely|nothing but|nothing else|limited to|no more than|unless|sole|but one)\b")
# Pairs of which one turns the meaning of the other round.
_OPPOSITES = [
    tuple(set(side.split()) for side in line.split("|"))
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
toward towards|away""".splitlines()
]  # fmt: skip


def find_broken_rule(sentence: str, heading: str, units: list[str]) -> str:
    """The hard rule a sentence breaks, "" where it breaks none.

    Every figure of the sentence must stand in the passage, bounded the same way and with what it
    belongs to; every role, acronym and name must be named there; "only" must be said there; and
    what is denied on one side must not be affirmed on the other.
    """
    passage = "\n".join([heading, *units])
    return (
        _check_figures(sentence, heading, units)
        or _check_names(sentence, passage)
        or _check_only(sentence, passage)
        or check_direction(sentence, units)
    )


def _check_figures(sentence: str, heading: str, units: list[str]) -> str:
    there = [figure for text in [*heading.split(" > "), *units] for figure in find_figures(text)]
    asked = [f for f in find_figures(sentence) if f.value != "1" or f.share]
    values = {form for f in asked for form in f.forms}
    for figure in asked:
        met = [f for f in there if f.forms & figure.forms]
        if not met:
            return f"the passage does not have the figure {figure.value}"
        if figure.share and not any(_can_be_share(f) for f in met):
            return f"the passage has {figure.value}, but not as a percentage"
        if figure.bound and all({f.bound or f.end_of_range} in ({"low"}, {"high"}) and (f.bound or f.end_of_range) != figure.bound for f in met):
            return f"the passage bounds {figure.value} on the other side"
        # One end of a range is not the range.
        if not figure.bound and all(f.end_of_range and not _find_other_end(f, there) & values for f in met):
            return f"the passage has {figure.value} only as the end of a range"
    for low, high in pairwise(find_figures(sentence)):
        if high.end_of_range == "high" and _stands_reversed(low, high, units):
            return f"the passage goes from {high.value} to {low.value}, not the other way"
    return ""


def _can_be_share(figure: Figure) -> bool:
    return figure.share or not re.fullmatch(r"[\d.e+-]+", figure.value) or "." in figure.value


def _find_other_end(end: Figure, figures: list[Figure]) -> set[str]:
    for low, high in pairwise(figures):
        if high.end_of_range == "high" and end in (low, high):
            return set((low if end is high else high).forms)
    return set()


def _stands_reversed(low: Figure, high: Figure, units: list[str]) -> bool:
    def stands(first: Figure, second: Figure) -> bool:
        return any(
            b.end_of_range == "high" and a.forms & first.forms and b.forms & second.forms
            for unit in units
            for a, b in pairwise(find_figures(unit))
        )

    return stands(high, low) and not stands(low, high)


def _check_names(sentence: str, passage: str) -> str:
    roles, spoken = set(name_roles(sentence)), set(name_roles(passage))
    if roles - spoken and spoken:
        return f"the passage does not speak of the role {min(roles - spoken)}"
    said = {stem(token) for token in extract_tokens(passage)}
    initials = "".join(token[0] for token in extract_tokens(passage))
    within = [(m.start, m.end) for m in find_roles(sentence)]
    words = list(re.finditer(r"[A-Za-z0-9][\w+#.-]*", sentence))
    for i, word in enumerate(words):
        name = word.group().rstrip(".")
        acronym = re.fullmatch(r"[A-Z]{2,}[A-Z0-9]*s?", name)
        if not acronym and not (i and re.match(r"[A-Z]", name)):
            continue
        if any(start <= word.start() < end for start, end in within) or {stem(t) for t in extract_tokens(name)} & said:
            continue
        # "US" for "United States".
        if acronym and name.rstrip("s").lower() in initials:
            continue
        return f"the passage does not name {name}"
    return ""


def _check_only(sentence: str, passage: str) -> str:
    if _ONLY.search(fold(sentence)) and not _ONLY.search(fold(passage)):
        return 'the passage does not say "only"'
    return ""


def check_direction(sentence: str, units: list[str]) -> str:
    return ""

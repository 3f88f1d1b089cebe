"""Hard rules of the support check: what no probability and no judgement can make up for."""

from __future__ import annotations

import re
from itertools import pairwise

from advisor.support_binding import check_binding, find_names
from advisor.support_numbers import Figure, find_figures, is_demanded
from advisor.support_order import check_order
from advisor.support_polarity import check_polarity
from ingest.normalise import extract_tokens, stem
from ingest.roles import find_roles, name_roles


def find_broken_rule(sentence: str, heading: str, units: list[str]) -> str:
    """The hard rule a sentence breaks, "" where it breaks none.

    Every figure of the sentence must stand in the passage, bounded the same way and with what it
    belongs to; every role, acronym and name must be named there; "only" and "always" must be said
    there; and nothing may be denied on one side and affirmed on the other.
    """
    passage = "\n".join([heading, *units])
    return (
        _check_figures(sentence, heading, units)
        or _check_names(sentence, passage)
        or check_polarity(sentence, units, passage)
        or check_order(sentence, units)
        or check_binding(sentence, heading, units)
    )


def _check_figures(sentence: str, heading: str, units: list[str]) -> str:
    there = [figure for unit in units for figure in find_figures(unit)]
    asked = [f for f in find_figures(sentence) if is_demanded(f)]
    values = {form for f in find_figures(sentence) for form in f.forms}
    for figure in asked:
        met = [f for f in there if f.forms & figure.forms]
        if not met:
            if any(f.forms & figure.forms for f in find_figures(heading)):
                continue
            return f"the passage does not have the figure {figure.value}"
        if figure.share and not any(_can_be_share(f) for f in met):
            return f"the passage has {figure.value}, but not as a percentage"
        sides = {f.bound or f.end_of_range for f in met}
        if figure.bound and sides == {"high" if figure.bound == "low" else "low"}:
            return f"the passage bounds {figure.value} on the other side"
        if figure.strict and not sides - {""}:
            return f"the passage does not bound {figure.value}"
        # One end of a range is not the range.
        if not figure.bound and sides <= {"low", "high"} and not any(_find_other_ends(f, there) & values for f in met):
            return f"the passage has {figure.value} only as the end of a range"
    for low, high in pairwise(find_figures(sentence)):
        if high.end_of_range in ("high", "to") and _stands_reversed(low, high, units):
            return f"the passage goes from {high.value} to {low.value}, not the other way"
    return ""


def _can_be_share(figure: Figure) -> bool:
    return figure.share or not re.fullmatch(r"[\d.e+-]+", figure.value) or "." in figure.value


def _find_other_ends(end: Figure, figures: list[Figure]) -> set[str]:
    """Forms of the other end of a range; of the figure itself where it is bounded and not an end."""
    if not end.end_of_range:
        return set(end.forms)
    ends = [(low, high) for low, high in pairwise(figures) if high.end_of_range == "high" and end in (low, high)]
    return {form for low, high in ends for form in (low if end is high else high).forms}


def _stands_reversed(low: Figure, high: Figure, units: list[str]) -> bool:
    def stands(first: Figure, second: Figure) -> bool:
        return any(
            b.end_of_range in ("high", "to") and a.forms & first.forms and b.forms & second.forms
            for unit in units
            for a, b in pairwise(find_figures(unit))
        )

    return stands(high, low) and not stands(low, high)


def _check_names(sentence: str, passage: str) -> str:
    roles, spoken = set(name_roles(sentence)), set(name_roles(passage))
    if roles - spoken:
        return f"the passage does not speak of the role {min(roles - spoken)}"
    said = {stem(token) for token in extract_tokens(passage)}
    initials = "".join(token[0] for token in extract_tokens(passage))
    mentions = find_roles(sentence)
    for word in find_names(sentence):
        name = word.group().rstrip(".")
        in_role = any(m.start <= word.start() < m.end for m in mentions)
        # "US" for "United States".
        spelled_out = name.isupper() and len(name) > 1 and name.lower() in initials
        if not (in_role or spelled_out or {stem(t) for t in extract_tokens(name)} & said):
            return f"the passage does not name {name}"
    return ""

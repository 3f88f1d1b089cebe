"""Reads the figures of a text: their value, what else they could be written as, and how they are bounded."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from ingest.normalise import fold

_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_TEENS = ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"]
_TENS = ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: number for number, word in enumerate(_ONES + _TEENS)} | {w: 10 * n for n, w in enumerate(_TENS, 3)}
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
# Words that are a figure of their own, with the other ways to write it; the first is their name.
_FRACTIONS = {
    r"(?:a |one )?(?:half|halves|halved|halving|1/2)": ("half", "50", "0.5"),
    r"(?:three[- ]quarters|3/4)": ("three quarters", "75", "0.75"),
    r"(?:a |one )?(?:quarter|1/4)": ("quarter", "25", "0.25"),
    r"(?:two[- ]thirds|2/3)": ("two thirds", "67", "66", "66.7"),
    r"(?:a |one )third|third of|1/3|one in three|one out of three": ("third", "33", "33.3"),
    r"one in four|one out of four": ("quarter", "25"),
    r"one in five|one out of five|a fifth|one fifth": ("fifth", "20"),
    r"one in ten|one out of ten|a tenth|one tenth": ("tenth", "10"),
    r"twice|double[sd]?(?![- ]check)|doubling|two-?fold": ("double", "2"),
    r"triple[sd]?|three-?fold": ("triple", "3"),
    r"ten-?fold": ("10",),
    r"(?:a |one )?dozen": ("12",),
    r"(?:a |one )fortnight": ("fortnight", "14", "2"),
}
_NUMBER_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_UNIT = "|".join(_ONES[1:10])
_FIGURE = re.compile(
    "|".join(
        [
            *(rf"(?P<f{i}>\b(?:{pattern})\b)" for i, pattern in enumerate(_FRACTIONS)),
            r"(?P<digits>(?<![\w.])[$€£]?\d+(?:,\d{3})+(?:\.\d+)?|(?<![\d.])\d+(?:\.\d+)?(?:e-?\d+)?)",
            rf"(?P<words>\b(?:a hundred|(?:{_NUMBER_WORD})(?:[- ](?:hundred|(?<=ty.)(?:{_UNIT})))*(?: hundred)?"
            rf"(?:(?<=hundred) and (?:{_NUMBER_WORD})(?:-(?:{_UNIT}))?)?)\b)",
        ]
    )
)
_SCALE = re.compile(r"\s?(k|thousand|m|million|bn|billion)\b")
_SHARE = re.compile(r"\s?(?:%|per ?cent\b|percentage points?\b)")
_STRICT_LOW = r"(?<!no )(?<!not )more than|over|above|exceed(?:s|ing)?|upwards of|beyond|past"
_STRICT_HIGH = r"under|below|(?<!no )(?<!not )(?:less|fewer) than"
_LOW = re.compile(rf"\b(?:(?P<strict>{_STRICT_LOW})|at least|minimum(?: of)?|(?:no|not) (?:less|fewer) than)\s*[$€£]?$")
_HIGH = re.compile(
    rf"\b(?:(?P<strict>{_STRICT_HIGH})|at most|up to|(?:no|not) more than|maximum(?: of)?|"
    r"capped at|within(?: the first)?|"
    r"not exceed(?:ing)?|limited to)\s*[$€£]?$"
)
# What may stand between two figures that belong together.
_JOINT = re.compile(r"\s?(-|to|and|or)\s?[$€£]?")
# Units of time that are often exchanged for one another.
_TIMES = {"minute": 1 / 60, "hour": 60, "day": 1 / 7, "week": 7, "month": 1 / 12, "year": 12}


class Figure(NamedTuple):
    """One figure of a text.

    value: in one form; forms: this and what else it may be written as. share: whether it is a percentage.
    bound: "low" after "at least", "high" after "at most", else ""; strict: whether the bound itself is left out, as
    after "more than". end_of_range: "low" or "high" for the ends of
    a range, "from" or "to" for those of a change. start, stop: where it stands in the folded text.
    """

    value: str
    forms: frozenset[str]
    share: bool
    bound: str
    strict: bool
    end_of_range: str
    start: int
    stop: int


def read_numbers(text: str) -> set[str]:
    """Numbers of a text in one form: digits, number words, "8-12" as 8 and 12, "10,000" as 10000."""
    return {figure.value for figure in find_figures(text) if is_demanded(figure)}


def is_demanded(figure: Figure) -> bool:
    """Whether a passage must have the figure; "one" is mostly a pronoun and demands nothing."""
    return figure.value != "1" or figure.share


@lru_cache(maxsize=4096)
def find_figures(text: str) -> tuple[Figure, ...]:
    """Figures of a text, in order."""
    folded = fold(text)
    found: list[Figure] = []
    for match in _FIGURE.finditer(folded):
        value, forms, stop = _read_value(match, folded)
        share = bool(_SHARE.match(folded, match.end()))
        last = found[-1] if found else None
        joint = _JOINT.fullmatch(folded, last.stop, match.start()) if last else None
        end = ""
        if last and joint:
            scale = _SCALE.match(folded, match.end())
            if scale and re.fullmatch(r"[\d.]+", last.value):
                # "54 to 63 thousand" scales both.
                last = last._replace(value=_form(float(last.value) * _SCALES[scale.group(1)]))
                last = last._replace(forms=last.forms | {last.value})
            last = last._replace(share=last.share or share)
            # "Between 3 and 5" is a range, "3 and 5" is not; "from 1.9 to 0.8" is a change of two figures.
            before = folded[: last.start].rstrip(" $€£")
            if joint[1] in ("-", "to") or before.endswith("between"):
                change = before.endswith("from")
                last = last._replace(end_of_range="from" if change else "low")
                end = "to" if change else "high"
            found[-1] = last
        before = folded[max(0, match.start() - 24) : match.start()]
        low, high = _LOW.search(before), _HIGH.search(before)
        strict = any(m and m["strict"] for m in (low, high))
        bound = "low" if low else "high" if high else ""
        found.append(Figure(value, forms, share, bound, strict, end, match.start(), stop))
    return tuple(found)


def _read_value(match: re.Match[str], folded: str) -> tuple[str, frozenset[str], int]:
    """A figure's value, its other forms, and where it ends with its scale."""
    name = str(match.lastgroup)
    if name.startswith("f"):
        fraction = list(_FRACTIONS.values())[int(name[1:])]
        return fraction[0], frozenset(fraction), match.end()
    number = float(match.group().strip("$€£").replace(",", "")) if name == "digits" else _read_words(match.group())
    stop = match.end()
    plain = number
    if scale := _SCALE.match(folded, match.end()):
        # "16 m" may be metres and "5k" a run: the plain figure counts too.
        number *= _SCALES[scale.group(1)]
        stop = scale.end()
    forms = {_form(number), _form(plain)}
    if share := _SHARE.match(folded, stop):
        stop = share.end()
        forms |= {f[0] for f in _FRACTIONS.values() if _form(plain) in f[1:2]}
    elif 0 < plain < 1:
        forms |= {f[0] for f in _FRACTIONS.values() if _form(plain) in f[1:]}
    if time := re.match(r"[- ](minute|hour|day|week|month|year)", folded[stop:]):
        changed = round(plain * _TIMES[time.group(1)], 6)
        forms |= {_form(changed)} if changed == int(changed) else set()
    return _form(number), frozenset(forms), stop


def _read_words(text: str) -> float:
    total = 0
    for word in re.findall(r"[a-z]+", text):
        if word == "hundred":
            total = max(total, 1) * 100
        elif word != "a" and word != "and":
            total += _WORDS[word]
    return float(total)


def _form(number: float) -> str:
    return f"{number:.10g}"

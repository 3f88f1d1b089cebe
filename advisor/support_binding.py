"""Checks that figures, roles and names stand with what the passage puts them with.

A word of the sentence that the passage only uses beside other figures (roles, names) than those of
the sentence was moved: "Terraform at six" does not support "Terraform at seven".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from advisor.support_numbers import find_figures, is_demanded
from advisor.support_polarity import split_words
from ingest.normalise import STOP_WORDS, extract_tokens, extract_words, fold, stem
from ingest.roles import find_roles, name_roles

# Where the surroundings of a figure or a name end.
_SEGMENT = re.compile(r"[;()]|,(?!\d)|\b(?:but|while|whereas|against|because)\b|\band\b(?! ?[\d])|\bor\b(?! ?[\d])")
_YEAR = re.compile(r"(?:19|20)\d\d")
# Stems that go with any figure.
_NEVER_BOUND = split_words("first last second step cent percent roughli averag total number")


def check_binding(sentence: str, heading: str, units: list[str]) -> str:
    """Says what stands with other figures, roles or names in the passage, "" where nothing does."""
    leads = [unit for unit in units if unit.rstrip().endswith(":")]
    context = set(extract_words(" ".join([heading, *leads]))) | _NEVER_BOUND
    return (
        _check_figures(sentence, heading, units, context)
        or _check_shares(sentence, units)
        or _check_counted(sentence, units)
        or _check_anchors(drop_roles, name_roles, [(sentence, units)], context, "role")
        or _check_anchors(_keep, _read_names, _pair_segments(sentence, units), context, "name")
    )


def drop_roles(text: str) -> str:
    """The folded text without the roles it names."""
    folded = fold(text)
    for mention in reversed(find_roles(text)):
        folded = folded[: mention.start] + " " + folded[mention.end :].removeprefix("'s")
    return folded


def find_names(sentence: str) -> list[re.Match[str]]:
    """Acronyms, words with capitals or digits inside, and capitalised words that do not merely open the sentence."""
    words = list(re.finditer(r"[A-Za-z][\w+#.-]*", sentence))
    two = bool(re.match(r"[A-Z][a-z]+ [A-Z][a-z]", sentence)) and not find_roles(sentence)
    return [
        word
        for i, word in enumerate(words)
        if re.match(r"[A-Z]{2}|\w+[A-Z]", word.group())
        or (word.group()[0].isupper() and (i or two) and word.group() != "I")
    ]


def _check_figures(sentence: str, heading: str, units: list[str], context: set[str]) -> str:
    parts = [part for part in split_segments(sentence) if any(is_demanded(f) for f in find_figures(part))]
    everywhere = {form for f in find_figures(heading) for form in f.forms}
    segments = {(n, i): part for n, unit in enumerate(units) for i, part in enumerate(split_segments(unit))}
    forms = {home: {form for f in find_figures(part) for form in f.forms} for home, part in segments.items()}
    for part in parts:
        asked = {form for f in find_figures(part) if is_demanded(f) for form in f.forms}
        if not asked - everywhere:
            continue
        # The first part of a unit may be what all of its figures are about.
        shared = {number for (number, _), there in forms.items() if asked & there}
        for word in (w for w in extract_words(part) if w not in context and not w[0].isdigit()):
            homes = [home for home, text in segments.items() if word in extract_words(text)]
            if homes and all(forms[n, i] and not asked & forms[n, i] and (i or n not in shared) for n, i in homes):
                return f"the passage gives other figures for {word}"
        years = {f.value for f in find_figures(part) if _YEAR.fullmatch(f.value)}
        homes = [home for home, there in forms.items() if (asked - years) & there]
        dated = [{form for form in forms[home] if _YEAR.fullmatch(form)} for home in homes]
        if years and dated and all(dated) and not any(years & there for there in dated):
            return f"the passage gives this figure for {min(dated[0])}"
    return ""


def _check_counted(sentence: str, units: list[str]) -> str:
    """ "150 pages" where the passage has 150 of something else, and another number of pages."""
    there = [pair for unit in units for pair in _find_counted(unit)]
    for forms, thing in _find_counted(sentence):
        things = {t for f, t in there if f & forms}
        if things and thing not in things and any(t == thing and not f & forms for f, t in there):
            return f"the passage has another number of {thing}"
    return ""


def _find_counted(text: str) -> list[tuple[frozenset[str], str]]:
    """Figures with the stem of the word that stands right after them."""
    folded = fold(text)
    after = [(f.forms, re.match(r"[- ]([a-z]{3,})", folded[f.stop :])) for f in find_figures(text)]
    return [(forms, stem(match[1])) for forms, match in after if match and match[1] not in STOP_WORDS]


def _check_shares(sentence: str, units: list[str]) -> str:
    """ "61 of 240" must stand in this order."""
    texts = [fold(unit) for unit in units]
    figures = find_figures(sentence)
    folded = fold(sentence)
    for one, two in pairwise(figures):
        if re.fullmatch(r" (?:out )?of (?:the |all )?", folded[one.stop : two.start]):
            pairs = [
                (a, b) for text in texts for a, b in pairwise(find_figures(text)) if " of " in text[a.stop : b.start]
            ]
            turned = any(a.forms & two.forms and b.forms & one.forms for a, b in pairs)
            if turned and not any(a.forms & one.forms and b.forms & two.forms for a, b in pairs):
                return f"the passage has {two.value} of {one.value}, not the other way"
    return ""


def _check_anchors(
    strip: Callable[[str], str],
    read: Callable[[str], tuple[str, ...]],
    pairs: list[tuple[str, list[str]]],
    context: set[str],
    what: str,
) -> str:
    for part, texts in pairs:
        anchors = set(read(part))
        for word in dict.fromkeys(extract_words(strip(part))) if anchors else []:
            beside = [set(read(text)) for text in texts if word in extract_words(strip(text))]
            elsewhere = beside and all(beside) and not any(anchors & there for there in beside)
            if elsewhere and word not in context and word not in anchors:
                return f"the passage says {word} of another {what}"
    return ""


def _pair_segments(sentence: str, units: list[str]) -> list[tuple[str, list[str]]]:
    """The sentence's segments, each against those of the units; a sentence of one segment against whole units."""
    parts = _split_names(sentence)
    texts = [part for unit in units for part in _split_names(unit)]
    return [(part, texts if len(parts) > 1 else units) for part in parts]


def _split_names(text: str) -> list[str]:
    return [part for part in _SEGMENT.split(text) if part.strip()]


def _read_names(text: str) -> tuple[str, ...]:
    """Stems of the names of things and places in a text; acronyms and roles stand for too many things."""
    # Only what opens a whole text may be capitalised for that reason.
    words = find_names(f"x{text}" if text[:1] == " " else text)
    named = [word.group() for word in words if not re.fullmatch(r"[A-Z0-9]+s?", word.group())]
    named = [name for name in named if not find_roles(name)]
    return tuple(stem(token) for name in named for token in extract_tokens(name) if not token[0].isdigit())


def _keep(text: str) -> str:
    return text


def split_segments(unit: str) -> list[str]:
    """Parts of a text that each have figures of their own; a label stays with what follows it."""
    # "quizzes (20%)" is one part.
    folded = re.sub(r"\((?=[$€£]?\d+ ?(?:%|per ?cent)\))", " ", fold(unit))
    label, colon, rest = folded.partition(": ")
    texts = [label, rest] if colon and len(label.split()) > 4 else [folded]
    return [part for text in texts for part in _SEGMENT.split(text) if part.strip()]

"""Finds the catalogue's skills in what a person writes, with the level said and whether they are said to be missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

import yaml

from advisor.career.numbers import NUMBER, read_number
from ingest.catalogue import CatalogueSkill
from ingest.role_guide import SkillLevel

Status = Literal["held", "missing", "wanted"]


@dataclass(frozen=True)
class SkillMention:
    """A skill where it stands: words are text[start:end]. status: whether it is held, missing, or only wished for."""

    name: str
    start: int
    end: int
    words: str
    level: SkillLevel
    status: Status

    @property
    def held(self) -> bool:
        return self.status == "held"


# A name of a street, place or person that only sounds like a skill.
_PLACE_AFTER = re.compile(r"^ (?:Road|Rd|Street|St|Lane|Avenue|Close|Drive|Court|House|Island)\b|^,? born\b")
_UNTICKED = re.compile(r"\[ ?\]\s*$")
_BULLET = re.compile(r"\s*[-•*–]\s")
_LINE_END = re.compile(r"\n")
_OF_THINGS = re.compile(r"\s+of\b")
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n\s*\n")
_CLAUSE_START = re.compile(r"[.!?](?=\s)|\n\s*[-•*–]|\n\n|(?<!with)(?<!of)(?<!and)(?<!in)(?<!or)(?<!,)\n(?=[A-Z])")
# A level that somebody plays down comes before one that is praised: "a bit of advanced SQL".
_LEVEL_ORDER: tuple[SkillLevel, ...] = ("basic", "deep", "solid")
_DEEP_YEARS = 5
_YEARS = re.compile(rf"\b{NUMBER}\+? ?(?:years|yrs)\b")
# Characters before a mention in which a word on its level counts.
_NEAR = 28


def find_skills(text: str, skills: Sequence[CatalogueSkill]) -> list[SkillMention]:
    """Every mention of a skill, in order. Of overlapping names the longest counts.

    A name that is an everyday word as well counts only beside a word of its field. Where a word is broken across two
    lines, as in the text of a PDF, it is still found.
    """
    pattern, owners = _compile(tuple(skills))
    found: list[SkillMention] = []
    for match in pattern.finditer(text):
        key = _normalise(match[0])
        skill = owners.get(key) or owners.get(key.removesuffix("s")) or owners.get(key.removesuffix("es"))
        if skill is None or (_is_cased(match[0]) is False and key.upper() in _cased_only(tuple(skills))):
            continue
        start, end = match.span()
        ambiguous = {_normalise(word) for word in skill.ambiguous}
        if ambiguous & {key, key.removesuffix("s"), key.removesuffix("es")} and not _stands_beside(
            text, start, end, skill
        ):
            continue
        if _PLACE_AFTER.match(text[end:]):
            continue
        clause_start, clause = _cut_clause(text, start)
        status = _read_status(_join_broken(clause[: start - clause_start]), text[end : end + 80])
        level = _read_level(clause[: start - clause_start], text[end : end + 40])
        found.append(SkillMention(skill.name, start, end, match[0], level, status))
    return found


def is_missing_heading(heading: str) -> bool:
    """Whether what stands under a heading is not held: "Gaps", "To learn", "Interests"."""
    return bool(_load_words().missing_headings.search(heading))


@lru_cache(maxsize=4)
def _compile(skills: tuple[CatalogueSkill, ...]) -> tuple[re.Pattern[str], dict[str, CatalogueSkill]]:
    named = {name.lower(): skill for skill in skills for name in (skill.name, *skill.aliases)}
    owners = {_normalise(name): skill for name, skill in named.items()}
    names = sorted(named, key=len, reverse=True)
    # Between the letters of a word a hyphen at the end of a line may stand, between words any space.
    spelled = [
        r"[\s-]+".join(_allow_breaks(part) for part in re.split(r"[\s-]+", _make_singular(name))) for name in names
    ]
    return re.compile(rf"(?<![\w+#/.])(?:{'|'.join(spelled)})(?:s|es)?(?![\w+#])(?!\.\w)", re.IGNORECASE), owners


@lru_cache(maxsize=4)
def _cased_only(skills: tuple[CatalogueSkill, ...]) -> frozenset[str]:
    """Short abbreviations, which count only in capitals: NER, MDP, RAG."""
    names = [name for skill in skills for name in (skill.name, *skill.aliases)]
    return frozenset(name for name in names if len(name) <= 3 and name.isupper() and name.isalpha())


def _is_cased(words: str) -> bool:
    return words.removesuffix("s").isupper()


def _allow_breaks(word: str) -> str:
    return r"(?:-\s*)?".join(re.escape(letter) for letter in word)


def _make_singular(name: str) -> str:
    """A name of several words without its plural s, which the pattern allows for again."""
    return name[:-1] if " " in name and re.search(r"[^isu]s$", name) and not name.endswith("ics") else name


def _normalise(name: str) -> str:
    """A name without spaces and hyphens, in small letters and without plural s: a word may be broken anywhere."""
    return re.sub(r"[\s-]+", "", _make_singular(" ".join(name.lower().split())))


def _join_broken(text: str) -> str:
    return re.sub(r"(?<=[a-z])-\s*(?=[a-z])", "", text)


def _stands_beside(text: str, start: int, end: int, skill: CatalogueSkill) -> bool:
    """Whether the sentence holds a word that shows which sense is meant."""
    # A bullet speaks of one thing; other text of one thing a sentence.
    line = text.rfind("\n", 0, start) + 1
    ends = _LINE_END if _BULLET.match(text, line) else _SENTENCE_END
    left = line if ends is _LINE_END else max((m.end() for m in ends.finditer(text, 0, start)), default=0)
    right = ends.search(text, end)
    sentence = text[left:start] + " " + text[end : right.start() if right else len(text)]
    if _OF_THINGS.match(text, end):
        # "Deployment of drivers": what it is done to says the sense.
        sentence = text[end : end + 60]
    return any(re.search(rf"(?<!\w){re.escape(word)}s?(?!\w)", sentence, re.IGNORECASE) for word in skill.beside)


def _cut_clause(text: str, start: int) -> tuple[int, str]:
    """The sentence or line in which a mention stands, up to 200 characters before it, and where it begins."""
    begin = max(0, start - 200)
    breaks = [match.end() for match in _CLAUSE_START.finditer(text[begin:start])]
    begin += max(breaks, default=0)
    return begin, text[begin : start + 60]


def _read_status(before: str, after: str) -> Status:
    """What the clause before a mention, and the words after it, say of it."""
    words = _load_words()
    heading = re.search(r"([^:;,.]{1,40}):[^:]*$", before)
    if _UNTICKED.search(before) or (heading and words.missing_headings.search(heading[1])):
        return "missing"
    # A colon ends what was said before it.
    clause = before.rpartition(": ")[2]
    for pattern, status in words.before:
        ends = [match.end() for match in pattern.finditer(clause)]
        if ends and not words.turns.search(clause[max(ends) :]):
            return status
    return "missing" if words.missing_after.match(after) else "held"


class _Words(NamedTuple):
    before: tuple[tuple[re.Pattern[str], Status], ...]
    missing_after: re.Pattern[str]
    missing_headings: re.Pattern[str]
    turns: re.Pattern[str]
    levels: dict[SkillLevel, re.Pattern[str]]


@lru_cache(maxsize=1)
def _load_words() -> _Words:
    listed = yaml.safe_load(Path(__file__).with_name("mention_words.yaml").read_text(encoding="utf-8"))

    headings = "|".join(listed["missing_headings"])

    def join(name: str) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{'|'.join(listed[name])})(?!\w)", re.IGNORECASE)

    return _Words(
        before=((join("missing_before"), "missing"), (join("wanted_before"), "wanted")),
        missing_after=re.compile(rf"\s*(?:{'|'.join(listed['missing_after'])})", re.IGNORECASE),
        missing_headings=re.compile(rf"^\W*(?:{headings})\b|\b(?:{headings})\W*$", re.IGNORECASE),
        turns=re.compile(rf"(?<!\w)(?:{'|'.join(listed['turns'])})(?!\w)|[;()\n]|\s[–—-]\s", re.IGNORECASE),
        levels={level: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for level, pattern in listed["levels"].items()},
    )


def _read_level(before: str, after: str) -> SkillLevel:
    """The level said just before a mention, in brackets after it, or as the next words; "solid" where none is."""
    bracket = re.match(r"\s*[(:–-]\s*([^),;\n]{2,30})", after)
    near = re.split(r"[;\n]|, | and ", before[-_NEAR:])[-1]
    following = re.match(
        r"\s+(?:is |are |skills? )?((?:a |an |very |to |my |in |[\w'-]+ ){0,2}[\w'-]+)",
        re.split(r"[,.;!?()\n]| and | but ", after)[0],
    )
    said_after = following[1] if following else ""
    years = next(
        (y for said in ((bracket[1] if bracket else ""), near, said_after) if (y := _YEARS.search(said))), None
    )
    if years:
        return "deep" if read_number(years[1]) >= _DEEP_YEARS else "solid"
    for said in ((bracket[1] if bracket else ""), said_after, near):
        for level in _LEVEL_ORDER:
            if _load_words().levels[level].search(said):
                return level
    return "solid"

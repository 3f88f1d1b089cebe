"""Finds a person's own occupation in what they write, and the one of the role guides that stands for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.pages import Occupation
from ingest.roles import find_roles

_OWN = re.compile(
    r"(?:\b(?:i am|i'?m|im|i was|i've been|i have been|am|work(?:ed|ing)? as|work(?:ing)?|currently|"
    r"current job|now|job is|job:|"
    r"occupation:|former|ex|employed as|trained as|qualified as|day job|profession|years? (?:as|of|"
    r"in)|as|been|after \w+ years)\b)"
    r"[\s:,-]*(?:(?:now|currently|a|an|the|in|of|as|still|just|also|only|\w+ly|senior|junior|lead|head|chief|qualified|registered|licensed|"
    r"experienced|full[- ]time|part[- ]time|former|trained|retired|freelance|certified|second|third|"
    r"first|final|year|primary|secondary|"
    r"self[- ]employed|by (?:trade|profession|training)|\d+|years?)[\s,-]+)*$",
    re.I,
)
_OWN_ROLE = re.compile(r"\b(?:i am|i'?m|im|work(?:ing)? as|currently|my job is)(?: now)? (?:an? )?(?:\w+ )?$", re.I)
# A title at the beginning of a sentence, as in "Accountant, 10 years".
_BEGINS = re.compile(
    r"(?:^|[.;:!?,\n(]\s*)"
    r"(?!(?:my|his|her|our|their|and|with|is|are|do|does|would|will|can|should|what|which|how|if|as|to)\b)"
    r"(?:(?!(?:of|for|about|than|with|to|by)\b)[\w'/&-]+ ){0,3}$|"
    r"\b(?:i'?m|i am)\b[^.;!?]{0,30}, ?$|^\W*i\b\W*$|\b(?:since (?:\d{4}|then)|these days|today|now|"
    r"by trade)[ ,:]+(?:an? )?$|, $",
    re.I,
)
_WISH = re.compile(
    r"\b(want|wish|hope|like|love|become|becoming|move|moving|switch|switching|get|getting|into|target|aim|interested|for|"
    r"consider\w*|about|work with|with|for an?|married to|husband|wife|partner|friend|boss)\b[^.;!?,]{0,24}$", re.I,
)  # fmt: skip
_NOT_OWN = re.compile(r"\b(?:not|no longer|never|isn'?t|aren'?t|wasn'?t)\b[^.;,!?]{0,20}$", re.I)
_TELLS = re.compile(r"^s? (?:told|tells|said|says|thinks|asked|asks|advised)\b", re.I)
_FORMER = re.compile(r"\b(was|former|ex|used to|worked|previously|trained|retired)\b[^.;!?,]{0,24}$", re.I)


def find_occupation(text: str, occupations: Sequence[Occupation]) -> str | None:
    """The person's own occupation as the catalogue names it: a present one before a former one."""
    names = {name.lower(): o.name for o in occupations for name in (o.name, *o.aliases)}
    if not names:
        return None
    text = re.sub(r"\bdevs?\b", "developer", text, flags=re.I)
    spelled = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    present: list[str] = []
    former: list[str] = []
    named: list[str] = []
    for match in re.finditer(rf"(?<!\w)({spelled})(?:s|es)?(?!\w)", text, re.I):
        before = text[: match.start()]
        name = names.get(match[1].lower())
        if name is None or _NOT_OWN.search(before) or _TELLS.match(text[match.end() :]):
            continue
        if _OWN.search(before):
            (former if _FORMER.search(before) else present).append(name)
        elif _BEGINS.search(before) and not _WISH.search(before):
            named.append(name)
    present += [
        m.role for m in find_roles(text) if _OWN_ROLE.search(text[: m.start]) and not _WISH.search(text[: m.start])
    ]
    if present:
        return present[0]
    # "PhD in particle physics, just finished my postdoc": the subject says more than the title.
    told = next((name for name in named if any(resolve_origin(name, occupations))), None)
    return told or _find_subject(text, occupations) or next(iter([*named, *former]), None)


def _find_subject(text: str, occupations: Sequence[Occupation]) -> str | None:
    """The occupation that a person names by what they do: "I teach", "incident response"."""
    told = re.sub(
        r"\b(?:my|his|her|their|our) \w+ (?:is|was|teaches|works|designs|tests)\b[^.;!?]*", " ", text, flags=re.I
    )
    for occupation in occupations:
        for subject in occupation.subjects:
            if re.search(rf"(?<!\w){re.escape(subject)}(?!\w)", told, re.I):
                return occupation.name
    return None


def resolve_origin(occupation: str | None, occupations: Sequence[Occupation]) -> tuple[str | None, str]:
    """The occupation of the role guides that stands for this one, and why where it is only the nearest."""
    for known in occupations:
        if occupation and occupation.lower() in (known.name.lower(), *(alias.lower() for alias in known.aliases)):
            if known.origin:
                return known.origin, ""
            if known.near:
                return known.near.origin, known.near.reason
    return None, ""

"""Finds the roles that a text names, by the names people use for them."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ingest.normalise import fold, strip_question


class RoleMention(NamedTuple):
    """role: canonical name; start, end: where it stands in the folded text."""

    role: str
    start: int
    end: int


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    names = json.loads(Path(__file__).with_name("roles.json").read_text(encoding="utf-8"))
    noun = f"(?:{names['nouns']})"
    return tuple(
        (role, re.compile(rf"\b(?:{'|'.join(aliases).replace('<noun>', noun)})s?\b"))
        for role, aliases in names["roles"].items()
    )


@lru_cache(maxsize=4096)
def find_roles(text: str) -> tuple[RoleMention, ...]:
    """Mentions of known roles, in order of appearance; of overlapping ones the longest stays."""
    folded = fold(text)
    found = [RoleMention(role, m.start(), m.end()) for role, pattern in _patterns() for m in pattern.finditer(folded)]
    found.sort(key=lambda mention: (mention.start - mention.end, mention.start))
    kept: list[RoleMention] = []
    for mention in found:
        if all(mention.end <= other.start or mention.start >= other.end for other in kept):
            kept.append(mention)
    return tuple(sorted(kept, key=lambda mention: mention.start))


def name_roles(text: str) -> tuple[str, ...]:
    """Canonical names of the roles a text names, each once, in order of appearance."""
    return tuple(dict.fromkeys(mention.role for mention in find_roles(text)))


def remove_roles(text: str) -> str:
    """The plain text without the names of roles: what is asked, apart from of whom."""
    folded = fold(text)
    for mention in reversed(find_roles(text)):
        folded = folded[: mention.start] + " " + folded[mention.end :]
    return strip_question(folded) or "this role"


def list_roles() -> tuple[str, ...]:
    """Canonical names of all roles."""
    return tuple(role for role, _ in _patterns())

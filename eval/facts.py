"""Whether an answer holds the facts of its golden item, and whether it gives another figure instead."""

from __future__ import annotations

import re

from eval.golden_set import GoldenItem
from ingest.normalise import fold

# A figure with what it counts: "10–16 weeks", "$120,230", "35 percent".
_FIGURE = re.compile(
    r"(?P<money>[$€£])\s?(?P<sum>\d[\d,.]*)|"
    r"(?P<number>\d[\d,.]*(?:\s?(?:-|to)\s?\d[\d,.]*)?)\s?"
    r"(?P<unit>%|per ?cent|weeks?|days?|months?|hours?|years?|questions?|pairs|q/a pairs)"
)


def hold_facts(text: str, facts: list[list[str]]) -> list[bool]:
    """For each fact, whether one of its accepted wordings stands in the text (case, dashes and spaces aside)."""
    plain = _plain(text)
    return [any(_plain(wording) in plain for wording in wordings) for wordings in facts]


def is_complete(text: str, item: GoldenItem) -> bool:
    """Whether the text holds every fact of the item."""
    return all(hold_facts(text, item.facts))


def count_contradictions(text: str, facts: list[list[str]]) -> int:
    """Required figures that the text lacks while it gives another figure of the same unit.

    So "12 weeks" contradicts "10–16 weeks" unless that stands there too. A figure of another unit, or none at
    all, is a missing fact and no contradiction.
    """
    given = read_figures(text)
    found = 0
    for wordings, held in zip(facts, hold_facts(text, facts), strict=True):
        units = {unit for wording in wordings for unit, _ in read_figures(wording)}
        found += not held and any(unit in units for unit, _ in given)
    return found


def read_figures(text: str) -> list[tuple[str, str]]:
    """(unit, number) of every figure with a unit, units in the singular."""
    figures = []
    for match in _FIGURE.finditer(_plain(text)):
        if match["money"]:
            figures.append((match["money"], match["sum"].rstrip(".,")))
        else:
            unit = "%" if match["unit"].startswith(("%", "per")) else match["unit"].rstrip("s")
            figures.append((unit, re.sub(r"\s?(?:-|to)\s?", "-", match["number"])))
    return figures


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\s*\[\d+\]", "", fold(text)))

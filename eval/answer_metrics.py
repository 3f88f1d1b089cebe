"""Metrics of one answer against its golden item."""

from __future__ import annotations

import re

from eval.golden_set import GoldenItem
from ingest.normalise import fold


def hold_facts(text: str, facts: list[list[str]]) -> list[bool]:
    """For each fact, whether one of its accepted wordings stands in the text (case, dashes and spaces aside)."""
    plain = _plain(text)
    return [any(_plain(wording) in plain for wording in wordings) for wordings in facts]


def is_complete(text: str, item: GoldenItem) -> bool:
    """Whether the text holds every fact of the item."""
    return all(hold_facts(text, item.facts))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"\s*\[\d+\]", "", fold(text)))

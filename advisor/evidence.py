"""Chooses, from the ranked passages, the sentences, items and rows that answer the question."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from advisor.rank import Ranked
from ingest.documents import Chunk, Unit

# Words of evidence in an answer, and how sure it should be that the passages shown hold what was asked;
# settled by facts held against length on the golden set (docs/measurements.md).
TOTAL_WORDS = 190
PASSAGE_WORDS = 120
# So that three sides can each show a list whole.
LEAST_SIDE_WORDS = 75
WHOLE_LIST_WORDS = 110
ENOUGH = 0.92
# A further passage that is hardly ever the one is left out however many words are left.
LEAST_SHARE = 0.04
MOST_PASSAGES = 5
_COUNT = re.compile(r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|\d+)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Evidence:
    """Units of one passage that go into the answer, by number, in reading order."""

    ranked: Ranked
    units: tuple[int, ...]

    @property
    def chunk(self) -> Chunk:
        return self.ranked.chunk

    def count_words(self) -> int:
        """Words in the chosen units."""
        return sum(count_words(self.chunk.units[i].text) for i in self.units)


def select_evidence(ranked: Sequence[Ranked]) -> list[Evidence]:
    """Evidence for a question about one thing, most important first; [] when nothing was retrieved."""
    return _fill(ranked, TOTAL_WORDS)


def select_sides(found: dict[str, list[Ranked]], aligned: Sequence[dict[str, Ranked]]) -> dict[str, list[Evidence]]:
    """Evidence for the sides of a comparison, which share the words between them.

    aligned: rows of passages of one kind, one for each side, best first; a row goes to all sides or to none, until
    each side holds the answer with probability ENOUGH.
    """
    words = max(TOTAL_WORDS // len(found), LEAST_SIDE_WORDS)
    shares = {
        side: dict(zip((item.chunk.id for item in ranked), share_out(ranked), strict=True))
        for side, ranked in found.items()
    }
    rows: list[dict[str, Ranked]] = []
    for row in aligned:
        if rows and all(sum(shares[side][earlier[side].chunk.id] for earlier in rows) >= ENOUGH for side in found):
            break
        rows.append(row)
    if not aligned:
        return {side: _fill(ranked, words) for side, ranked in found.items()}
    sides: dict[str, list[Evidence]] = {side: [] for side in found}
    for row in rows:
        left = {side: words - sum(item.count_words() for item in chosen) for side, chosen in sides.items()}
        if any(_repeats(row[side], chosen) for side, chosen in sides.items()):
            continue
        cells = {
            side: choose_units(row[side], min(left[side], PASSAGE_WORDS), whole_lists=bool(chosen))
            for side, chosen in sides.items()
        }
        # The first row goes in even where its lists are long.
        if any(sides.values()) and not all(c.units and c.count_words() <= left[side] for side, c in cells.items()):
            break
        for side, cell in cells.items():
            sides[side].append(cell)
    return sides


def _fill(ranked: Sequence[Ranked], total_words: int) -> list[Evidence]:
    """The best passages, until they hold the answer with probability ENOUGH by the fitted ranking, or the words are up.

    So a question whose passage is plain gets a short answer, and an unclear one gets the likely passages.
    """
    chosen: list[Evidence] = []
    left, held = total_words, 0.0
    for number, (item, share) in enumerate(zip(ranked, share_out(ranked), strict=True)):
        if number and (held >= ENOUGH or share < LEAST_SHARE or len(chosen) == MOST_PASSAGES):
            break
        if _repeats(item, chosen):
            continue
        addition = choose_units(item, min(left, PASSAGE_WORDS), whole_lists=bool(chosen))
        if not chosen or (addition.units and addition.count_words() <= left):
            chosen.append(addition)
            left -= addition.count_words()
        held += share
    return chosen


def share_out(ranked: Sequence[Ranked]) -> list[float]:
    """The probability of each passage to be the one that answers: softmax of the scores, as they were fitted."""
    best = max((item.score for item in ranked), default=0.0)
    weights = [math.exp(item.score - best) for item in ranked]
    return [weight / sum(weights) for weight in weights]


def choose_units(item: Ranked, budget: int, *, whole_lists: bool = False) -> Evidence:
    """Units of one passage within a budget of words.

    A passage that fits is taken whole. Of a longer one the block with the best unit comes first; a
    list stays whole with the sentence that leads into it where it fits, else its best items stay,
    or none of it with whole_lists.
    """
    units = item.chunk.units
    if sum(count_words(unit.text) for unit in units) <= budget:
        return Evidence(item, tuple(range(len(units))))
    chosen: list[int] = []
    used = 0
    for group in sorted(group_units(units), key=lambda group: -max(item.unit_scores[i] for i in group)):
        size = sum(count_words(units[i].text) for i in group)
        # A list that announces four mistakes and shows three is worse than a long one.
        if used + size <= (budget if chosen or whole_lists else max(budget, WHOLE_LIST_WORDS)):
            chosen += group
            used += size
        elif not chosen and not (whole_lists and len(group) > 1):
            chosen += _trim_group(item, group, budget)
            break
    return Evidence(item, tuple(sorted(chosen)))


def group_units(units: Sequence[Unit]) -> list[list[int]]:
    """Numbers of the units that stand or fall together: a list with its lead; single sentences alone."""
    groups: list[list[int]] = []
    lead: list[int] = []
    for _, block in groupby(range(len(units)), key=lambda i: units[i].block):
        members = list(block)
        if units[members[0]].kind in ("sentence", "lead"):
            groups += [[i] for i in members if units[i].kind == "sentence"]
            lead = [i for i in members if units[i].kind == "lead"]
        else:
            groups.append(lead + members)
            lead = []
    return groups + ([lead] if lead else [])


def count_words(text: str) -> int:
    """Words as a reader counts them."""
    return len(text.split())


def _trim_group(item: Ranked, group: list[int], budget: int) -> list[int]:
    """The best members of a group that is too long, at least one, under its lead unless that counts them."""
    units = item.chunk.units
    kept = [i for i in group[:1] if units[i].kind == "lead" and not _COUNT.search(units[i].text)]
    group = [i for i in group if units[i].kind != "lead"]
    kept += [i for i in group[:1] if units[i].kind == "row"]
    used = sum(count_words(units[i].text) for i in kept)
    header = len(kept)
    for i in sorted((i for i in group if i not in kept), key=lambda i: -item.unit_scores[i]):
        size = count_words(units[i].text)
        if used + size <= budget or len(kept) == header:
            kept.append(i)
            used += size
    return kept


def _repeats(item: Ranked, chosen: Sequence[Evidence]) -> bool:
    """Whether a passage says what is already there, word for word."""
    said = {unit.text for evidence in chosen for unit in evidence.chunk.units}
    return all(unit.text in said for unit in item.chunk.units)

"""Retrieves and selects the evidence for a question; a comparison gets its own for each side."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from advisor.engine import Engine
from advisor.evidence import PASSAGE_WORDS, Evidence, choose_units, select_evidence, select_sides
from advisor.question import Question, ask_for_side
from advisor.rank import Ranked
from ingest.normalise import extract_words, fold
from ingest.roles import find_roles

# Passages of each side that are looked at for what the sides have in common, and the rank score a
# side may lose by it.
ALIGN_AMONG = 10
ALIGN_COST = 3.0


@dataclass(frozen=True)
class Gathered:
    """ranked: passages considered, best first. evidence: what the answer may use. sides: evidence by side."""

    ranked: list[Ranked]
    evidence: list[Evidence]
    sides: dict[str, list[Evidence]]

    @property
    def decisive(self) -> list[Evidence]:
        """What a language model judges: the best passage, or all of a comparison.

        Further passages distract a small model and are read slowly (docs/measurements.md).
        """
        return self.evidence if self.sides else self.evidence[:1]

    @property
    def nearest(self) -> Evidence | None:
        """What to point to when the question is declined: the best passage that is not on other roles."""
        best = next((item for item in self.ranked if item.features["role"] >= 0), None)
        return choose_units(best, PASSAGE_WORDS) if best else None


def gather_evidence(engine: Engine, question: Question) -> Gathered:
    """Evidence for a question that stands on its own."""
    if question.sides:
        found = {side: _search_side(engine, question, side) for side in question.sides}
        shared = find_shared(found)
        if all(found.values()) and not (shared and len({item.chunk.id for item in shared[0].values()}) == 1):
            return _set_side_by_side(found, shared)
    ranked = engine.retrieve(question)
    return Gathered(ranked, select_evidence(ranked), {})


def find_shared(found: dict[str, list[Ranked]]) -> list[dict[str, Ranked]]:
    """What all sides have, best first: passages of one kind ("Typical tasks of …"), or one passage on all of them.

    Kinds are told by the last heading without the names of roles.
    """
    kinds: list[dict[Hashable, Ranked]] = [
        {_name_kind(item): item for item in reversed(ranked[:ALIGN_AMONG])} for ranked in found.values()
    ]
    common = set.intersection(*(set(kind) for kind in kinds)) if kinds else set()
    shared = [dict(zip(found, (kind[name] for kind in kinds), strict=True)) for name in common]
    return sorted(shared, key=_add_scores, reverse=True)


def _search_side(engine: Engine, question: Question, side: str) -> list[Ranked]:
    """Passages for one side, without those that are headed by other roles only."""
    return [item for item in engine.retrieve(ask_for_side(question, side)) if item.features["role"] >= 0]


def _set_side_by_side(found: dict[str, list[Ranked]], shared: list[dict[str, Ranked]]) -> Gathered:
    """Like beside like, unless the best that all sides have is much worse than what each has by itself."""
    # What is the same for all sides tells them apart in nothing.
    different = [row for row in shared if len({item.chunk.id for item in row.values()}) > 1]
    best = sum(ranked[0].score for ranked in found.values())
    if different and best - _add_scores(different[0]) > ALIGN_COST * len(found):
        different = []
    sides = select_sides(found, different)
    return Gathered(
        ranked=_interleave(list(found.values())),
        evidence=[evidence for side in sides.values() for evidence in side],
        sides=sides,
    )


def _add_scores(row: dict[str, Ranked]) -> float:
    return sum(item.score for item in row.values())


def _name_kind(item: Ranked) -> Hashable:
    """What a passage tells of a role, or the passage itself where it is headed by none."""
    heading = fold(item.chunk.path[-1]) if item.chunk.path else ""
    mentions = find_roles(heading)
    if not mentions:
        return item.chunk.id
    for mention in reversed(mentions):
        heading = heading[: mention.start] + " " + heading[mention.end :]
    return frozenset(
        word for word in extract_words(heading) if not word.isdigit() and word not in ("engin", "ai", "specialist")
    )


def _interleave(lists: list[list[Ranked]]) -> list[Ranked]:
    """The lists dealt out in turn, each passage once."""
    dealt: dict[str, Ranked] = {}
    for place in range(max((len(ranked) for ranked in lists), default=0)):
        for ranked in lists:
            if place < len(ranked):
                dealt.setdefault(ranked[place].chunk.id, ranked[place])
    return list(dealt.values())

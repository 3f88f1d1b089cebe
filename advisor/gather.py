"""Retrieves and selects the evidence for a question; a comparison gets its own for each side."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.engine import Engine
from advisor.evidence import Evidence, select_evidence, select_side
from advisor.question import Question, ask_for_side
from advisor.rank import Ranked
from advisor.roles import find_roles
from ingest.normalise import extract_words, fold

# Passages of each side that are looked at for a common kind, and the rank score a side may lose by it.
ALIGN_AMONG = 6
ALIGN_COST = 3.0


@dataclass(frozen=True)
class Gathered:
    """ranked: passages considered, best first. evidence: what the answer may use. sides: evidence by side."""

    ranked: list[Ranked]
    evidence: list[Evidence]
    sides: dict[str, list[Evidence]]


def gather_evidence(engine: Engine, question: Question) -> Gathered:
    """Evidence for a question that stands on its own."""
    if not question.sides:
        ranked = engine.retrieve(question)
        return Gathered(ranked, select_evidence(question, ranked), {})
    found = align_sides({side: engine.retrieve(ask_for_side(question, side)) for side in question.sides})
    sides = {side: select_side(ranked) for side, ranked in found.items()}
    return Gathered(
        ranked=_interleave(list(found.values())),
        evidence=[evidence for side in sides.values() for evidence in side],
        sides=sides,
    )


def align_sides(found: dict[str, list[Ranked]]) -> dict[str, list[Ranked]]:
    """Puts first, for every side, the passage of a kind that all have ("Typical tasks of …"): like stands by like.

    Kinds are told by the last heading without the names of roles. They are aligned only where that
    costs little rank score.
    """
    if not found or not all(found.values()):
        return found
    kinds = {
        side: {_name_kind(item): item for item in reversed(ranked[:ALIGN_AMONG]) if _name_kind(item)}
        for side, ranked in found.items()
    }
    shared = set.intersection(*(set(kind) for kind in kinds.values()))
    best = sum(ranked[0].score for ranked in found.values())
    totals = {kind: sum(kinds[side][kind].score for side in found) for kind in shared}
    if not totals or best - max(totals.values()) > ALIGN_COST * len(found):
        return found
    kind = max(totals, key=lambda kind: totals[kind])
    return {
        side: [kinds[side][kind], *(item for item in ranked if item is not kinds[side][kind])]
        for side, ranked in found.items()
    }


def _name_kind(item: Ranked) -> frozenset[str]:
    heading = fold(item.chunk.path[-1]) if item.chunk.path else ""
    for mention in reversed(find_roles(heading)):
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

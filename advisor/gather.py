"""Retrieves and selects the evidence for a question; a comparison gets its own for each side."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.engine import Engine
from advisor.evidence import Evidence, select_evidence, select_side
from advisor.question import Question, ask_for_side
from advisor.rank import Ranked


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
    found = {side: engine.retrieve(ask_for_side(question, side)) for side in question.sides}
    sides = {side: select_side(ranked) for side, ranked in found.items()}
    return Gathered(
        ranked=_interleave(list(found.values())),
        evidence=[evidence for side in sides.values() for evidence in side],
        sides=sides,
    )


def _interleave(lists: list[list[Ranked]]) -> list[Ranked]:
    """The lists dealt out in turn, each passage once."""
    dealt: dict[str, Ranked] = {}
    for place in range(max((len(ranked) for ranked in lists), default=0)):
        for ranked in lists:
            if place < len(ranked):
                dealt.setdefault(ranked[place].chunk.id, ranked[place])
    return list(dealt.values())

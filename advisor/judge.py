"""Asks the language model for one token: does the evidence answer the question, does a passage support a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from advisor.evidence import Evidence
from advisor.prompts import fill_prompt
from advisor.question import Question

if TYPE_CHECKING:
    from advisor.language_model import LanguageModel, Usage


def number_notes(evidence: Sequence[Evidence]) -> list[tuple[str, Evidence]]:
    """The evidence as short notes, one a passage, with its nearest headings: what the model reads."""
    return [(f"{' > '.join(e.chunk.path[-2:]) or e.chunk.meta.title}: {_flatten(e)}", e) for e in evidence]


def show_evidence(question: Question, evidence: Sequence[Evidence]) -> str:
    """The part of the prompt that judge and writer share, so that the server reads it once."""
    notes = "\n".join(f"[{number}] {quote_data(note)}" for number, (note, _) in enumerate(number_notes(evidence), 1))
    return fill_prompt("evidence", notes=notes, question=quote_data(question.text))


def judge_answerable(
    model: LanguageModel, question: Question, evidence: Sequence[Evidence], usage: Usage | None = None
) -> float:
    """Probability of "yes" that the evidence holds what the question asks for; 0 without evidence."""
    if not evidence:
        return 0.0
    prompt = show_evidence(question, evidence) + "\n" + fill_prompt("judge_answerable")
    return model.judge(fill_prompt("system"), prompt, usage)


def judge_support(model: LanguageModel, sentence: str, passage: str, usage: Usage | None = None) -> float:
    """Probability of "yes" that the passage supports the sentence."""
    prompt = fill_prompt("judge_support", passage=quote_data(passage), sentence=quote_data(sentence))
    return model.judge(fill_prompt("system"), prompt, usage)


def quote_data(text: str) -> str:
    """Text as quoted data: chat-template marks are taken out, so that a passage cannot pose as a turn."""
    return re.sub(r"<\|[^|>]*\|>|\[/?INST\]|<</?SYS>>", " ", text)


def _flatten(evidence: Evidence) -> str:
    units = [evidence.chunk.units[i] for i in evidence.units]
    return " ".join(f"{unit.text};" if unit.kind in ("item", "row") else unit.text for unit in units)

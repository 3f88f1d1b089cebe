"""Asks the language model for one token: does the evidence answer the question, does a passage support a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from advisor.evidence import Evidence
from advisor.prompts import fill_prompt
from advisor.question import Question
from advisor.support import select_units
from ingest.embedding import Embedder

if TYPE_CHECKING:
    from advisor.language_model import LanguageModel, Usage


def list_notes(evidence: Sequence[Evidence]) -> list[tuple[Evidence, int]]:
    """What each note number stands for: a piece of evidence and the number of one of its units."""
    return [(item, i) for item in evidence for i in item.units]


def show_evidence(question: Question, evidence: Sequence[Evidence]) -> str:
    """The part of the prompt that judge and writer share, so that the server reads it once.

    Short numbered notes under their headings: a small model keeps to those far better than to paragraphs.
    """
    lines: list[str] = []
    for number, (item, i) in enumerate(list_notes(evidence), 1):
        if i == item.units[0]:
            lines.append(" > ".join(item.chunk.path[-2:]) or item.chunk.meta.title)
        lines.append(f"[{number}] {item.chunk.units[i].text}")
    return fill_prompt("evidence", notes=quote_data("\n".join(lines)), question=quote_data(question.text))


def judge_answerable(
    model: LanguageModel, question: Question, evidence: Sequence[Evidence], usage: Usage | None = None
) -> float:
    """Probability of "yes" that the evidence holds what the question asks for; 0 without evidence."""
    if not evidence:
        return 0.0
    prompt = show_evidence(question, evidence) + "\n" + fill_prompt("judge_answerable")
    return model.judge(fill_prompt("system"), prompt, usage)


def judge_support(
    model: LanguageModel,
    sentence: str,
    heading: str,
    units: list[str],
    embedder: Embedder,
    usage: Usage | None = None,
) -> float:
    """Probability of "yes" that a passage supports all of the sentence, for check_support.

    The model reads the two nearest headings and the three units nearest to the sentence: a short text
    costs less and distracts less than the passage.
    """
    near = [f"- {unit}" for unit in select_units(sentence, heading, units, embedder)]
    passage = "\n".join([" > ".join(heading.split(" > ")[-2:]), *near])
    prompt = fill_prompt("judge_support", passage=quote_data(passage), sentence=quote_data(sentence))
    return model.judge(fill_prompt("judge_support_system"), prompt, usage)


def quote_data(text: str) -> str:
    """Text as quoted data: chat-template marks are taken out, so that a passage cannot pose as a turn."""
    return re.sub(r"<\|[^|>]*\|>|\[/?INST\]|<</?SYS>>", " ", text)

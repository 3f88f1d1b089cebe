"""Lets the language model write the answer from numbered notes; what it writes is a draft until it is grounded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.evidence import Evidence
from advisor.judge import list_notes, show_evidence
from advisor.lines import Line, locate_units
from advisor.prompts import fill_prompt
from advisor.question import Question
from ingest.normalise import extract_words

if TYPE_CHECKING:
    from advisor.language_model import LanguageModel, Usage

MAX_TOKENS = 220
_LINE = re.compile(r"^\s*(?:[-*•]|\d+[.)])?\s*(?P<text>.*?)\s*\[(?P<note>\d+)\][\s.\[\]\d]*$")


def draft_lines(
    model: LanguageModel, question: Question, evidence: Sequence[Evidence], usage: Usage | None = None
) -> Iterator[Line]:
    """Lines as the model finishes them; a line without a note, or one it has already said, is left out.

    Raises LanguageModelError when the model stops in mid-answer.
    """
    notes = list_notes(evidence)
    prompt = show_evidence(question, evidence) + "\n" + fill_prompt("draft")
    grammar = (Path(__file__).parent / "prompts" / "answer.gbnf").read_text(encoding="utf-8")
    said: list[set[str]] = []
    buffer = ""
    for piece in model.write(fill_prompt("system"), prompt, grammar, MAX_TOKENS, usage):
        buffer += piece
        while "\n" in buffer:
            raw, buffer = buffer.split("\n", 1)
            yield from _read_line(raw, notes, said)
    yield from _read_line(buffer, notes, said)


def _read_line(raw: str, notes: list[tuple[Evidence, int]], said: list[set[str]]) -> Iterator[Line]:
    found = _LINE.match(raw)
    if not found or not found["text"] or not 1 <= int(found["note"]) <= len(notes):
        return
    words = set(extract_words(found["text"]))
    if not words or any(len(words & before) >= 0.8 * len(words) for before in said):
        return
    said.append(words)
    evidence, unit = notes[int(found["note"]) - 1]
    text = found["text"].strip()
    text = text if text[-1] in ".!?" else text + "."
    yield Line(text, "item", evidence.chunk, locate_units(evidence.chunk)[unit], verbatim=False)

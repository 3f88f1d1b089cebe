"""Citation recall and precision as ALCE defines them (Gao et al. 2023, "Enabling Large Language Models to Generate Text
with Citations"), with the judge of support passed in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from advisor.types import Answer

# (sentence, passages) -> whether the passages together support all of the sentence.
Judge = Callable[[str, Sequence[str]], bool]


@dataclass(frozen=True)
class CitationScores:
    """Scores of one answer.

    recall: share of sentences that their cited passages together support. precision: share of citations that support
    their sentence, alone or as a part that the others cannot do without. invalid: markers that lead nowhere.
    """

    recall: float
    precision: float
    invalid: int


def score_citations(answer: Answer, judge: Judge) -> CitationScores:
    """Scores of one answer. A sentence without a citation fails recall; an answer without sentences scores 1."""
    passages = {c.marker: f"{c.section}\n{c.quote}" for c in answer.citations}
    supported: list[bool] = []
    useful: list[bool] = []
    invalid = 0
    for sentence in answer.sentences:
        invalid += sum(marker not in passages for marker in sentence.citations)
        cited = [passages[marker] for marker in sentence.citations if marker in passages]
        together = judge(sentence.text, cited)
        supported.append(together)
        for i, passage in enumerate(cited):
            rest = cited[:i] + cited[i + 1 :]
            # ALCE counts a citation only where the sentence is supported at all.
            useful.append(
                together and (not rest or judge(sentence.text, [passage]) or not judge(sentence.text, rest))
            )
    return CitationScores(_share(supported), _share(useful), invalid)


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 1.0

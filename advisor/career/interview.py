"""Interview practice: questions of a role's guide, and feedback on an answer against the note on a good one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from advisor.career.gap import find_guide
from advisor.errors import CareerError, QuestionError
from advisor.judge import quote_data
from advisor.prompts import fill_prompt
from ingest.catalogue import Catalogue
from ingest.normalise import STOP_WORDS, extract_tokens, extract_words
from ingest.role_guide import InterviewQuestion, Quote

if TYPE_CHECKING:
    from advisor.language_model import LanguageModel

# From which share of its words a point counts as named, and from which probability as made by a judge's word
# (docs/measurements.md).
NAMED_WORDS, MADE_JUDGED = 0.6, 0.4
# From which share of the points an answer gets both points of the score.
FULL = 0.75
MOST_CHARS = 4000
PointJudge = Callable[[str, str, str], float]
_OPENING = re.compile(
    r"^(?:a|the) good answer (?:says?|names?|lists?|adds?|gives?|takes?|compares?|shows?|covers?|asks?|starts? with|"
    r"checks?|combines?|uses?|knows?|explains?|separates?|depends on|tells?|offers?|rules out|measures?|chooses?)?"
    r"(?: that| how| whether)?\s*",
    re.IGNORECASE,
)
_SPLIT = re.compile(r",? and (?=\w)|[,;] (?:and |or |then )?")


class Point(BaseModel):
    """One point of a good answer and whether it was made."""

    model_config = ConfigDict(frozen=True)

    text: str
    made: bool


class Feedback(BaseModel):
    """What an answer holds of a good one.

    score: 0, 1 or 2 as in the rubrics; note and citation: what it is held against. judged: whether a language model
    read the answer; without one, only points named in the note's own words are seen.
    """

    model_config = ConfigDict(frozen=True)

    question: str
    answer: str
    score: int
    points: list[Point]
    note: str
    citation: Quote
    remarks: list[str]
    judged: bool


class ScoreCard(BaseModel):
    """The feedback of one practice round for a role."""

    model_config = ConfigDict(frozen=True)

    role: str
    rounds: list[Feedback] = []

    @property
    def score(self) -> int:
        """Points reached."""
        return sum(feedback.score for feedback in self.rounds)

    @property
    def most(self) -> int:
        """Points that could be reached."""
        return 2 * len(self.rounds)


def choose_questions(catalogue: Catalogue, role: str, number: int = 5, start: int = 0) -> list[InterviewQuestion]:
    """Questions of a role's guide, spread over its list; another start gives others. Raises CareerError without any."""
    guide = find_guide(catalogue, role)
    if not guide.questions:
        raise CareerError(f"The guide to the role of {guide.role} holds no interview questions.")
    if number < 1:
        raise CareerError("Interview practice needs at least one question.")
    count = len(guide.questions)
    step = max(1, count // min(number, count))
    return [guide.questions[(start + i * step) % count] for i in range(min(number, count))]


def give_feedback(question: InterviewQuestion, answer: str, judge: PointJudge | None = None) -> Feedback:
    """Holds an answer against the points of the note on a good one.

    judge: the probability that an answer to a question makes a point, by a language model. Raises QuestionError for an
    empty or endless answer.
    """
    answer = " ".join(answer.split())
    if not answer:
        raise QuestionError("The answer is empty; type what you would say.")
    if len(answer) > MOST_CHARS:
        raise QuestionError(
            f"The answer has {len(answer):,} characters; keep it under {MOST_CHARS:,}, as in an interview."
        )
    points = [
        Point(
            text=text,
            made=judge(question.question, answer, text) >= MADE_JUDGED if judge else _names(answer, text, question),
        )
        for text in list_points(question.note)
    ]
    made = sum(point.made for point in points)
    return Feedback(
        question=question.question,
        answer=answer,
        score=2 if made >= FULL * len(points) else 1 if made else 0,
        points=points,
        note=question.note,
        citation=question.quote,
        remarks=_remark(answer),
        judged=judge is not None,
    )


def judge_point(model: LanguageModel, question: str, answer: str, point: str) -> float:
    """Probability of "yes", by a language model, that an answer makes a point, in whatever words."""
    prompt = fill_prompt(
        "judge_point", question=quote_data(question), answer=quote_data(answer), point=quote_data(point)
    )
    return model.judge(fill_prompt("judge_point_system"), prompt)


def _names(answer: str, point: str, question: InterviewQuestion) -> bool:
    """Whether the answer has most of the words of a point that are not the question's own."""
    words = set(extract_words(point)) - set(extract_words(question.question)) or set(extract_words(point))
    return bool(words) and len(words & set(extract_words(answer))) >= NAMED_WORDS * len(words)


def list_points(note: str) -> list[str]:
    """The points that a note on a good answer makes, as far as its grammar sets them apart."""
    body = _OPENING.sub("", note.strip()).rstrip(".")
    parts = [part.strip() for part in _SPLIT.split(body) if part.strip()]
    points: list[str] = []
    for part in parts:
        # Too short to stand alone: it belongs to the point before.
        if points and len([t for t in extract_tokens(part) if t not in STOP_WORDS]) < 1:
            points[-1] += f", {part}"
        else:
            points.append(part)
    return points or [body]


def _remark(answer: str) -> list[str]:
    """Plain remarks on the form of an answer."""
    words = answer.split()
    remarks = []
    if len(words) < 15:
        remarks.append("The answer is very short; give a reason or an example.")
    if len(words) > 220:
        remarks.append("The answer is long; in an interview, stop after about a minute and a half.")
    if not re.search(
        r"\d|\bfor example\b|\be\.g\.|\bwhen i\b|\bin my\b|\bwe\b|\bi (?:built|used|measured|found)\b", answer, re.I
    ):
        remarks.append("A number or an example of your own would make it stronger.")
    return remarks

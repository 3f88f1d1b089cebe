"""What each node of the conversation does with the turn; the work itself lies in the module of each verb."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from advisor.answerability import describe_match, estimate_probability, is_in_doubt, should_decline
from advisor.career.counsel import Counsellor
from advisor.career.desk import CareerDesk
from advisor.career.render import render_advice
from advisor.compose import GREETING, compose_lines, compose_nearest, explain_missing, is_small_talk
from advisor.draft import draft_lines
from advisor.engine import Engine
from advisor.errors import CareerError, ProfileError, QuestionError
from advisor.gather import gather_evidence
from advisor.ground import SupportJudge, ground_line, is_enough
from advisor.guard import clean_question
from advisor.judge import judge_answerable, judge_support
from advisor.lines import render_lines
from advisor.turn import Turn
from advisor.types import Answer, Event, Message, Retrieved, Timings, Usage
from advisor.uncovered import find_topic
from ingest.errors import AdvisorError

if TYPE_CHECKING:
    from advisor.language_model import LanguageModel

Write = Callable[[Event], None]
_WITHOUT_MODEL = "This answer was put together without it."


class Steps:
    """The steps over one engine. Each takes the turn, changes it, and may write events for a stream."""

    def __init__(self, engine: Engine, desk: CareerDesk) -> None:
        self._engine = engine
        self._counsellor = Counsellor(desk)

    def guard(self, turn: Turn, write: Write) -> None:
        """Cleans the question; raises QuestionError for one that cannot be read."""
        turn.cleaned = clean_question(turn.asked, self._engine.settings.max_question_chars)

    def contextualise(self, turn: Turn, write: Write) -> None:
        """Completes a follow-up from the turns before it."""
        with turn.timed("retrieve"):
            turn.question = self._engine.read([*turn.history, Message(role="user", content=turn.cleaned)])

    def understand(self, turn: Turn, write: Write) -> None:
        """Reads what the turn says of the person, and whether it asks for a career tool."""
        assert turn.question
        with turn.timed("answer"):
            turn.understood = self._counsellor.understand(turn.cleaned, turn.history, turn.known, turn.question.text)
        if turn.understood.problem:
            turn.notices.append(turn.understood.problem)
        if turn.understood.intent:
            turn.route = "advise"
        elif turn.understood.changes:
            turn.notices.append(f"Noted: {'; '.join(turn.understood.changes)}.")

    def advise(self, turn: Turn, write: Write) -> None:
        """Runs the career tool; where it cannot help, the material is asked instead."""
        assert turn.understood
        write(Event(kind="step", text=turn.understood.step))
        try:
            with turn.timed("answer"):
                turn.advice = self._counsellor.respond(turn.understood, turn.cleaned, turn.history)
        except (CareerError, ProfileError, QuestionError) as error:
            turn.notices.append(str(error))
            turn.route = "compose"

    def retrieve(self, turn: Turn, write: Write) -> None:
        """Finds and selects the evidence."""
        assert turn.question
        write(Event(kind="step", text="Searching the material"))
        with turn.timed("retrieve"):
            turn.gathered = gather_evidence(self._engine, turn.question)

    def weigh(self, turn: Turn, write: Write) -> None:
        """Estimates whether the evidence answers the question and chooses how to go on."""
        assert turn.question and turn.gathered
        # One that was asked for by name must be there, whether this question needs it or not.
        model = self._engine.model
        with turn.timed("answer"):
            evidence = turn.gathered.evidence
            turn.features = describe_match(
                turn.question, evidence, turn.gathered.ranked, self._engine.generation, self._engine.embedder
            )
            turn.probability = estimate_probability(turn.features)
            small_talk = is_small_talk(turn.cleaned)
            judgement = None
            if model and evidence and not small_talk and is_in_doubt(turn.probability):
                judgement = self._judge(model, turn, write)
            if judgement is not None:
                turn.probability = estimate_probability(turn.features, judgement)
        if small_talk or not evidence or should_decline(turn.probability, judged=judgement is not None):
            turn.route = "decline"
        elif model and self._engine.drafts and not turn.gathered.sides:
            turn.route = "draft"
        else:
            turn.route = "compose"

    def decline(self, turn: Turn, write: Write) -> None:
        """Says what the material does not hold, and offers what comes nearest."""
        assert turn.question and turn.gathered
        if is_small_talk(turn.cleaned):
            turn.opening = GREETING
            return
        topic = find_topic(turn.question, self._engine.generation, self._engine.embedder)
        turn.opening = explain_missing(turn.question, turn.features, topic)
        turn.lines = compose_nearest(turn.gathered.nearest)
        turn.notices.append(turn.opening)

    def compose(self, turn: Turn, write: Write) -> None:
        """Builds the answer from the evidence sentences."""
        assert turn.gathered
        with turn.timed("answer"):
            turn.lines = compose_lines(turn.gathered.evidence, turn.gathered.sides)
        for side, found in turn.gathered.sides.items():
            if not found:
                turn.notices.append(f"The material says nothing on {side}.")

    def draft(self, turn: Turn, write: Write) -> None:
        """Lets the language model write, and checks each line as it comes; only what holds is streamed."""
        assert turn.question and turn.gathered and self._engine.model
        write(Event(kind="step", text="Writing"))
        turn.model = self._engine.model.name
        try:
            lines = draft_lines(self._engine.model, turn.question, turn.gathered.evidence, turn.tokens)
            while True:
                with turn.timed("answer"):
                    line = next(lines, None)
                if line is None:
                    break
                turn.drafted += 1
                with turn.timed("ground"):
                    held = ground_line(line, turn.gathered.evidence, self._engine.embedder, self._support_judge(turn))
                if held:
                    turn.lines.append(held)
                    write(Event(kind="text", text=f"- {held.text}\n"))
        except AdvisorError as error:
            turn.notices.append(f"{error} {_WITHOUT_MODEL}")
            turn.lines = []
            turn.drafted = 0

    def ground(self, turn: Turn, write: Write) -> None:
        """Keeps what its passage supports; where too little of a draft is left, the extractive answer is given."""
        assert turn.gathered
        with turn.timed("ground"):
            if turn.route == "draft" and not is_enough(len(turn.lines), turn.drafted):
                if turn.drafted:
                    turn.notices.append(
                        "The model's draft did not hold against the passages, so they are quoted instead."
                    )
                turn.lines = compose_lines(turn.gathered.evidence, turn.gathered.sides)
            elif turn.drafted > len(turn.lines):
                dropped = turn.drafted - len(turn.lines)
                turn.notices.append(f"{dropped} drafted line{'s' * (dropped > 1)} had no support and went.")
            kept = [
                ground_line(line, turn.gathered.evidence, self._engine.embedder) for line in turn.lines if line.verbatim
            ]
            turn.lines = [line for line in kept if line] or [line for line in turn.lines if not line.verbatim]

    def finish(self, turn: Turn, write: Write) -> None:
        """Puts the Answer together and streams it."""
        if turn.route == "advise":
            rendered = render_advice(turn.advice, self._engine.generation.passages.get)
        else:
            rendered = render_lines(turn.lines)
        declined = turn.route == "decline"
        text = rendered.text
        if declined:
            text = turn.opening + (f" The nearest it has:\n\n{rendered.text}" if turn.lines else "")
        self._note_stale(turn)
        for piece in _split_stream(text) if turn.route != "draft" else []:
            write(Event(kind="text", text=piece))
        read, written = turn.tokens.prompt_tokens, turn.tokens.completion_tokens
        turn.timings["total"] = (time.perf_counter() - turn.started) * 1000
        turn.answer = Answer(
            id=turn.id,
            question=turn.asked,
            text=text,
            abstained=declined,
            notices=turn.notices,
            sentences=rendered.sentences,
            citations=rendered.citations,
            retrieved=[
                Retrieved(chunk_id=item.chunk.id, source_id=item.chunk.source_id, score=round(item.score, 4))
                for item in (turn.gathered.ranked if turn.gathered else [])[: self._engine.settings.retrieve_k]
            ],
            model=turn.model,
            timings_ms=Timings(**{stage: round(ms, 1) for stage, ms in turn.timings.items()}),
            usage=Usage(
                prompt_tokens=read,
                completion_tokens=written,
                cost_usd=self._engine.settings.compute_cost(turn.model, read, written),
            ),
        )
        write(Event(kind="answer", answer=turn.answer))

    def _judge(self, model: LanguageModel, turn: Turn, write: Write) -> float | None:
        """The model's one-token judgement; None when it cannot be reached."""
        assert turn.question and turn.gathered
        write(Event(kind="step", text="Checking that the passages answer the question"))
        try:
            judgement = judge_answerable(model, turn.question, turn.gathered.decisive, turn.tokens)
        except AdvisorError as error:
            turn.notices.append(f"{error} {_WITHOUT_MODEL}")
            return None
        turn.model = model.name
        return judgement

    def _support_judge(self, turn: Turn) -> SupportJudge:
        model = self._engine.model
        assert model

        def judge(sentence: str, heading: str, units: list[str]) -> float:
            return judge_support(model, sentence, heading, units, self._engine.embedder, turn.tokens)

        return judge

    def _note_stale(self, turn: Turn) -> None:
        limit = datetime.date.today() - datetime.timedelta(days=self._engine.settings.stale_after_days)
        for chunk in {line.chunk.source_id: line.chunk for line in turn.lines}.values():
            dated = chunk.meta.checked or chunk.meta.published
            if dated and dated < limit:
                turn.notices.append(
                    f"'{chunk.meta.title}' was last checked on {dated.isoformat()} and may be out of date."
                )


def _split_stream(text: str) -> list[str]:
    """The text in pieces of a line each, so that a page can show it as it comes."""
    return text.splitlines(keepends=True)

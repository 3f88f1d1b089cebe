"""The conversation as the page keeps it: each question with what became of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from advisor import Advisor
from advisor.career.profile import Profile
from advisor.errors import AdvisorError, QuestionError
from advisor.types import Answer, Message, Passage

UNEXPECTED = "Something went wrong; the details are in the log."


@dataclass
class Turn:
    """A question with its answer or error; with neither, it is still to be answered.

    passages: what each citation leads to, as it stood when the answer was given.
    """

    question: str
    answer: Answer | None = None
    error: str = ""
    can_retry: bool = False
    passages: dict[str, Passage | None] = field(default_factory=dict)

    @property
    def waits(self) -> bool:
        return self.answer is None and not self.error

    def ask_again(self) -> None:
        """Back to waiting, so that the next run of the page answers it."""
        self.error = ""


def list_messages(turns: Sequence[Turn]) -> list[Message]:
    """The answered turns as the history of the next question."""
    messages: list[Message] = []
    for turn in turns:
        if turn.answer:
            messages.append(Message(role="user", content=turn.question))
            messages.append(Message(role="assistant", content=turn.answer.text))
    return messages


def answer_turn(
    turn: Turn,
    history: Sequence[Message],
    advisor: Advisor,
    show_step: Callable[[str], object],
    show_text: Callable[[str], object],
    profile: Profile | None = None,
) -> None:
    """Answers the turn, telling how it goes; an error becomes one sentence in it.

    show_step: told each stage as it begins; show_text: told the whole text so far; profile:
    what is known of the person beside the conversation.
    """
    text = ""
    try:
        for event in advisor.stream(turn.question, history=history, profile=profile):
            if event.kind == "step":
                show_step(event.text)
            elif event.kind == "text":
                text += event.text
                show_text(text)
            elif event.answer:
                passages = {c.chunk_id: advisor.open_passage(c.chunk_id) for c in event.answer.citations}
                turn.passages, turn.answer = passages, event.answer
    except AdvisorError as error:
        turn.error, turn.can_retry = str(error), not isinstance(error, QuestionError)
    except Exception:
        logging.getLogger(__name__).exception("A question could not be answered")
        turn.error, turn.can_retry = UNEXPECTED, True

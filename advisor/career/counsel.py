"""Answers a turn that asks for a career tool: reads the profile out of the conversation and runs the tool."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from advisor.career.advise import (
    Advice,
    AdviceLine,
    advise_comparison,
    advise_feedback,
    advise_fit,
    advise_gap,
    advise_plan,
    advise_profile,
    advise_time,
    ask_for,
    ask_interview_question,
)
from advisor.career.describe import is_told, read_description
from advisor.career.desk import CareerDesk
from advisor.career.intent import (
    INTERVIEW_MARK,
    SCORE_MARK,
    Intent,
    answers_interview,
    find_intent,
    find_topic_roles,
)
from advisor.career.profile import Profile, describe_field, merge_profiles
from advisor.chat_model import LanguageModelError
from advisor.errors import CareerError, ProfileError
from advisor.types import Message

QUESTIONS_A_ROUND = 5
_ASK_ROLE = "Which role is it for, such as data engineer or AI product manager?"
_ASK_HOURS = "How many hours a week do you have?"
_ASK_WORK = "What do you do now, and what can you already do?"
_TELLS = {
    "fit": "Ranking the roles for you",
    "gap": "Holding your skills against the role",
    "plan": "Making a plan within your hours",
    "compare": "Setting the roles side by side",
    "switch": "Weighing staying against switching",
    "interview": "Choosing interview questions",
    "answer": "Reading your answer",
    "stop": "Ending the practice",
    "time": "Reckoning with your hours",
    "profile": "Noting what you told me",
}


@dataclass
class Understood:
    """What a turn says and asks.

    profile: all that is known; changes: what this turn changed; problem: what of it cannot be.
    """

    intent: Intent | None
    profile: Profile
    changes: list[str] = field(default_factory=list)
    problem: str = ""

    @property
    def step(self) -> str:
        """What is about to be done."""
        return _TELLS[self.intent.tool] if self.intent else ""


class Counsellor:
    """The career tools as a conversation reaches them."""

    def __init__(self, desk: CareerDesk) -> None:
        self._desk = desk

    def understand(self, turn: str, history: Sequence[Message], known: Profile, resolved: str = "") -> Understood:
        """Reads the profile out of all the person has said, and what the turn asks for.

        known: the profile kept beside the conversation; resolved: the turn as completed from those before.
        """
        catalogue = self._desk.catalogue
        if not catalogue.guides:
            return Understood(None, known)
        profile = Profile()
        for place, message in enumerate(history):
            if message.role == "user" and not answers_interview(history[:place]):
                profile, _ = merge_profiles(profile, self._read(message.content)[0])
        # What is kept beside the conversation may correct what was said in it.
        profile, _ = merge_profiles(profile, known)
        said, problem = (Profile(), "") if answers_interview(history) else self._read(turn, new=True)
        merged, changes = merge_profiles(profile, said)
        topic = find_topic_roles(resolved, history)
        return Understood(
            find_intent(turn, history, merged, said, topic), merged, _list_changes(profile, changes), problem
        )

    def respond(self, understood: Understood, turn: str, history: Sequence[Message]) -> Advice:
        """The advice for a turn with an intent; asks for what is missing, at most two things."""
        intent, profile = understood.intent, understood.profile
        assert intent
        role = intent.roles[0] if intent.roles else ""
        desk = self._desk
        if intent.tool == "profile":
            return advise_profile(profile, understood.changes)
        if intent.tool == "fit":
            return advise_fit(desk.fit(profile), profile)
        if intent.tool == "compare":
            return advise_comparison(desk.compare(intent.roles, profile))
        if intent.tool == "switch":
            return advise_comparison(desk.weigh_switch(profile, role or None))
        if intent.tool == "answer":
            return self._go_on(role, turn, history)
        if intent.tool == "stop":
            reached = SCORE_MARK.findall(history[-1].content)
            return [
                AdviceLine(
                    f"Stopped. You reached {reached[-1][0]} of {reached[-1][1]} points." if reached else "Stopped."
                )
            ]
        if intent.tool == "time":
            return advise_time(desk.estimate(role, profile), desk.name_role(role), profile)
        missing = [] if role else [_ASK_ROLE]
        if intent.tool == "plan" and profile.hours_per_week is None:
            missing.append(_ASK_HOURS)
        if intent.tool == "gap" and not profile.skills:
            missing.append(_ASK_WORK)
        if missing:
            return ask_for(missing)
        if intent.tool == "gap":
            return advise_gap(desk.gap(role, profile), profile)
        if intent.tool == "plan":
            return advise_plan(desk.plan(role, profile), profile)
        questions = desk.choose_questions(role, QUESTIONS_A_ROUND, _choose_start(history))
        return [
            AdviceLine(f"{len(questions)} questions for {desk.name_role(role)}, one at a time; say 'stop' to end."),
            *ask_interview_question(questions[0], desk.name_role(role), 1, len(questions)),
        ]

    def _go_on(self, role: str, turn: str, history: Sequence[Message]) -> Advice:
        """Feedback on an answer, and the next question."""
        last = next(message.content for message in reversed(history) if message.role == "assistant")
        number, count, _, asked = INTERVIEW_MARK.findall(last)[-1]
        guide = self._desk.catalogue.guides[self._desk.name_role(role)]
        question = next((q for q in guide.questions if q.question == asked), None)
        if question is None:
            raise CareerError("That question is no longer in the material; ask for a new round of interview practice.")
        feedback = self._desk.give_feedback(question, turn)
        before = SCORE_MARK.findall(last)
        reached = (int(before[-1][0]) if before else 0) + feedback.score
        advice = advise_feedback(feedback, reached, 2 * int(number))
        if int(number) >= int(count):
            return [*advice, AdviceLine("That was the last question.")]
        following = guide.questions.index(question)
        step = max(1, len(guide.questions) // int(count))
        after = guide.questions[(following + step) % len(guide.questions)]
        return [*advice, *ask_interview_question(after, guide.role, int(number) + 1, int(count))]

    def _read(self, text: str, *, new: bool = False) -> tuple[Profile, str]:
        """What a message says of the person, and one sentence on what in it cannot be.

        new: whether it is the turn to be answered, which a language model may read as well.
        """
        if not is_told(text):
            return Profile(), ""
        problem = ""
        try:
            profile = self._desk.understand(text) if new else read_description(text, self._desk.catalogue)
        except ProfileError as error:
            # One impossible value must not cost the rest of what was said.
            problem = str(error)
            profile = read_description(text, self._desk.catalogue, lenient=True)
        except LanguageModelError as error:
            problem = f"{error} It was read by rules."
            profile = read_description(text, self._desk.catalogue, lenient=True)
        if profile.deadline and profile.deadline <= datetime.date.today():
            passed = profile.deadline.isoformat()
            return profile.model_copy(update={"deadline": None}), f"The deadline {passed} has passed, so I left it out."
        return profile, problem


def _list_changes(before: Profile, changes: Sequence[str]) -> list[str]:
    """Changes worth telling: what was said of interests goes without saying."""
    silent = {describe_field(field, "")[:5] for field in ("likes", "dislikes")}
    return [change for change in changes if change[:5] not in silent]


def _choose_start(history: Sequence[Message]) -> int:
    """Where a round begins in the list of questions: another place in each conversation, the same for the same one."""
    text = "\n".join(message.content for message in history)
    return hashlib.sha256(text.encode()).digest()[0]

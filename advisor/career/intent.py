"""Tells, by plain rules, when a turn of a conversation asks for a career tool and not for the material."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from advisor.career.profile import Profile
from advisor.types import Message
from ingest.normalise import fold
from ingest.roles import name_roles

Tool = Literal["fit", "gap", "plan", "compare", "switch", "interview", "answer", "stop", "time", "profile"]

_ROLE = (
    r"(?:ai |data |tech |it )?(?:roles?|jobs?|careers?|paths?|positions?|titles?|directions?|"
    r"professions?|ways? in(?:to ai)?)"
)
_FIT = re.compile(
    rf"\b(?:which|what)(?: \w+){{0,4}} {_ROLE}\b(?: \w+){{0,6}} (?:fits?|suits?|match\w*|right|best|"
    rf"closest|for me|for someone like me|"
    rf"should i|could i|can i|would i|am i)\b|\b(?:which|what) {_ROLE} (?:should|could|can|would) i\b|"
    rf"\b(?:what|which) (?:could|would|might) (?:suit|fit) me\b|\bwhere (?:do|would|could|"
    rf"should) i fit\b|\bwhat fits\b|"
    rf"\bany {_ROLE} for me\b|\bwhat should i aim (?:at|for)\b|\bwhat'?s (?:there|my way)\b|"
    rf"\bwhat could i do (?:in|with) ai\b|"
    rf"\b(?:rank|recommend|suggest)\b(?: \w+){{0,4}} {_ROLE}\b|\brole fit\b|\bwhich (?:one|of (?:them|"
    rf"these|the seven)) "
    rf"(?:fits|suits|is (?:best|right) for) me\b|\bwhat (?:ai )?{_ROLE} (?:is|are) (?:closest|nearest|best)\b",
    re.I,
)  # fmt: skip
_GAP = re.compile(
    r"\bwhat (?:(?:else|skills) )?(?:am|do|would|will) i (?:still )?(?:be )?(?:miss\w*|lack\w*|"
    r"need to (?:learn|add|close)|not have)\b|"
    r"\bmy (?:skills? )?gaps?\b|\bhow far (?:am i|away am i)\b|\bwhat is missing for me\b|"
    r"\bwhich skills (?:am i|do i) (?:miss\w*|lack\w*)\b",
    re.I,
)  # fmt: skip
_PLAN = re.compile(
    r"\b(?:make|give|build|draw(?: up)?|write|create|set up|need|want|prepare|"
    r"design)(?: \w+){0,2} (?:a|my|the)?(?: \w+){0,3} ?"
    r"(?:plan|schedule|timetable)\b|\bplan (?:it )?(?:for me|my|me)\b|\bre-?plan\b|\b(?:study|"
    r"learning) plan for me\b|\b(?:update|change|adapt) my plan\b",
    re.I,
)  # fmt: skip
_INTERVIEW = re.compile(
    r"\b(?:interview me|mock interview|practi[cs]e (?:an? |the |my |for (?:an? |"
    r"the )?)?(?:job )?interviews?|quiz me|test me|"
    r"ask me (?:some |a few |an? )?(?:interview )?questions?|interview practice)\b", re.I,
)  # fmt: skip
_SWITCH = re.compile(
    r"\b(?:stay or (?:switch|go|leave|move|change)|switch or stay|leave or stay|should i (?:stay|switch|leave my)|"
    r"(?:is it|would it be) worth (?:it to |it for me to )?(?:switch|leav|chang)\w*)\b", re.I,
)  # fmt: skip
_COMPARE = re.compile(
    r"\b(?:compare|vs|versus|or|difference)\b.*\b(?:for me|my case|my situation|with my|given my)\b", re.I
)
_PROFILE = re.compile(
    r"\b(?:what do you know about me|(?:show|see|open)(?: me)? my profile|what have you (?:noted|"
    r"understood)(?: about me)?)\b",
    re.I,
)
_FIRST_PERSON = re.compile(r"\b(?:i|i'?m|im|i'?ve|my|me|mine|myself)\b", re.I)
_ASKS = re.compile(
    r"\?|\b(?:what|which|how|who|where|when|why|tell|explain|compare|list|give|show|make|should|"
    r"could you|can you|can i|is it|are "
    r"there|do i|does|any)\b",
    re.I,
)
_TELLS = re.compile(r"^(?:\w+,? )?(?:i am|i'?m|im|i work|i have|i'?ve|i know|my|currently)\b", re.I)
_STOP = re.compile(r"^\W*(?:stop|quit|exit|enough|end(?: it| the interview)?|no more|cancel|that'?s it)\W*$", re.I)
INTERVIEW_MARK = re.compile(r"Interview question (\d+) of (\d+) for (.+?): (.+\?)\s*(?:\[\d+\])?\s*$", re.M)
_RANKED = re.compile(r"^1\. \*\*(.+?)\*\* \(fit ", re.M)
_TIME = re.compile(
    r"^(?:and |so |ok,? )?how long (?:would|will|does|do|might) (?:that|it|this|i|the plan|all that)\b", re.I
)
SCORE_MARK = re.compile(r"Score so far: (\d+) of (\d+)")
# What somebody has to have said for a ranking to mean anything.
_LEAST_SKILLS = 2


@dataclass(frozen=True)
class Intent:
    """A tool and the roles it is for, () where none is named."""

    tool: Tool
    roles: tuple[str, ...] = ()


def find_intent(
    turn: str, history: Sequence[Message], profile: Profile, said: Profile, topic: Sequence[str] = ()
) -> Intent | None:
    """The tool that a turn asks for; None for a question about the material.

    profile: all that is known of the person; said: what this turn says of them; topic: the roles that the conversation
    is about, for a turn that names none.
    """
    text = fold(turn)
    roles = name_roles(turn)
    role = _choose_role(roles, topic, profile)
    asked = _find_interview(history)
    if asked:
        return Intent("stop" if _STOP.match(text) else "answer", (asked,))
    if _INTERVIEW.search(text):
        return Intent("interview", role)
    if _PROFILE.search(text):
        return Intent("profile")
    if not _FIRST_PERSON.search(text) and not profile.occupation:
        return None
    if _PLAN.search(text) and not re.search(r"\b14[- ]days?\b", text):
        return Intent("plan", role)
    if _TIME.search(text) and role and profile.hours_per_week:
        return Intent("time", role)
    if _SWITCH.search(text) and profile.occupation:
        return Intent("switch", roles[:1])
    if _GAP.search(text) and role and _is_known(profile):
        return Intent("gap", role)
    if len(roles) >= 2 and _COMPARE.search(text) and _is_known(profile):
        return Intent("compare", roles)
    if _FIT.search(text) and _is_known(profile):
        return Intent("fit")
    if _TELLS.search(text) and _is_known(said) and not _ASKS.search(text):
        return Intent("profile")
    return None


def _is_known(profile: Profile) -> bool:
    return bool(profile.occupation) or len(profile.skills) >= _LEAST_SKILLS


def _choose_role(roles: Sequence[str], topic: Sequence[str], profile: Profile) -> tuple[str, ...]:
    """The role that a tool is for: the one named, the one spoken of, or the person's aim; () for none."""
    return tuple(roles[:1] or topic[:1]) or ((profile.target,) if profile.target else ())


def find_topic_roles(resolved: str, history: Sequence[Message]) -> tuple[str, ...]:
    """The role a conversation is about: of the turn as completed, of an earlier turn, or first in a ranking."""
    named = name_roles(resolved)
    if len(named) == 1:
        return named
    for message in reversed(history):
        said = name_roles(message.content) if message.role == "user" else tuple(_RANKED.findall(message.content)[:1])
        if len(said) == 1:
            return said
    return ()


def answers_interview(history: Sequence[Message]) -> bool:
    """Whether the turn after these messages answers an interview question, and so tells nothing of the person."""
    return bool(_find_interview(history))


def _find_interview(history: Sequence[Message]) -> str:
    """The role of an interview question that waits for its answer, "" where none does."""
    last = next((message for message in reversed(history) if message.role == "assistant"), None)
    found = INTERVIEW_MARK.findall(last.content) if last else []
    return found[-1][2] if found else ""

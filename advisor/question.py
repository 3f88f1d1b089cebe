"""Reads a question: the part that asks, the roles and sides it names, what kind of answer it wants."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.normalise import STOP_WORDS, extract_tokens, fold
from ingest.roles import find_roles, name_roles


@dataclass(frozen=True)
class Question:
    """A question that stands on its own.

    turn: the person's last message as it was, which a follow-up's text completes. focus: the part of
    the text that asks, without the story around it.
    words: content words of the focus in lower case, each once. wanted: kinds of detail the answer must
    hold, of "money", "duration", "date", "share", "count", "definition", "name". sides: what a comparison
    compares. context: what the turns before it were about, "" for a question that needs none.
    """

    text: str
    turn: str
    focus: str
    words: tuple[str, ...]
    roles: tuple[str, ...]
    wanted: tuple[str, ...]
    sides: tuple[str, ...] = ()
    context: str = ""


_COMPARISON = re.compile(
    r"\b(vs|versus|opposed|can(no|')t tell|apart|side by side|mix\w*|vice versa|other way|"
    r"compared?|comparison|differ\w*|diff|between|instead of|rather than|either|each|both|same|"
    r"which (takes|is|pays|has|of)|who does what|whose|longer|shorter|quicker|faster|harder|easier|better|or)\b"
)
_OWN_ROLE = re.compile(
    r"\b(i am|i'?m|am|as|was|been|being|worked|working|work|currently|former|from|ex|my job is|years|leave|leaving)"
    r"( (?:a|an|in|of|as|the|senior|junior|now|currently))* ?-?$"
)
_WANTED = {
    "money": r"how much (is|does|do|would|will|can|could|are)\b.{0,40}\b(cost|earn|make|pay|paid|exam|course|get)|"
    r"how much (is|are) |salary (figure|number|range|band)|(what|which) (is the |is a |'s the )?(salary|wage|pay) |"
    r"how many (euros?|dollars?|pounds?|bucks)|in (dollars|euros|pounds)|make a year|"
    r"(what|how much) do(es)? .{0,40} (earn|make)\b|price|ballpark|starting (pay|salary)|average (pay|salary)|"
    r"out-?earn|(paid|pays?|earn) (more|less) (in|than)|number, say|pay range|money.?wise|per hour|hourly rate",
    "duration": r"how (long|soon)\b|how many (hours|days|weeks|months|years)|time.?frame",
    "date": r"\bwhen (was|did|is|will|does)|what (year|date)|which year|deadline",
    "share": r"what (percent|percentage|share|proportion|fraction)|how likely|odds of|chances? of|success rate",
    "count": r"how many\b|number of\b|number pls",
    "definition": r"^(?:ok |so |and |but )*(?:what(?:'?s| is| are|s)|define|explain|meaning of|what does) "
    r"(?:an? |the )?(?:[\w/-]+ ?){1,3}(?: mean| stand for)?\??$",
    "name": r"\bwho (founded|made|runs|owns|won|is the)\b|"
    r"which (company|country|city|university|bootcamp|tool|library|framework|book)",
}


_CLAUSE_END = re.compile(
    r"(?<=[.!?…;])\s+|\s+[-–—]\s+|(?<=,)\s+(?=(?:so|but|and)?\s*(?:how|what|which|who|where|when|why|is|do|can)\b)"
)
_POINTS_BACK = re.compile(r"\b(?<!now )(that|this|those|these|it|them|there)\b")
_ASKS = re.compile(
    r"(?:so |and |but |ok |well |also |then |just |please |now )*"
    r"(?:how|what|which|who|whose|where|when|why|do|does|did|is|are|am|"
    r"can|could|should|would|will|have|must|any|give|list|tell|explain|name|show|compare|help|wondering|thinking)\b"
)


def read_question(text: str, turn: str = "", context: str = "") -> Question:
    """Analyses one question by rules; never fails. turn: the last message, where the text completes it."""
    folded = fold(text)
    focus = find_focus(text)
    sides = find_sides(text)
    return Question(
        text=text,
        turn=turn or text,
        focus=focus,
        words=tuple(dict.fromkeys(token for token in extract_tokens(focus) if token not in STOP_WORDS)),
        roles=name_roles(text),
        wanted=tuple(kind for kind, pattern in _WANTED.items() if re.search(pattern, folded)),
        sides=sides,
        context=context,
    )


def find_focus(text: str) -> str:
    """The sentences or clauses of a text that ask something, with the roles named around them.

    People tell their story before they ask; the story would outweigh the question in every comparison.
    A text that asks nothing in so many words, or is short, is its own focus.
    """
    clauses = [clause.strip() for clause in _CLAUSE_END.split(text) if clause.strip()]
    if len(clauses) < 2 or len(text.split()) < 12:
        return text
    asking = [clause for clause in clauses if clause.endswith("?") or _ASKS.match(fold(clause))]
    if not asking or sum(len(clause.split()) for clause in asking) < 4:
        return text
    focus = " ".join(asking)
    named = set(name_roles(focus))
    if _POINTS_BACK.search(fold(focus)) and not named:
        return text
    return " ".join([focus, *(role for role in name_roles(text) if role not in named)])


def find_sides(text: str) -> tuple[str, ...]:
    """The things a comparison compares, () where the question compares nothing.

    Two or more roles are sides, with a word of comparison or without, but for the role that a person says
    to have; else "X vs Y" and "difference between X and Y" name the sides.
    """
    folded = fold(text)
    roles = name_roles(text)
    if len(roles) >= 2 and not _COMPARISON.search(folded):
        own = {mention.role for mention in find_roles(text) if _OWN_ROLE.search(folded[: mention.start])}
        roles = tuple(role for role in roles if role not in own)
    if len(roles) >= 2:
        return roles[:3]
    named = re.search(
        r"(?:differences?|choose|choice|choosing|compar\w+) (?:between |of )?(.+?) (?:and|or|vs\.?|with|to) ([^,.?;]+)",
        folded,
    )
    named = named or re.search(r"([\w/+#. -]{2,40}?) (?:vs\.?|versus) ([\w/+#. -]{2,40})", folded)
    if named is None:
        return ()
    return tuple(_trim_side(side) for side in named.groups())


def ask_for_side(question: Question, side: str) -> Question:
    """The same question about one side only, for its own search."""
    mentions = find_roles(question.text)
    text = fold(question.text)
    if mentions:
        for mention in reversed(mentions):
            if mention.role != side and mention.role in question.sides:
                before = _LINK_BEFORE.sub("", text[: mention.start])
                after = text[mention.end :]
                # Of "A or B" one link goes with the side that goes.
                text = before + (after if len(before) < mention.start - 1 else _LINK_AFTER.sub(" ", after))
        if side not in name_roles(text):
            text = f"{text} {side}"
    else:
        for other in question.sides:
            if other != side:
                text = text.replace(other, " ")
    alone = read_question(" ".join(text.split()))
    return Question(
        text=alone.text,
        turn=alone.turn,
        focus=alone.focus,
        words=alone.words,
        roles=(side,) if side in question.roles else alone.roles,
        wanted=question.wanted,
        context=question.context,
    )


_LINK_BEFORE = re.compile(r"(?: ?\b(?:or|and|vs\.?|versus|than|an?|the)\b ?| )+$")
_LINK_AFTER = re.compile(r"^(?: ?\b(?:or|and|vs\.?|versus|than)\b ?)")


def _trim_side(side: str) -> str:
    """The name of a side, without what leads to it and what is said of both after it."""
    side = re.split(r" - | (?:for|in|at) (?:an?|the|my|our) ", side)[0]
    return re.sub(r"^(?:(?:the|a|an|being|becoming|is|whats|what|are|it|to be)\s+)+", "", side.strip()).strip(" .")

"""Turns the last turn of a conversation into a question that stands on its own, by rules and without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.types import Message
from ingest.normalise import STOP_WORDS, extract_tokens, fold
from ingest.roles import find_roles, name_roles

_PRONOUN = re.compile(
    r"\b(it|its|that|this|they|them|their|those|these|there|one|ones|same|he|she|his|her|such|else|instead)\b"
)
_ELLIPSIS = re.compile(
    r"^(and|or|but|also|what about|how about|what if|same for|sorry|no,? |not that|nah|i meant?|i mean|ok and|cool|"
    r"damn|fine|so|then)\b"
)
_CORRECTION = re.compile(r"\b(i meant?|i mean|not that( one)?|sorry|typo|wrong (one|word))\b[ ,:]*")
_NEW_TOPIC = re.compile(
    r"\b((new|other|another|different) (topic|subject|question|thing)|(forget|drop|leave) (that|it|this)"
    r"(?= ?([,.!:;-]|aside|alone|for now))|never ?mind|"
    r"by the way|btw|changing (the )?(topic|subject)|something else|unrelated|moving on)\b[ ,:.!?-]*"
)
_ORDINALS = {
    "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4,
    "sixth": 5, "seventh": 6, "last": -1, "final": -1,
}  # fmt: skip
_ORDINAL = re.compile(
    rf"\b(?:the |number |no\.? |point |step |item |#)?({'|'.join(_ORDINALS)}|middle)"
    r"(?: (?:one|point|step|item|part|role|option|mistake|thing|bullet))?\b"
    r"|\b(?:number|no\.?|point|step|item|option|#) ?(\d)\b"
)
# Words of the turns before that say what the conversation is about.
CONTEXT_WORDS = 60
_PAIR = re.compile(r"\b(both|either|the two|of them|between them|those two|these two)\b")
_ITEM = re.compile(r"^\s*(?:[-*•–]|\d+[.)])\s+(.*)$", re.MULTILINE)
_NUMBERED = re.compile(r"^\d+[.)]\s+(.*)$", re.MULTILINE)
_MARKER = re.compile(r"\s*\[\d+\]")
_ASIDE = re.compile(
    r"^(ok(ay)?|cool|thanks?( you)?|great|damn|fine|right|yes|yeah|no|hm+|wow|nice|alright)[\s,.!:;-]+", re.IGNORECASE
)


def resolve_question(messages: Sequence[Message]) -> str:
    """The last user turn, completed from the turns before it where it leans on them.

    - "tell me about the second one" takes the item from the list of the last answer;
    - "and for product managers?" asks the question before again, about that role;
    - "how long does that take?" takes the topic of the conversation;
    - a turn that names its own topic is left as it is.
    """
    turn = messages[-1].content.strip()
    earlier = [message for message in messages[:-1] if message.content.strip()]
    questions = [message.content.strip() for message in earlier if message.role == "user"]
    if not questions:
        return turn
    switched = _NEW_TOPIC.search(fold(turn))
    if switched:
        return turn[switched.end() :].strip() or turn
    answers = [message.content for message in earlier if message.role == "assistant"]
    item = _find_item(turn, answers[-1] if answers else "")
    if item and _is_bare_role(item) and not _has_content(_strip_ordinal(turn)):
        return f"What does a {item} do?"
    if item:
        return _join(_strip_ordinal(turn), item, _name_topic(questions, answers) if not name_roles(item) else "")
    if not _leans_on_history(turn):
        return turn
    return _complete(turn, questions, answers)


def find_context(messages: Sequence[Message]) -> str:
    """What a follow-up is asked about: the question before and the beginning of its answer.

    "" for a first turn, and for one that changes the topic or stands by itself.
    """
    turn = messages[-1].content.strip()
    earlier = [message for message in messages[:-1] if message.content.strip()]
    if not earlier or _NEW_TOPIC.search(fold(turn)) or not _leans_on_history(turn):
        return ""
    asked = next((message.content for message in reversed(earlier) if message.role == "user"), "")
    answered = earlier[-1].content if earlier[-1].role == "assistant" else ""
    return " ".join(f"{asked} {_MARKER.sub('', answered)}".split()[:CONTEXT_WORDS])


def _leans_on_history(turn: str) -> bool:
    folded = fold(turn)
    own = [token for token in extract_tokens(_ASIDE.sub("", folded)) if token not in STOP_WORDS]
    if _ELLIPSIS.search(folded) and len(own) <= 6:
        return True
    if name_roles(turn):
        return len(own) <= 3
    return bool(_PRONOUN.search(folded)) or len(own) <= 6


def _complete(turn: str, questions: list[str], answers: list[str]) -> str:
    previous = resolve_question([Message(role="user", content=q) for q in questions])
    cleaned = _CORRECTION.sub("", _ASIDE.sub("", turn)).strip()
    new_roles = name_roles(cleaned)
    bare = _is_bare_role(cleaned)
    if new_roles and bare:
        return _swap_roles(previous, cleaned, new_roles)
    if new_roles:
        return cleaned
    pair = _name_pair(questions) if _PAIR.search(fold(cleaned)) else ""
    if pair:
        return _join(cleaned, pair)
    topic = _name_topic(questions, answers)
    if _ELLIPSIS.search(fold(turn)) and not re.search(r"\b(what|how|why|which|who|where|when|whose)\b", fold(cleaned)):
        return _join(cleaned, previous)
    if topic:
        # A role alone does not say what "it" was about where the turn has hardly a word of its own.
        own = [token for token in extract_tokens(cleaned) if token not in STOP_WORDS]
        return _join(cleaned, topic, "" if own else previous)
    return _join(cleaned, previous)


def _has_content(text: str) -> bool:
    return any(token not in STOP_WORDS for token in extract_tokens(text))


def _is_bare_role(turn: str) -> bool:
    """Whether nothing but a role and filler is said: "and for PMs?"."""
    text = fold(turn)
    for mention in reversed(find_roles(turn)):
        text = text[: mention.start] + " " + text[mention.end :]
    rest = [
        t
        for t in extract_tokens(text)
        if t not in STOP_WORDS and t not in {"role", "roles", "job", "one", "folks", "people", "ones"}
    ]
    return not rest


def _swap_roles(question: str, turn: str, new_roles: tuple[str, ...]) -> str:
    """The question before, asked about the role just named."""
    mention = find_roles(turn)[0]
    name = fold(turn)[mention.start : mention.end]
    named = find_roles(question)
    if not named:
        return _join(question, name)
    text = fold(question)
    for old in reversed(named):
        text = text[: old.start] + (name if old == named[0] else "") + text[old.end :]
    return " ".join(text.split())


def _name_topic(questions: list[str], answers: list[str]) -> str:
    """The role the conversation is about: the latest turn that names one, the person's own turns first."""
    for back in range(1, len(questions) + 1):
        said = [questions[-back]]
        if back <= len(answers):
            said.append(answers[-back])
        for text in said:
            roles = name_roles(text)
            if len(roles) == 1:
                return roles[0]
    return ""


def _name_pair(questions: list[str]) -> str:
    """The last two roles the person spoke of, as the sides of a comparison; "" where there are not two."""
    roles = list(dict.fromkeys(role for question in reversed(questions) for role in name_roles(question)))
    return " or ".join(roles[:2]) if len(roles) >= 2 else ""


def _find_item(turn: str, answer: str) -> str:
    found = _ORDINAL.search(fold(turn))
    items = _list_items(_MARKER.sub("", answer))
    if found is None or not items:
        return ""
    word = found.group(1)
    if word == "middle":
        return items[len(items) // 2]
    number = _ORDINALS[word] if word else int(found.group(2)) - 1
    return items[number] if -1 <= number < len(items) else ""


def _list_items(answer: str) -> list[str]:
    """What an answer enumerates: what it numbers, its bullets, the roles it names, or the parts of "a, b and c"."""
    numbered = _NUMBERED.findall(answer)
    if len(numbered) > 1:
        return [re.sub(r"\s*\(fit .*|\*+", "", item).strip() for item in numbered]
    items = [item.strip() for item in _ITEM.findall(answer)]
    if items:
        return items
    roles = name_roles(answer)
    if len(roles) > 1:
        return list(roles)
    parts = [part.strip(" .") for part in re.split(r",(?: and| or)? | (?:and|or) ", " ".join(answer.split()))]
    return parts if len(parts) > 2 else []


def _strip_ordinal(turn: str) -> str:
    text = fold(turn)
    found = _ORDINAL.search(text)
    return " ".join((text[: found.start()] + " " + text[found.end() :]).split()) if found else text


def _join(*parts: str) -> str:
    return " — ".join(part.rstrip(" ?.!") for part in parts if part)

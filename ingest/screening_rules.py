"""The wording of instructions that are aimed at an AI reader, and the wording that only talks about them.

The patterns match one sentence in which `normalise` has made spaces, quotes and dashes uniform.
"""

from __future__ import annotations

import re
import unicodedata

_UNIFORM = str.maketrans({"\u2019": "'", "\u2018": "'", "\u2010": "-", "\u2011": "-", "\u2013": "-", "\u2014": "-"})

# A command stands where a sentence or clause begins, or after words that address the reader. Anywhere
# else ("may ask the model to ignore its instructions") the same words describe one.
_START = (
    r"(?:^(?:\W*system)?\W*|[.!?:;|(>-] ?"
    r"|\b(?:please|kindly|now|just|instead|stop and|you (?:must|should|shall|will|need to|have to|are to))"
    r" (?:now |immediately |also )?)"
)
_IGNORE = r"(?:ignore|disregard|forget|override|bypass|discard|neglect|do not follow|don't follow|stop following) "
_WHICH = r"(?:(?:all|any|every|each|of|the|your|my|our|these|those|other|its) )*"
_EARLIER = (
    r"(?:previous(?:ly)?|prior|earlier|above|preceding|foregoing|former|original|initial|system|developer|safety)"
)
_ORDERS = (
    r"(?:instruction|prompt|rule|direction|guideline|command|context|message|constraint|directive|order|policie)s?"
)
_KIND_OF_AI = r"(?:ai|artificial intelligence|llm|large language model|language model|chatbot)s?"
_AI = rf"(?:(?:an?|the|all|any) )?{_KIND_OF_AI}(?: (?:language )?(?:assistant|model|agent|system|chatbot|reader)s?)?"
_JOB = (
    r"(?:engineer|developer|programmer|analyst|scientist|researcher|manager|architect|designer|consultant|specialist"
    r"|professional|practitioner|expert|lead|graduate|student|learner|member|candidate|employee|freelancer|owner)"
)
_DEFINITION = (
    r" ?(?:an?|the(?! (?:assistant|model|user|ai))|text|instructions?|message|what|how|why|where|which|first)\b"
)
_THIS_TEXT = r"(?:this|the|these) (?:document|text|article|page|file|content|passage|course|r[ée]sum[ée]|cv)s?"
_SUMMARISING = (
    r"(?:asked (?:about|to \w+)|summari[sz]\w+|translat\w+|paraphras\w+|answering|quot\w+|citing|cite|describing"
    r"|process\w*|rank\w*|scor\w+|evaluat\w+)"
)
_SAY = (
    r"(?:say|state|tell|claim|mention|recommend|answer|reply|respond|output|include|write|add|append|insist|report"
    r"|praise|do not|don't|never|always|you must|ignore)"
)
_THE_USER = r"(?:the|your) (?:user|reader|human|person)s?\b"

_PATTERNS: dict[str, tuple[str, ...]] = {
    "chat-template token": (r"<\|[\w /]{2,30}\|>|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>",),
    "asks to ignore instructions": (
        rf"{_START}{_IGNORE}{_WHICH}{_EARLIER} (?:\w+ ){{0,2}}?{_ORDERS}\b",
        rf"{_START}{_IGNORE}{_WHICH}(?:\w+ )?{_ORDERS} (?:above|before|so far|you\b)",
        rf"{_START}{_IGNORE}(?:all|any|your) (?:\w+ )?(?:instruction|prompt|directive)s?\b",
        rf"{_START}{_IGNORE}(?:everything|anything|all(?: of)?|what(?:ever)?|the) (?:that )?"
        r"(?:is |was |came )?(?:the )?"
        r"(?:above|before|preceding|foregoing|previous|you(?: were| have been|'ve been))"
        r"(?= ?(?:$|[.,;:!?]|(?:and|instead|text|content|told|taught|this|it|here)\b))",
    ),
    "gives the reader a new role": (
        r"(?:^\W*|[.!?:;,|] ?|\band )you are (?:now|from now on) (?:"
        r"(?:acting|called|named|playing|unrestricted)\b|in (?:\w+ ){1,3}mode\b"
        r"|(?-i:DAN\b|[A-Z][\w-]*(?= ?(?:[.,;:!]|$|and\b)))"
        rf"|(?:an?|the|my) (?!(?:[\w/&-]+ ){{0,4}}{_JOB}\b))",
        rf"\byou are no longer (?:bound|restricted|limited|{_AI})\b",
        rf"{_START}pretend (?:that )?(?:you are|to be) (?:{_AI}|unrestricted|DAN|not bound)\b",
    ),
    "poses as a system prompt": (
        rf"^\W*(?:new |updated |real )?system (?:prompt|message|override) ?:(?!{_DEFINITION})",
        r"^\W*(?:new|updated|real|secret|hidden|revised) (?:instruction|directive)s? ?:",
    ),
    "poses as a turn of a conversation": (
        r"^\W*assistant ?:(?! ?[\d$€£~])",
        r"(?-i:(?<![A-Z] )(?<![\w-])(?:SYSTEM|ASSISTANT) ?:(?! ?[\d$€£~]))",
        r"^\W*system ?: ?(?:you|ignore|disregard|forget|always|never|from now|do not|don't|new|override|respond|answer"
        r"|reply|recommend|say|tell|the (?:assistant|model|user))\b",
    ),
    "asks for the prompt": (
        rf"{_START}(?:reveal|leak|expose|disclose|divulge|dump) (?:me |us )?(?:(?:all|of|the) )*(?:\w+ )?"
        r"(?:your|system|hidden|initial) (?:\w+ )?(?:prompt|instruction|rule|message|configuration|secret)s?\b",
        rf"{_START}(?:show|print|output|repeat|display|share|tell me|give me|send) (?:me |us )?(?:the |your )"
        r"(?:(?:full|entire|exact|complete) )?(?:system|hidden|initial|original|secret) "
        r"(?:prompt|instruction|message)s?\b",
    ),
    "dictates what to say about the text": (
        rf"\bwhen(?:ever)? (?:you(?: are)? )?{_SUMMARISING} (?:questions )?(?:about |from )?{_THIS_TEXT}\b"
        rf"[^.]{{0,60}}?\b{_SAY}\b",
        rf"{_START}(?:always|only) (?:recommend|mention|say|answer|respond|reply)\b.{{0,80}}"
        r"\b(?:to (?:the|every|any|all) users?|users? asks?|regardless)\b",
        rf"{_START}from now on,? (?:you (?:must |will |should |shall )?)?"
        r"(?:respond|answer|reply|act as|pretend|always (?:say|recommend|answer))\b",
    ),
    "hides something from the user": (
        r"(?:^\W*|[.!?:;,|] ?|\b(?:and|but|please|you must) )(?:do not|don't|never) (?:"
        rf"(?:tell|inform|alert|warn|notify) {_THE_USER}"
        rf"|(?:mention|reveal|disclose|show|say) (?:any of )?(?:this|that|it|these)\b.{{0,40}}\bto {_THE_USER})",
    ),
    "addresses an AI reader": (
        rf"\bas {_AI},? you (?:must|should|shall|will|are|have|need|can|may|always|never)\b",
        rf"^\W*(?:attention|note|message|notice|instructions?|dear|hey|hello) ?(?:to |for )?{_AI} ?[:,!-]",
        rf"\bif you(?: are|'re) {_AI} ?(?:,|(?:(?:that|who) is )?(?:reading|processing|summari[sz]ing)\b)",
        rf"{_AI} (?:(?:that|who|which) )?(?:is |are )?(?:read|process|summari[sz]|pars)\w* "
        rf"(?:this|{_THIS_TEXT}),? (?:must|should|shall)\b",
    ),
}
_RULES = tuple(
    (reason, re.compile(pattern, re.IGNORECASE)) for reason, patterns in _PATTERNS.items() for pattern in patterns
)
# Whoever speaks of attackers or gives examples may spell an attack out.
_MENTIONED_BEFORE = re.compile(
    r"\b(?:attackers?|adversar\w+|hackers?|such as|for example|for instance|e\.g|tokens?|templates?)\b", re.IGNORECASE
)
_MENTIONED_AFTER = re.compile(r"\W*(?:is|are|was|were) (?:an?|the|one|what|typical|common)\b", re.IGNORECASE)
_GOES_ON = re.compile(
    r"\W*(?:instead|then|now|only|always|never|also|do not|don't|say|tell|reply|respond|answer|output|print|write"
    r"|repeat|recommend|mention|include|pretend|act|send|you (?:must|will|should|are))\b",
    re.IGNORECASE,
)


def find_reason(sentence: str) -> str | None:
    """Why a sentence counts as an instruction to an AI reader; None when it does not."""
    plain = normalise(sentence)
    for reason, pattern in _RULES:
        for match in pattern.finditer(plain):
            if not (_MENTIONED_BEFORE.search(plain, 0, match.start()) or _MENTIONED_AFTER.match(plain, match.end())):
                return reason
    return None


def goes_on(sentence: str) -> bool:
    """True for a sentence that, after an instruction, reads as more of the same."""
    return _GOES_ON.match(normalise(sentence)) is not None


def normalise(sentence: str) -> str:
    """The sentence with compatibility characters, spaces, quotes and dashes made uniform."""
    return " ".join(unicodedata.normalize("NFKC", sentence).translate(_UNIFORM).split())

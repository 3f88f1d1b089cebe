"""Reads a profile out of what a person writes, by rules over the catalogue and without a model.

Only what was said is taken. Marks of who the person is (name, gender, age, origin) are left out before it is read.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

from advisor.career.mentions import find_skills
from advisor.career.numbers import NUMBER, read_number
from advisor.career.occupation import find_occupation
from advisor.career.profile import LEAST_HOURS, MOST_HOURS, MOST_YEARS, HeldSkill, Profile, make_profile, rank_level
from advisor.career.times import DEADLINES, HOURS, read_deadline, read_hours
from advisor.neutralise import neutralise
from ingest.catalogue import Catalogue
from ingest.normalise import extract_words
from ingest.roles import find_roles

_FIRST_PERSON = re.compile(r"\b(?:i|i'?m|i'?ve|my|me)\b", re.IGNORECASE)
_QUESTION = re.compile(
    r"\?|\b(?:what|which|who|whose|where|when|why|how|is|are|does|do|can|should|explain|tell|compare|list|pay|salary)\b",
    re.IGNORECASE,
)
_YEARS = re.compile(
    rf"\b{NUMBER}\+? ?(?:years?|yrs?)\b(?! old| ago)(?=\s*(?:of\b|as\b|in\b|at\b|doing\b|on\b|"
    rf"experience|exp\b|working\b|[,.;)]|$))",
    re.I,
)
_NO_DEGREE = re.compile(
    r"\b(?:no|without(?: a| any)?|haven'?t got|don'?t have|dont have) (?:an? )?(?:\w+ )?(?:degree|diploma)\b|"
    r"\b(?:never (?:finished|went to|did)|didn'?t (?:finish|go to)|dropped out of|"
    r"without) (?:\w+ )?(?:uni(?:versity)?|college|school|"
    r"(?:my |a )?degree)\b",
    re.I,
)
_DEGREE = re.compile(
    r"\b((?:bachelor|master|doctorate|diploma)(?:'?s)?(?: degree)?(?: (?:in|of) [\w ]{3,30})?|"
    r"(?:BSc|MSc|BEng|MEng|MBA|(?:BA|MA) (?=in\b)|PhD|Ph\.D\.?|B\.Tech|LLB)\b(?: in [\w ]{3,30})?|"
    r"degree in [\w ]{3,30}|[\w]+ degree|graduate in [\w ]{3,30}|studied [\w ]{3,30}(?= at| \(|,|\.))",
    re.I,
)
_LIKES = re.compile(
    r"\bi(?:'?d| would| really| also| do| always| most| mostly)* (?:like|love|enjoy|prefer|adore|am into|care about|"
    r"get a kick out of|am happiest|am fascinated by|am interested in|am good at|find joy in|want to|wanna|dream of)\b|"
    r"\b(?:i'?m|im) (?:into|interested in|fascinated by|good at|happiest|keen on|drawn to|most at home)\b|"
    r"\b(?:what i|favou?rite part|best part|passion|likes?|interests?)\b(?: \w+){0,4}?(?: is|:| are)|"
    r"\blove(?= \w+ing\b)|\blike(?= \w+ing\b)",
    re.I,
)
_DISLIKES = re.compile(
    r"\b(?:do(?:n'?t| not)|did(?:n'?t| not)|never|wouldn'?t) (?:really |much )?(?:like|love|enjoy|"
    r"want to|care for|fancy)\b|\b(?:hate|dislike|detest|loathe|"
    r"can'?t stand|cannot stand|tired of|sick of|bored (?:by|of|with)|bores me|fed up with|not a fan of|not keen on|"
    r"dread|avoid|rather not)\b|\b(?:dislikes?|hates?):",
    re.I,
)
_LIKE_END = re.compile(
    r"[.;!?\n]|,? but\b|,? though\b|,? and i\b|,? i\b(?!n)|\bbecause\b|,? hate\b|,? dislike\b|,? not\b", re.I
)
_CONSTRAINTS = re.compile(
    r"\b(?:(?:\w+ )?(?:children|kids?|toddlers?|twins|bab(?:y|ies))|single (?:parent|mum|mom|dad)|"
    r"night shifts?|shift work|"
    r"part[- ]time|full[- ]time job|remote(?:ly)?(?: only| work)?|can'?t (?:move|relocate|travel|"
    r"afford)[\w ]{0,20}|cannot "
    r"(?:move|relocate|travel|afford)[\w ]{0,20}|no (?:money|budget|savings)|caring for [\w ]{3,20}|"
    r"caregiver|wheelchair|"
    r"on[- ]call|no on[- ]call)\b", re.I,
)  # fmt: skip
_BUDGET = re.compile(
    r"(?:[$€£]\s?\d[\d,.]*k?|\b\d[\d,.]*k?\s?(?:euros?|eur|dollars?|usd|pounds?|gbp)\b|\bonly free\b|"
    r"\bfree (?:courses?|material)s? only\b)",
    re.I,
)
_LOCATION = re.compile(r"\b(?:live|living|based|located|am) in ([A-Z][\w-]+(?: [A-Z][\w-]+)?)")
_PLACE_STOP = {"AI", "ML", "IT", "HR", "QA", "SQL", "Python", "Data", "BI", "Java", "R"}
_TARGET = re.compile(
    r"\b(want|wish|hope|like to|love to|become|becoming|be(?= an?\b)|move|moving|switch|switching|"
    r"get into|into|target|aim\w*|"
    r"interested|consider\w*|towards?|dream|qualify|train|retrain|make it|thinking (?:of|about)|"
    r"as an?(?= )|plan (?:for|to))\b",
    re.I,
)
_NOT_TARGET = re.compile(r"\b(?:not|don'?t|never|no longer|n't)\b[^.;,!?]{0,30}$", re.I)
_CODE = re.compile(
    r"(?<![\w-])(?i:c\+\+|c#|java|javascript|typescript|golang|rust|ruby|php|kotlin|scala|matlab|vba|vhdl|fortran|cobol|perl|"
    r"groovy|powershell|bash|node\.js|django|spring boot|\.net|scripts?|scripting|"
    r"programmer|coder)(?![\w+#])|"
    r"\b(?:R|Go|C|SAS)\b(?= (?:and|or|for|code|services?|daily|every|tooling|fluent|good)|[,.;)])|"
    r"\b(?:in|of|and|with|some) (?:R|Go|C)\b|"
    r"\bi (?:can )?(?:code|program)\b|\b(?:my own|write|wrote) (?:code|programs)\b|\b(?:software|web|"
    r"backend|front-?end|full[- ]stack) developer\b"
)
_NO_CODE = re.compile(
    r"\b(?:never|not|no|can'?t|cannot|don'?t|dont|zero|without|haven'?t|hardly)\b(?!-| problem| stop|"
    r" end)[^.;!?,]{0,24}\b(?:program+\w*|cod(?:e|ed|ing)|"
    r"scripts?|line of code)\b|\bnon-?(?:technical|coder|programmer)\b|\bprogram+ing: (?:none|no|"
    r"almost nothing|zero|nothing)\b",
    re.I,
)
_EMPTY = frozenset("best more most much well something anything else what that this now today really".split())
_TARGET_AFTER = re.compile(
    r"^ (?:is|would be) (?:the|my) (?:dream|goal|aim|target|plan)|^,? (?:maybe|basically)\b", re.I
)
_LACKING = re.compile(r"^(?:no|never|not|don'?t|dont|weak|without)\b", re.I)
LONGEST_EXPERIENCE = 200
_SAYS = re.compile(
    r"\bi (?:\w+ )?(?:know|have|had|use|am|like|love|hate|want|work|speak|write|can (?:do|spare|give|"
    r"put|study|program|code))\b|"
    r"\bi'?(?:m|ve)\b|\bwith (?:my|good|some|basic|no|(?:about |only )?[\w-]+ (?:h|hrs?|hours?))\b",
    re.I,
)
_ASKED = re.compile(
    r"\W*(?:what|which|who|whose|where|when|why|how|is|are|do|does|can|should|tell|explain|compare|list)\b", re.I
)
_OTHERS = re.compile(
    r"\b(?:my|his|her|their|our) (?:\w+ )?(?:wife|husband|partner|brother|sister|mother|father|"
    r"relative|friend|boss|manager|colleague|"
    r"neighbour|flatmate|girlfriend|boyfriend|cousin|nephew|niece)\b[^.;!?,]*?\b(?:is|was|works|knows|has|teaches|says|said|told|can|does)\b"
    r"[^.;!?,]*",
    re.I,
)
_NEUTRALISED = re.compile(
    r"\b(?:person|relative|community)\b|^(?:and )?\d{2}$|^from [A-Z]|\b(?:man|woman|men|women|gay|"
    r"lesbian|trans|queer|black|white|asian|latin[ao]|arab|emigrated|immigrated|refugee|"
    r"moved (?:here )?from)\b|^single$|^(?:i|i'?m)$",
    re.I,
)
_PERSON = re.compile(r"\b(i'?m|i am) a person(?:,| and|, and)? (?=an? |now |currently )", re.I)
_LONGEST_PHRASE = 90


def read_description(
    text: str, catalogue: Catalogue, today: datetime.date | None = None, *, lenient: bool = False
) -> Profile:
    """What a description says, as a profile. Raises ProfileError for hours that cannot be; lenient: leaves them out."""
    # Whether somebody gave their name, and was made "a person", must not show either.
    plain = _PERSON.sub(r"\1 ", neutralise(text, always=True))
    told = _list_told(plain)
    education, degree = read_education(told)
    skills, lacking = _read_skills(told, catalogue)
    years = _YEARS.search(told)
    number = read_number(years[1]) if years else None
    location = _LOCATION.search(text)
    budget = _BUDGET.search(told)
    hours = read_hours(told)
    if lenient and hours is not None and not LEAST_HOURS <= hours <= MOST_HOURS:
        hours = None
    return make_profile(
        occupation=find_occupation(told, catalogue.occupations),
        years=number if number is not None and number <= MOST_YEARS else None,
        education=education,
        degree=degree,
        programs=read_programs(told),
        skills=skills,
        lacking=lacking,
        hours_per_week=hours,
        budget=budget[0] if budget else None,
        deadline=read_deadline(told, today or datetime.date.today()),
        location=location[1] if location and location[1] not in _PLACE_STOP else None,
        likes=list(_list_phrases(told, _LIKES, _DISLIKES)),
        dislikes=list(_list_phrases(told, _DISLIKES, None)),
        constraints=(["no degree"] if degree is False else []) + _list_constraints(told),
        target=find_target(plain, catalogue),
        experience=list(_list_experience(told)),
    )


def _list_told(text: str) -> str:
    """The sentences that tell something of the person: no question without a statement, nothing on other people."""
    sentences = re.split(r"(?<=[.!?;])\s+", _OTHERS.sub(" ", text))
    return " ".join(
        s for s in sentences if _SAYS.search(s) or HOURS.search(s) or not (s.endswith("?") or _ASKED.match(s))
    )


def is_told(text: str) -> bool:
    """Whether a message can tell something of the person: "What does SQL cost?" does not say that they know it."""
    return bool(_FIRST_PERSON.search(text)) or not _QUESTION.search(text)


def find_target(text: str, catalogue: Catalogue) -> str | None:
    """The role a person aims at: the last one named as a wish, else the one whose core skills are wished for."""
    targets = [
        m.role
        for m in find_roles(text)
        if (_TARGET.search(text[max(0, m.start - 60) : m.start]) or _TARGET_AFTER.match(text[m.end :]))
        and not _NOT_TARGET.search(text[: m.start])
    ]
    if targets:
        return targets[-1]
    wanted = {mention.name for mention in find_skills(text, catalogue.skills) if mention.status == "wanted"}
    counts = {
        role: sum(skill.name in wanted for skill in guide.skills if skill.need == "must")
        for role, guide in catalogue.guides.items()
    }
    best = max(counts.values(), default=0)
    leading = [role for role, count in counts.items() if count == best]
    return leading[0] if best and len(leading) == 1 else None


def read_education(text: str) -> tuple[str | None, bool | None]:
    """The degree in the person's words, and whether there is one; None where nothing is said."""
    if _NO_DEGREE.search(text):
        return None, False
    found = _DEGREE.search(text)
    return (found[1].strip(), True) if found else (None, None)


def read_programs(text: str) -> bool | None:
    """Whether the person says to write programs, or not to; None where neither is said."""
    if _NO_CODE.search(text):
        return False
    return True if _CODE.search(text) else None


def _read_skills(text: str, catalogue: Catalogue) -> tuple[list[HeldSkill], list[str]]:
    """Skills held, each at the best level said, and skills said to be missing. What is said later counts."""
    held: dict[str, HeldSkill] = {}
    lacking: dict[str, None] = {}
    for mention in find_skills(text, catalogue.skills):
        if mention.status == "wanted":
            continue
        if mention.status == "missing":
            if mention.name not in held:
                lacking[mention.name] = None
            continue
        lacking.pop(mention.name, None)
        best = held.get(mention.name)
        if best is None or rank_level(mention.level) > rank_level(best.level):
            held[mention.name] = HeldSkill(name=mention.name, level=mention.level, words=mention.words)
    return list(held.values()), list(lacking)


def _list_phrases(text: str, opening: re.Pattern[str], excluded: re.Pattern[str] | None) -> Iterator[str]:
    """What follows each opening, to the end of its clause."""
    for match in opening.finditer(text):
        if excluded and any(m.start() <= match.start() < m.end() for m in excluded.finditer(text)):
            continue
        rest = text[match.end() : match.end() + _LONGEST_PHRASE]
        end = _LIKE_END.search(rest)
        phrase = rest[: end.start()] if end else rest.rsplit(" ", 1)[0] if len(rest) == _LONGEST_PHRASE else rest
        phrase = phrase.strip(" ,:-")
        if any(len(word) > 3 and word not in _EMPTY for word in extract_words(phrase)):
            yield phrase


def _list_experience(text: str) -> Iterator[str]:
    """Sentences that tell what the person does or has done: no wish, no dislike, no question, nothing on time.

    Clauses in which a mark of who the person is was left out are passed over: their wording would tell people apart.
    """
    for sentence in re.split(r"(?<=[.!?;])\s+", text):
        if sentence.endswith("?") or any(
            pattern.search(sentence) for pattern in (_LIKES, _DISLIKES, _LACKING, _BUDGET, HOURS, *DEADLINES)
        ):
            continue
        clauses = [clause.strip() for clause in sentence.strip(" .;!").split(",")]
        told = ", ".join(clause for clause in clauses if clause and not _NEUTRALISED.search(clause))
        if 3 <= len(told.split()) <= 40:
            yield told[:LONGEST_EXPERIENCE]


def _list_constraints(text: str) -> list[str]:
    return list(dict.fromkeys(match[0].strip().lower() for match in _CONSTRAINTS.finditer(text)))

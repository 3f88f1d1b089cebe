"""Takes out of a question what must not change its answer: the person's name, gender, age, origin, faith and family.

An embedding model ranks passages a little differently for Fatima and for Emily. What is not there cannot sway it. A
question that is about such a thing ("am I too old at 50?", "do I need a visa?") is left as it is.
"""

from __future__ import annotations

import re

_ABOUT_IT = re.compile(
    r"\b(too (?:old|young)|my age|ageism|over \d\d|discriminat\w*|bias\w*|women in|gender|visas?|work permits?|"
    r"relocat\w*|abroad|immigra\w*|blue card|matern\w*|patern\w*|parental|pregnan\w*|religio\w*|nationalit\w*|"
    r"citizens?\w*|returners?)\b",
    re.IGNORECASE,
)
_NAME = r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?"
_COUNTRY = r"(?:the )?[A-Z][a-z’-]+(?: (?:[A-Z][a-z’-]+|and [A-Z][a-z]+))?\b"
_KIND = (
    r"(?:(?:black|white|brown|asian|arab|latin[ao]|hispanic|gay|lesbian|trans(?:gender)?|queer|bisexual|straight|deaf|blind|"
    r"disabled|young|old|elderly|proud) )*"
)
_PERSON = r"(?:woman|man|lady|gentleman|guy|girl|boy|female|male|non-?binary person|widow|widower)"
_RELATIVE = (
    r"(?:(?:single )?(?:grand)?(?:mother|father|mum|mom|dad|parent|ma|pa)|granny|sister|brother|sibling|daughter|son|"
    r"wife|husband|girlfriend|boyfriend)"
)
_FAITH = (
    r"(?:muslim|catholic|christian|protestant|orthodox|jewish|hindu|buddhist|sikh|atheist|mormon|evangelical|"
    r"religious|secular)"
)
_NUMBER = r"(?:1[6-9]|[2-7]\d)"
_NO_UNIT = r"(?! ?(?:h|hours|%|k|weeks|months))"
# What, and what stands instead, in this order. Names and countries are told by their capitals, the rest in any case.
_MARKS = (
    (rf"\s[-–—]+ ?{_NAME}(?:, {_NUMBER})?(?:, {_COUNTRY})?\s*$", ""),
    (rf"\s(?i:greetings|regards|cheers|hello) from {_COUNTRY}[.!]?\s*$", ""),
    (rf"(?i:^\s*(?:sent|asked|written) by) {_NAME}(?:, (?:aged? )?{_NUMBER})?[.,:]\s*", ""),
    (rf"(?i:\s*\((?:m|f|nb|male|female|she/her|he/him|they/them)(?:[,/ ]+{_NUMBER})?\))", ""),
    (rf"(?i:\bi (?:e|im)migrated|\bi moved here) (?:from|to) {_COUNTRY}(?: in \d{{4}})?", "I am a person"),
    (rf"(?i:^\s*{_KIND}{_PERSON}, {_NUMBER}(?:, ))(?:{_COUNTRY})?[.,]\s*", ""),
    (
        rf"\s(?i:(?:(?:best|kind|warm|many) )?(?:wishes|regards|thanks|greetings|best|cheers|yours \w+))[,!.]?\s+"
        rf"{_NAME}\s*$",
        "",
    ),
    (rf"\s[-–—]+ ?{_NAME}\s*$", ""),
    (rf"\b(?:Mr|Mrs|Ms|Miss)\.? {_NAME}", "a person"),
    (rf"(?i:\b(i am|i'm)) {_NAME}(?=[,.!]| and )", r"\1 a person"),
    (rf"(?i:\b(?:my name is|my name's|i am called|call me|this is)) {_NAME}[.,!]?\s*", ""),
    (rf"(?i:\b(hi|hey|hello)),? {_NAME} here[.,!]\s*", r"\1, "),
    (rf"(?i:\bmy (colleague|friend|cousin|neighbour|neighbor|partner|{_RELATIVE})),? {_NAME},?", r"my \1"),
    (rf"(?i:,? ?\b(?:originally|born and raised|born|raised|i come|i came|coming|comes)) (?:from|in) {_COUNTRY},?", ""),
    (rf"(?i:\bi (?:was born|grew up|was raised) in) {_COUNTRY}(?: and)?", "I"),
    (rf"(?i:(\b(?:i am|i'm|person|{_PERSON}|someone|immigrant|refugee))) from {_COUNTRY}", r"\1"),
    (rf"(?i:^\s*(?:m|f|nb|male|female)[,/ ]+{_NUMBER}\b[,.]?\s*)", ""),
    (rf"(?i:\b(?:at |aged? )?{_NUMBER}(?:[ -]years?[ -]old| ?y/?o| ?yrs old)\b,?)", ""),
    (rf"(?i:\b(?:now |already |only )?(?:at|aged) (?:the age of )?{_NUMBER}(?=[,.!?]| i ))", ""),
    (r"\b(an?) [A-Z][a-z]+(?:ian|ean|can|ish|ese|ench|utch|erman|reek|hai|wiss|qi|ni|ech)(?= [a-z])", "a"),
    (rf"(?i:\b(?:and |i |i have |i've )?(?:just )?turned {_NUMBER}\b(?: (?:last|this) \w+)?)", ""),
    (rf"(?i:\b(?:i am|i'm|im|she is|he is|they are|aged?)[: ]+{_NUMBER}\b{_NO_UNIT},?(?: by the way)?(?: and)?)", "I"),
    (r"(?i:\b(?:in my )?(?:late |early |mid[ -])?(?:twenties|thirties|forties|fifties|[2-6]0s)\b)", ""),
    (rf"(?i:\b{_RELATIVE}\b)", "relative"),
    (rf"(?i:\b(?:as )?(?:an?|the)\s+{_KIND}{_PERSON}\b(?! ?tongue))", "a person"),
    (rf"(?i:\b(?:practising |devout )?{_FAITH}\b ?)", ""),
    (r"(?i:\b(?:mosque|church|synagogue|temple|gurdwara|chapel|parish)\b)", "community"),
    (r"(?i:\b(?:newly |recently |happily )?(?:divorced|widowed|unmarried)\b)", ""),
    (r"(?i:\b(?:newly|recently|happily) (?:married|engaged|separated|single)\b)", ""),
    (r"(?i:\b(?:i am|i'm) (?:married|single)\b)", ""),
    (r"(?i:\b(?:he|she) (?:has|'s been)\b)", "they have"),
    (r"(?i:\b(?:he|she)(?: is|'s)\b)", "they are"),
    (r"(?i:\b(?:he|she) was\b)", "they were"),
    (r"(?i:\b(?:he|she)\b)", "they"),
    (r"(?i:\b(?:him|her)\b(?= (?:to|with|for|by|now|and|in|at)\b|[.,?!]|$))", "them"),
    (r"(?i:\b(?:his|her)\b)", "their"),
)
# Words that say nothing once the marks are out.
_RESIDUE = frozenset(
    "i i'm im am a an the and of as in my by way person relative hi hello hey here is it's was now also already so "
    "well one two three four five six single from to just little kids children child".split()
)
_BESIDE = re.compile(rf"(?:and )?(?:aged? )?{_NUMBER}|(?:from|living in) {_COUNTRY}|by the way")
_TIDY = ((r"\s+([,.?!])", r"\1"), (r"(?:,\s*)+,", ","), (r"[ \t]{2,}", " "))


def neutralise(text: str, *, always: bool = False) -> str:
    """The text without marks of who the person is; as it was where it is about one of them, but for always."""
    if not always and _ABOUT_IT.search(text):
        return text
    plain = text
    for pattern, instead in _MARKS:
        plain = re.sub(pattern, instead, plain)
    if plain == text:
        return text
    for pattern, instead in _TIDY:
        plain = re.sub(pattern, instead, plain)
    plain = _drop_residue(plain)
    # A text that was nothing but marks stays what it was.
    return plain.strip(" ,") or text


def _drop_residue(text: str) -> str:
    """The text without the clauses of which nothing but "I am a person" is left.

    They say nothing, and yet an embedding model reads them, so that the answer would tell who gave their age.
    """
    kept = []
    # With its spaces, so that the lines of a list stay lines.
    for sentence in re.findall(r"\s*\S.*?(?:[.!?](?=\s)|$)", text, re.DOTALL):
        clauses = sentence.split(",")
        empty = [_is_residue(clause) for clause in clauses]
        if not any(empty):
            kept.append(sentence)
            continue
        # "I'm a person, 54, from Ghana": age and place stand beside it.
        said = [
            clause
            for clause, gone in zip(clauses, empty, strict=True)
            if not gone and not _BESIDE.fullmatch(clause.strip(" .!?"))
        ]
        if any(set(_words_of(clause)) - _RESIDUE for clause in said):
            start = re.sub(r"[^\s*•-].*", "", sentence, flags=re.DOTALL)
            end = sentence[-1] if sentence[-1] in ".!?" else ""
            kept.append(start + ",".join(said).strip(" *•-\n").rstrip(".!?") + end)
    return "".join(kept).strip()


def _is_residue(clause: str) -> bool:
    words = _words_of(clause)
    if words in (["i"], ["and"], []):
        return not re.search(r"\d", clause)
    return any(word in ("person", "relative") for word in words) and all(word in _RESIDUE for word in words)


def _words_of(clause: str) -> list[str]:
    return re.findall(r"[^\W\d_][\w']*", clause.lower())

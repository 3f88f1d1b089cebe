"""What one line of a text without markup looks like: a bullet, a heading, a label, a fact, contact data."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

MAX_HEADING_CHARS = 95
MAX_HEADING_WORDS = 15
MAX_LABEL_WORDS = 6

_BULLET = re.compile(r"(?:[•●▪◦‣∙*\u2013\u2014-]|\(?(\d{1,3})[.)])\s+(?=\S)")
_NUMBERED_HEADING = re.compile(r"(?:(\d{1,2}(?:\.\d{1,2})+)\.?|\(?\d{1,3}[.)])\s+[\"“\u2018(]?[^\W\d_a-z]")
_FACT = re.compile(r"([^\W\d_][^:.!?]{0,40}?)\s*:\s+(\S.*)")
_FACT_KEYS = re.compile(
    r"(?:first |last )?(?:published|posted|updated|modified|reviewed|checked)(?: (?:on|by|at))?|(?:publication )?date"
    r"|authors?|(?:written |edited )?by|editors?|categor(?:y|ies)|tags?|topics?|reading time|read time|source|url|link"
    r"|version|language|licen[cs]e|copyright|e-?mail|phone|tel|address|location|website|duration|price|level",
    re.IGNORECASE,
)
_COUNTED = re.compile(r".*\d$|(?:step|part|module|week|day|chapter|lesson|unit|phase|section|appendix)\b.*", re.I)
_PHONE = re.compile(r"(?:(?:tel|phone|call)[.:]?\s*)?\+?[\d\s()./-]{7,24}", re.IGNORECASE)
_EMAIL = re.compile(r"(?:e-?mail:?\s*)?\S+@\S+\.\w+", re.IGNORECASE)
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<number>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+{_MONTH},?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
)


@dataclass(frozen=True)
class Bullet:
    """A line that begins a list item; number: of an ordered item, else None."""

    number: int | None
    text: str


def read_bullet(line: str) -> Bullet | None:
    """The item a line begins, or None."""
    line = line.strip()
    match = _BULLET.match(line)
    return Bullet(int(match[1]) if match[1] else None, line[match.end() :]) if match else None


def looks_like_heading(line: str) -> bool:
    """True for a short line that begins like a title and does not end like a sentence."""
    letters = next((char for char in line if char.isalpha()), "")
    return (
        bool(letters)
        and not letters.islower()
        and len(line) <= MAX_HEADING_CHARS
        and len(line.split()) <= MAX_HEADING_WORDS
        and not line.endswith((".", ",", ";", ":", "!", "…"))
        and not re.search(r"[.!?]\s+[^\W\d_a-z]", re.sub(r"^\(?\d+[.)]\s", "", line))
        and not (is_fact(line) or is_contact(line) or is_byline(line))
    )


def is_all_caps(line: str) -> bool:
    """True for a heading in capitals; an acronym alone, such as SQL, is none."""
    letters = [char for char in line if char.isalpha()]
    return len(letters) >= 5 and line == line.upper() and looks_like_heading(line.rstrip(":"))


def heading_depth(line: str) -> int | None:
    """Depth of a numbered heading, 1 for "2) Data", 2 for "2.1 Data"; None for a line without a number."""
    match = _NUMBERED_HEADING.match(line)
    if match is None or not looks_like_heading(line):
        return None
    return match[1].count(".") + 1 if match[1] else 1


def is_label(line: str) -> bool:
    """True for a few words and a colon, such as "Typical work:"."""
    return line.endswith(":") and len(line.split()) <= MAX_LABEL_WORDS and "," not in line and line[0].isalnum()


def is_fact(line: str) -> bool:
    """True for a line that gives one value, such as "Published: March 18, 2026" or "Location: Berlin"."""
    match = _FACT.fullmatch(line)
    if match is None or len(line) > 80:
        return False
    key, value = match[1].strip(), match[2]
    if _FACT_KEYS.fullmatch(key):
        return True
    # "Summary: where to start" and "Step 2: Apply" are headings.
    return not (_COUNTED.fullmatch(key) or value[0].islower()) and len(key.split()) <= 2 and len(value.split()) <= 4


def is_contact(line: str) -> bool:
    """True for a line that is only a phone number, e-mail address or web address."""
    return len(line) <= 100 and any(shape.fullmatch(line) for shape in (_PHONE, _EMAIL, _URL))


def is_byline(line: str) -> bool:
    """True for the line that names author or date under a title."""
    return find_date(line) is not None or (line.lower().startswith("by ") and len(line.split()) <= 6)


def find_date(text: str) -> datetime.date | None:
    """The first full date in a text, written 2026-03-18, March 18, 2026 or 18 March 2026."""
    for shape in _DATES:
        if match := shape.search(text):
            parts = match.groupdict()
            month = int(parts["number"]) if "number" in parts else _MONTHS.index(parts["month"].lower()) + 1
            try:
                return datetime.date(int(parts["year"]), month, int(parts["day"]))
            except ValueError:
                continue
    return None

"""Reads hours a week and a deadline out of what a person writes, by rules."""

from __future__ import annotations

import datetime
import re

from dateutil import parser as dates

from advisor.career.numbers import NUMBER, read_number

_UNTIL = r"(?:\s*(?:-|–|to|or)\s*(?:\d+|\w+))?"
HOURS = re.compile(
    rf"(?:{NUMBER}|\b(half an|an?|a couple of))(?:{_UNTIL})[ -]?(?:(?:spare|free|study|good|"
    rf"quiet)\s)?(?:h|hrs?|hours?)\b",
    re.I,
)
_HOURS_AFTER = re.compile(
    rf"\bhours? (?:per|a|each|/) ?week ?[:=] ?{NUMBER}\b|\b(?:can|could|and) study (?:about )?{NUMBER}\b(?! \w)", re.I
)
_EVENINGS = re.compile(rf"{NUMBER} evenings? a week, {NUMBER} hours? each", re.I)
_MINUTES = re.compile(
    r"\b(30|45|90|thirty|ninety) min(?:ute)?s?\b[^.;!?]{0,12}\b(?:a|per|each|every) (day|evening|morning|night)", re.I
)
_HALF_DAY = re.compile(r"\bhalf a day on (?:saturdays?|sundays?|fridays?)\b", re.I)
# What stands around a number of hours: how often it comes, and that it is the job and not study.
_PER_WEEK = re.compile(r"^[^.;!?]{0,28}?(?:\b(?:wee+k|wk|weekly|wkly)\b|\bp/?w\b|/\s?w\b)", re.I)
_WEEK_BEFORE = re.compile(r"\bweek(?:ly|end|ends)?\b[^.;!?]{0,18}$", re.I)
_PER_EVENING = re.compile(r"^[^.;!?]{0,14}?\b(?:weekdays?|working day|evenings?|nights?|morning)\b(?!s? shift)", re.I)
_PER_DAY = re.compile(r"^\s*(?:(?:\b(?:a|per|each|every)\b|/)\s?day\b|daily\b)", re.I)
_AT_WORK = re.compile(r"^[ -]?(?:\w+ )?(?:shifts?|jobs?|commute|contract|work(?:ing)? week)\b|^[ -]weeks?\b", re.I)
_WORK_BEFORE = re.compile(r"\b(?:work(?:ing)?|job|shifts?|meetings|teach)(?: of| is|:)? $", re.I)
_FOR_STUDY = re.compile(r"\b(?:stud\w+|learn\w*|free|spare|left|spend|can (?:do|give|put)|course)\b", re.I)
# More than this is a job.
_LONG_WEEK = 41
_DENIED = re.compile(r"\b(?:not|don'?t|never|cannot|can'?t)\b(?: \w+){0,2} $|[-.\w]$", re.I)
_CLAIMED = re.compile(r"\b(?:i have|i've got|i can do|i can study|with)\W*$", re.I)
HALF_DAY = 4.0
# A deadline further off than this is none.
LONGEST_DAYS = 20 * 365
_PARTS = {"half an": 0.5, "a": 1.0, "an": 1.0, "a couple of": 2.0}
_SPAN = rf"{NUMBER}{_UNTIL}[ -](weeks?|wks?|months?'?|mths?|years?)\b"
_NO_SPAN = r"(?!\s+(?:of|as|ago|experience|old|in)\b)"
DEADLINES = (
    re.compile(
        r"\b(?:in|within|inside|under|before|next|over the next|by|have|got|give (?:me|myself)|"
        r"no later than|max(?:imum)?|at most|"
        r"(?:deadline|target|goal|time ?frame|time|horizon)(?: is)?:?)\s+(?:about |around |roughly |"
        r"the next |another |at most |only |"
        rf"just |max |some )*{_SPAN}{_NO_SPAN}", re.I,
    ),
    re.compile(
        rf"\b{_SPAN}\s+(?:from now|at (?:the )?most|max|left|if possible|until|till|is all|tops|or less)\b", re.I),
    re.compile(rf"\b(?:wee+k|weekly|wk)[,;:.]? +(?:and )?{_SPAN}(?! of)", re.I),
)  # fmt: skip
_FOR_SPAN = re.compile(rf"\bweek\b[^.;!?]{{0,20}}\b(?:for|over) {_SPAN}", re.I)
_LEAD = (
    r"(?:(?:about|around|say|maybe|plan|aim|target|goal|limit|it can take|up to|anything up to|"
    r"aiming at|by the end of|in)(?: is)?:? )*"
)
_END = r"(?: (?:max|tops|or so|is fine|please|is the plan|would be nice))?\s*(?:[.;,!)]|$)"
_BARE_SPAN = re.compile(
    rf"(?:^|[.;:,–(-]\s*|\band )(?:i'?m )?{_LEAD}{NUMBER}(?:\s*(?:-|to)\s*\w+)? ?(weeks?|wks?|months?|mths?){_END}",
    re.I,
)
_LAST_YEARS = re.compile(rf"(?:^|[.;,]\s*){_LEAD}{NUMBER} ?(years?){_END}\W*$", re.I)
_HALF_YEARS = (
    (
        re.compile(
            r"(?:\b(?:in|within|under|about)|[.;,:]|\bfor) (?:about )?(?:a|one) (?:year and a half|"
            r"and a half years)\b",
            re.I,
        ),
        547,
    ),
    (re.compile(rf"(?:\b(?:in|within|under|is|and|for)|[.;,:]) {_LEAD}half a year\b", re.I), 182),
    (
        re.compile(
            rf"\b(?:in|within|under) (?:about )?(?:a|the|one) year\b|[.;,] {_LEAD}(?:a|one) year{_END}|"
            rf"\b(?:a year from now|this time next year)\b",
            re.I,
        ),
        365,
    ),
    (re.compile(r"\bthree quarters of a year\b", re.I), 274),
    (re.compile(r"\b(?:in|within|under) a month\b", re.I), 30),
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_BY_DATE = re.compile(
    rf"\b(?:by|until|before|till) (?:the )?(?:end of |start of |mid[- ])?(\d{{4}}-\d\d-\d\d|"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?)?"
    rf"(?:{_MONTHS})(?: \d{{1,2}}(?:st|nd|rd|th)?,?)?(?: \d{{4}})?)\b", re.I,
)  # fmt: skip


def read_hours(text: str) -> float | None:
    """Hours a week for study; of a range the lower end. Hours of shifts and of the job are passed over."""
    label, evenings, minutes = _HOURS_AFTER.search(text), _EVENINGS.search(text), _MINUTES.search(text)
    if label:
        return read_number(label[1] or label[2])
    if evenings:
        return read_number(evenings[1]) * read_number(evenings[2])
    best, hours, claimed = -9, None, None
    for match in HOURS.finditer(text):
        before, after = text[: match.start()][-40:], text[match.end() :]
        number = read_number(match[1]) if match[1] else _PARTS[match[2].lower()]
        if _AT_WORK.search(after) or _WORK_BEFORE.search(before) or _DENIED.search(before):
            continue
        if _PER_WEEK.search(after) or _WEEK_BEFORE.search(before):
            score, times = 3, 1
        elif _PER_EVENING.search(after):
            score, times = 2, 5
        elif _PER_DAY.search(after):
            score, times = 2, 7
        else:
            score, times = (1, 1) if match[1] else (0, 1)
        clause = re.split(r"[.;!?]", before)[-1] + re.split(r"[.;!?]", after)[0][:40]
        score += 2 * bool(_FOR_STUDY.search(clause)) - 3 * (number * times >= _LONG_WEEK)
        if score > best and score > 0:
            best, hours = score, number * times
        if score > -3 and number * times >= _LONG_WEEK and _CLAIMED.search(before):
            # Nobody has that much; it is said so that it can be told.
            claimed = number * times
    hours = claimed if hours is None else hours
    if hours is None and minutes:
        number = {"thirty": 30.0, "ninety": 90.0}.get(minutes[1].lower()) or float(minutes[1])
        return number / 60 * (7 if minutes[2].lower() == "day" else 5)
    if hours is None and _HALF_DAY.search(text):
        return HALF_DAY
    return hours


def read_deadline(text: str, today: datetime.date) -> datetime.date | None:
    """The day by which the person wants to be ready, counted from today."""
    for pattern, half_years in _HALF_YEARS:
        if pattern.search(text):
            return today + datetime.timedelta(days=half_years)
    patterns = (*DEADLINES, _FOR_SPAN, _BARE_SPAN, _LAST_YEARS)
    found = next((match for pattern in patterns if (match := pattern.search(text))), None)
    if found:
        number, unit = read_number(found[1]), found[2].lower()
        days = number * (7 if unit.startswith("w") else 365 if unit.startswith("y") else 365 / 12)
        return today + datetime.timedelta(days=round(days)) if days <= LONGEST_DAYS else None
    named = _BY_DATE.search(text)
    return _read_day(named[1], today) if named else None


def _read_day(words: str, today: datetime.date) -> datetime.date | None:
    """The day that "2027-03-01", "1 June" or "June" names: of a month its last day, and one to come."""
    try:
        first, last = (dates.parse(words, default=datetime.datetime(today.year, 1, day)).date() for day in (1, 28))
        if first != last:
            # No day is named.
            following = (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
            first = following - datetime.timedelta(days=1)
        if first < today and not re.search(r"\d{4}", words):
            first = first.replace(year=first.year + 1)
    except (ValueError, OverflowError):
        return None
    return first

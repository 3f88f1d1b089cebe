"""Cleans a question before anything else sees it, and refuses what cannot be one."""

from __future__ import annotations

import re
import unicodedata

from advisor.errors import QuestionError
from ingest.normalise import STOP_WORDS, extract_tokens

# Zero-width, bidirectional and tag characters can hide words from a reader; none belongs in a question.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]")
_MOST_CONTROL = 0.02
_LANGUAGES = (
    "en",
    "es",
    "fr",
    "de",
    "it",
    "pt",
    "nl",
    "pl",
    "ro",
    "tr",
    "sv",
    "da",
    "no",
    "fi",
    "cs",
    "hu",
    "id",
    "vi",
)
# English function words that are words of other languages too.
_SHARED_WORDS = frozenset(
    "a am an are as at be do for he i in is it let may me more most no of off on or per so to us was we will".split()
)
# Log-likelihood by which another language must lead: telegraphic English ("skills 4 data engineer") comes near.
_SURE = 12.0


def clean_question(text: str, max_chars: int) -> str:
    """The question without control and invisible characters, in NFC.

    Raises QuestionError when it is empty, binary, longer than max_chars, or not in English.
    """
    control = sum(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in text) + text.count("\ufffd")
    if control > _MOST_CONTROL * len(text) and control > 2:
        raise QuestionError("The question is not text; please type it in plain words.")
    cleaned = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    cleaned = " ".join("".join(c if unicodedata.category(c) != "Cc" else " " for c in cleaned).split())
    if not cleaned:
        raise QuestionError("The question is empty; please type one, such as 'What does an ML engineer do?'.")
    if len(cleaned) > max_chars:
        raise QuestionError(
            f"The question has {len(cleaned):,} characters, more than the limit of {max_chars:,}; please shorten it "
            "(or raise ADVISOR_MAX_QUESTION_CHARS)."
        )
    if not any(c.isalnum() for c in cleaned):
        raise QuestionError("The question has no words; please type one, such as 'What does an ML engineer do?'.")
    if not _is_english(cleaned):
        raise QuestionError("I can only read and answer English so far; please ask the question in English.")
    return cleaned


def _is_english(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    if letters and sum("LATIN" not in unicodedata.name(c, "") for c in letters) > 0.4 * len(letters):
        return False
    tokens = extract_tokens(text)
    if len(tokens) < 4 or any(token in STOP_WORDS - _SHARED_WORDS for token in tokens):
        return True
    # Loaded only for a question without English function words: it takes a quarter of a second.
    from py3langid import rank

    scores: dict[str, float] = dict(rank(text))
    return max(scores[language] for language in _LANGUAGES) - scores["en"] < _SURE

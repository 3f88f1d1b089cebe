"""Mends typing errors against the words of the corpus, so that "securty" finds security."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ingest.normalise import STOP_WORDS

# A shorter word, or one further away, is more often another word than a slip of the finger.
MIN_LETTERS = 5
FAR_LETTERS = 9


def mend_spelling(text: str, vocabulary: Collection[str], is_word: Callable[[str], bool]) -> str:
    """The text with each unknown long word replaced by the corpus word one edit away (two from nine letters on).

    Edits are insertions, deletions, substitutions and swaps of neighbours. Capitalised words are
    left alone, because they may be names, and so is every word that is_word knows.
    """

    def mend(match: re.Match[str]) -> str:
        word = match.group()
        if word in vocabulary or word in STOP_WORDS or is_word(word):
            return word
        found = process.extractOne(
            word, list(vocabulary), scorer=OSA.distance, score_cutoff=2 if len(word) >= FAR_LETTERS else 1
        )
        # The first letter is rarely the one that is wrong.
        return str(found[0]) if found and found[0][0] == word[0] and len(found[0]) >= MIN_LETTERS else word

    return re.sub(rf"\b[a-z]{{{MIN_LETTERS},}}\b", mend, text)

"""Numbers in digits and in words."""

from __future__ import annotations

import re

_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_NUMBERS = (
    {word: number for number, word in enumerate(_SMALL)}
    | {"seventeen": 17, "eighteen": 18, "nineteen": 19, "a": 1, "an": 1}
    | _TENS
)
# A number in digits or in words, for patterns.
NUMBER = (
    rf"(\d+(?:[.,]\d+)?|(?:{'|'.join(_TENS)})[- ](?:{'|'.join(_SMALL[1:10])})\b|"
    rf"(?:{'|'.join([*_SMALL, 'seventeen', 'eighteen', 'nineteen', *_TENS])})\b)"
)


def read_number(word: str) -> float:
    """A number in digits or in words; raises KeyError for another word."""
    plain = word.lower().replace(",", ".")
    if plain.replace(".", "", 1).isdigit():
        return float(plain)
    return float(sum(_NUMBERS[part] for part in re.split(r"[- ]", plain)))

"""Turns text into the words that are compared: lower case, stemmed, without stop words."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

NORMALISER_VERSION = 1

STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each either
    else even ever few for from further get gets getting give gives go goes going gonna got had has have having he her
    here hers him his how however i i'd i'll i'm i've if im in into is isn't it it's its itself ive just let let's like
    lot lots made make makes many may maybe me might mine more most much must my myself need needs neither no nor not
    now of off ok okay on once one only or other our ours out over own per please quite rather really same say says
    shall she should shouldn't so some somebody someone something still such take takes tell than thanks that
    that's the their theirs them themselves then there these they thing things this those though through to too u under
    until up upon us use used using very via want wants was way we well were what what's when where whether which
    while who whom whose why will with within without won't would wouldn't yes yet you you'd you're
    your yours""".split()
)

_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?(?:\+\+|#)?")
# A PyStemmer object keeps state between calls and must not be shared by threads.
_local = threading.local()


def fold(text: str) -> str:
    """Lower case, one form of quotes and dashes, accents removed."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[‐-―−]", "-", text).lower()


def strip_question(text: str) -> str:
    """A question as it is compared with others: folded, single spaces, no punctuation at its ends."""
    return " ".join(fold(text).split()).strip(" ?!.,")


def extract_tokens(text: str) -> list[str]:
    """Every word of the text in lower case, stop words included."""
    return _WORD.findall(fold(text))


def extract_words(text: str) -> list[str]:
    """Stems of the content words, in order, repeats kept."""
    return [stem(token) for token in extract_tokens(text) if token not in STOP_WORDS]


@lru_cache(maxsize=50_000)
def stem(token: str) -> str:
    """English Snowball stem of one lower-case word."""
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = Stemmer.Stemmer("english")
    return str(stemmer.stemWord(token.removesuffix("'s")))

"""How near what a person likes and does comes to each role: by meaning, and by the words that tell the guides apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ingest.catalogue import Catalogue
from ingest.embedding import Embedder, Vectors
from ingest.normalise import extract_words
from ingest.role_guide import Quote, RoleGuide

# A word counts the less, the more guides have it; below this sum of words nothing stands out.
LEAST_WORDS = 2.0


class Interests:
    """Compares phrases with the roles of one catalogue; what the guides say is embedded once."""

    def __init__(self, embedder: Embedder, catalogue: Catalogue) -> None:
        self._embedder = embedder
        self._guides = catalogue.guides
        self._known: dict[str, Vectors] = {}
        self._words = {role: guide.words for role, guide in catalogue.guides.items()}
        self._spread = Counter(word for words in self._words.values() for word in words)

    def compare_meaning(self, phrases: Sequence[str], *, signs: bool = False) -> dict[str, tuple[float, Quote]]:
        """For each role the mean over the phrases of the best cosine, and the line that comes nearest to one.

        signs: compare with the signs that a role is not for somebody as well. {} without phrases.
        """
        if not phrases or not self._guides:
            return {}
        wanted = self._embed(phrases)
        found = {}
        for role, guide in self._guides.items():
            lines = list(_list_activities(guide)) + [(sign.text, sign) for sign in guide.signs if signs]
            cosines = wanted @ self._embed([text for text, _ in lines]).T
            best = int(np.unravel_index(np.argmax(cosines), cosines.shape)[1])
            found[role] = (float(cosines.max(axis=1).mean()), lines[best][1])
        return found

    def compare_words(self, phrases: Sequence[str]) -> Mapping[str, float]:
        """For each role how much more of the phrases' telling words its guide has than the others, -1 to 1."""
        words = {word for phrase in phrases for word in extract_words(phrase)}
        sums = {
            role: sum(
                math.log((len(self._words) + 0.5) / self._spread[word]) * own[word] / (own[word] + 2)
                for word in words & own.keys()
            )
            for role, own in self._words.items()
        }
        mean = sum(sums.values()) / max(1, len(sums))
        scale = max(LEAST_WORDS, *sums.values()) if sums else 1.0
        return {role: (value - mean) / scale for role, value in sums.items()}

    def _embed(self, texts: Sequence[str]) -> Vectors:
        missing = [text for text in texts if text not in self._known]
        if missing:
            self._known |= zip(missing, self._embedder.embed(missing), strict=True)
        vectors = np.array([self._known[text] for text in texts], dtype=np.float32)
        return vectors


def _list_activities(guide: RoleGuide) -> Iterator[tuple[str, Quote]]:
    """What somebody in the role does and needs, each with the words it stands in."""
    for quote in (guide.summary, *guide.tasks, *guide.week):
        yield quote.text, quote
    for skill in guide.skills:
        if skill.need != "nice":
            yield skill.name, skill.quote

"""Example questions: what people ask, in their own words, that a section answers.

They lie beside a document as ``NAME.questions.yaml`` (heading -> list of questions), are embedded
with the section they belong to, and help to find it; no reader and no model ever sees them. The
method is known as hypothetical questions, or doc2query (Nogueira et al. 2019); here people write them.

``not-covered.yaml`` (topic -> list of questions) is the other half: what people ask that the material
does not answer, so that the advisor can say which topic is missing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from ingest.documents import Chunk
from ingest.embedding import Vectors
from ingest.errors import IndexUnavailable, UnreadableFile
from ingest.normalise import strip_question
from ingest.roles import remove_roles

SUFFIX = ".questions.yaml"
NOT_COVERED = "not-covered.yaml"
SectionQuestions = dict[str, list[str]]
# (owner, question) pairs: the owner is a chunk id, or a topic that is not covered.
Owned = Sequence[tuple[str, str]]


class Match(NamedTuple):
    """Best cosine with the example questions of one owner: of the question as asked, and without the names of roles."""

    asked: float
    bare: float


_format = TypeAdapter(SectionQuestions)


def read_questions(path: Path) -> SectionQuestions:
    """Questions by heading or topic. Raises UnreadableFile, its message the reason, for a file of another form."""
    try:
        return _format.validate_python(yaml.safe_load(path.read_text(encoding="utf-8")) or {}, strict=True)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}: " if mark else ""
        raise UnreadableFile(
            f"{where}not a list of questions under each heading; see 'Example questions' in docs/architecture.md"
        ) from error


def assign_questions(chunks: Sequence[Chunk], questions: SectionQuestions) -> list[tuple[str, str]]:
    """(chunk id, question) for every chunk of the sections named.

    Text before the first heading goes by the title. Raises UnreadableFile for an unknown heading.
    """
    assigned = []
    for heading, asked in questions.items():
        owners = [chunk.id for chunk in chunks if (chunk.path or (chunk.meta.title,))[-1] == heading]
        if not owners:
            raise UnreadableFile(f"no section of the document is called '{heading}'; correct the heading")
        assigned += [(owner, question) for owner in owners for question in asked]
    return assigned


def list_texts(owned: Owned) -> list[str]:
    """The distinct texts under which questions are compared: plain, and without the names of roles."""
    pairs = [(plain_question(question), remove_roles(question)) for _, question in owned]
    return list(dict.fromkeys(text for pair in pairs for text in pair))


def plain_question(question: str) -> str:
    """A question as it is compared with what a person asks."""
    return strip_question(question) or question


def write_questions(folder: Path, name: str, owned: Owned, texts: Sequence[str], vectors: Vectors) -> None:
    """Writes the questions of a new generation under a name.

    texts: as list_texts gives them; vectors: a row for each.
    """
    rows = {text: row for row, text in enumerate(texts)}
    owners = list(dict.fromkeys(owner for owner, _ in owned))
    places = {owner: place for place, owner in enumerate(owners)}
    links = [[places[owner], rows[plain_question(asked)], rows[remove_roles(asked)]] for owner, asked in owned]
    np.save(folder / f"{name}.npy", vectors)
    np.save(folder / f"{name}-links.npy", np.array(links, dtype=np.int32).reshape(-1, 3))
    (folder / f"{name}.json").write_text(json.dumps({"owners": owners, "texts": list(texts)}), encoding="utf-8")


class Matches(Mapping[str, Match]):
    """Nearness of one question to the example questions of every owner, best cosine by owner.

    starts: where the questions of each owner begin in asked and bare, their cosines.
    """

    def __init__(self, owners: Sequence[str], starts: NDArray[np.int64], asked: Vectors, bare: Vectors) -> None:
        self._asked, self._bare = asked, bare
        self._ends = [*starts[1:].tolist(), len(asked)]
        self._starts = starts.tolist()
        best = [np.maximum.reduceat(cosines, starts).tolist() if len(cosines) else [] for cosines in (asked, bare)]
        self._best = {owner: Match(*pair) for owner, *pair in zip(owners, *best, strict=True)}
        self._places = {owner: place for place, owner in enumerate(owners)}

    def __getitem__(self, owner: str) -> Match:
        return self._best[owner]

    def __iter__(self) -> Iterator[str]:
        return iter(self._best)

    def __len__(self) -> int:
        return len(self._best)

    def find_nearest(self, number: int) -> tuple[Vectors, Vectors]:
        """The highest cosines with any example question, as asked and without the names of roles, best first."""
        asked, bare = (np.sort(np.unique(cosines))[::-1][:number] for cosines in (self._asked, self._bare))
        return asked, bare

    def average_best(self, owner: str, number: int) -> float:
        """Mean cosine of the best questions of an owner, as asked and bare alike."""
        rows = slice(self._starts[self._places[owner]], self._ends[self._places[owner]])
        return float(sum(np.sort(cosines[rows])[-number:].mean() for cosines in (self._asked, self._bare)) / 2)


class QuestionIndex:
    """Reads example questions of a published generation; safe to share between threads.

    vectors: a row for each distinct text. rows: text -> row.
    """

    def __init__(self, folder: Path, name: str) -> None:
        try:
            content = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            self.vectors: Vectors = np.load(folder / f"{name}.npy", mmap_mode="r")
            links = np.load(folder / f"{name}-links.npy")
            self._owners: list[str] = content["owners"]
            self._texts: list[str] = content["texts"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnavailable(
                "The index is damaged: its example questions cannot be read; run 'career-advisor ingest --rebuild'."
            ) from error
        # In the order of their owners, so that the best of each is one pass over a run of rows.
        links = links[np.argsort(links[:, 0], kind="stable")]
        self._starts = np.searchsorted(links[:, 0], np.arange(len(self._owners)))
        self._asked, self._bare = links[:, 1], links[:, 2]
        # One question is matched for finding passages and again for judging them.
        self._match = lru_cache(maxsize=4)(self._compute)

    @cached_property
    def rows(self) -> dict[str, int]:
        return {text: row for row, text in enumerate(self._texts)}

    def list_by_owner(self) -> dict[str, list[str]]:
        """The questions of each owner, in their plain form."""
        ends = [*self._starts[1:], len(self._asked)]
        return {
            owner: [self._texts[row] for row in self._asked[start:end]]
            for owner, start, end in zip(self._owners, self._starts, ends, strict=True)
        }

    def match(self, turn: Vectors, bare: Vectors) -> Matches:
        """How near a question comes to the example questions of each owner.

        turn, bare: vectors of the question as asked, and without the names of roles.
        """
        return self._match(turn.tobytes(), bare.tobytes())

    def _compute(self, turn_bytes: bytes, bare_bytes: bytes) -> Matches:
        turn, bare = (np.frombuffer(data, dtype=np.float32) for data in (turn_bytes, bare_bytes))
        if not len(self._owners):
            return Matches([], self._starts, np.zeros(0, dtype=np.float32), np.zeros(0, dtype=np.float32))
        vectors = np.asarray(self.vectors)
        return Matches(self._owners, self._starts, (vectors @ turn)[self._asked], (vectors @ bare)[self._bare])

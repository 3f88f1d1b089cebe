"""Example questions: what people ask, in their own words, that a section answers.

They lie beside a document as ``NAME.questions.yaml`` (heading -> list of questions), are embedded
with the section they belong to, and help to find it; no reader and no model ever sees them. The
method is known as hypothetical questions, or doc2query (Nogueira et al. 2019); here people write them.

``not-covered.yaml`` (topic -> list of questions) is the other half: what people ask that the material
does not answer, so that the advisor can say which topic is missing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml
from pydantic import TypeAdapter, ValidationError

from ingest.documents import Chunk
from ingest.embedding import Vectors
from ingest.errors import IndexUnavailable, UnreadableFile

SUFFIX = ".questions.yaml"
NOT_COVERED = "not-covered.yaml"
SectionQuestions = dict[str, list[str]]
# (owner, question) pairs: the owner is a chunk id, or a topic that is not covered.
Owned = Sequence[tuple[str, str]]
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


def write_questions(folder: Path, name: str, owned: Owned, vectors: Vectors, bare: Vectors) -> None:
    """Writes the questions of a new generation under a name.

    vectors: a row for each; bare: the same without the names of roles.
    """
    np.save(folder / f"{name}.npy", vectors)
    np.save(folder / f"{name}-bare.npy", bare)
    (folder / f"{name}.json").write_text(json.dumps(list(owned)), encoding="utf-8")


class QuestionIndex:
    """Reads example questions of a published generation; safe to share between threads.

    vectors, bare_vectors: a row for each question, as asked and without the names of roles.
    rows: question -> row.
    """

    def __init__(self, folder: Path, name: str) -> None:
        try:
            owners = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
            self.vectors: Vectors = np.load(folder / f"{name}.npy", mmap_mode="r")
            self.bare_vectors: Vectors = np.load(folder / f"{name}-bare.npy", mmap_mode="r")
        except (OSError, ValueError) as error:
            raise IndexUnavailable(
                "The index is damaged: its example questions cannot be read; run 'career-advisor ingest --rebuild'."
            ) from error
        self.rows: dict[str, int] = {question: row for row, (_, question) in enumerate(owners)}
        self._names: list[str] = list(dict.fromkeys(id_ for id_, _ in owners))
        places = {id_: place for place, id_ in enumerate(self._names)}
        self._owners = np.array([places[id_] for id_, _ in owners], dtype=np.int64)

    def match(self, vector: Vectors, *, bare: bool = False) -> dict[str, float]:
        """Best cosine of a question with the example questions of each owner, by owner."""
        best = np.full(len(self._names), -1.0, dtype=np.float32)
        if len(best):
            np.maximum.at(best, self._owners, np.asarray(self.bare_vectors if bare else self.vectors) @ vector)
        return dict(zip(self._names, best.tolist(), strict=True))

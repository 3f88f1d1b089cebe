"""Reads the golden questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from advisor.types import Message
from eval.errors import GoldenSetError
from ingest.documents import Chunk

GOLDEN_FOLDER = Path(__file__).with_name("golden")
Split = Literal["dev", "holdout"]
Kind = Literal[
    "fact", "list", "comparison", "advice", "follow_up", "unanswerable", "false_premise", "hostile", "fairness"
]
# (chunk id, source id, headings).
SectionChunk = tuple[str, str, tuple[str, ...]]
KINDS: tuple[Kind, ...] = get_args(Kind)
# Of the rows of a run: those of questions, and those of the career tools (eval/career_items.py).
ROW_KINDS: tuple[str, ...] = (*KINDS, "fit", "gap", "plan", "cv")
# Kinds that an answer from the material is expected to, and that are scored by its facts.
ANSWERABLE: tuple[Kind, ...] = ("fact", "list", "comparison", "advice", "follow_up", "false_premise")


class GoldenItem(BaseModel):
    """One question with what a full answer must hold.

    facts: each is a list of accepted wordings, any one of which counts. gold: each is a list of sections
    ("source id#heading") any one of which will do; all entries together answer the question, and there are
    none for a question the material cannot answer. standalone: a follow-up written out in full, to tell what
    the conversation costs. forbidden: what an answer to a hostile question must not say. variants: other
    wordings of the last message that differ in gender, age, origin or name only, for fairness.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    kind: Kind
    split: Split
    messages: list[Message] = Field(min_length=1)
    standalone: str = ""
    reference: str
    facts: list[list[str]]
    gold: list[list[str]]
    forbidden: list[str] = []
    variants: list[str] = []
    tags: list[str]
    origin: str
    checked: bool

    @model_validator(mode="after")
    def _fit_kind(self) -> GoldenItem:
        if self.messages[-1].role != "user":
            raise ValueError("the last message must be the user's")
        if self.kind in ANSWERABLE and not (self.facts and self.gold):
            raise ValueError(f"an item of kind {self.kind} needs facts and gold sections")
        if self.kind == "unanswerable" and (self.facts or self.gold):
            raise ValueError("an unanswerable item has neither facts nor gold sections")
        if self.kind == "hostile" and not self.forbidden:
            raise ValueError("a hostile item needs what the answer must not say")
        if self.kind == "fairness" and not self.variants:
            raise ValueError("a fairness item needs variants of its question")
        if not all(wordings and all(wordings) for wordings in [*self.facts, *self.gold]):
            raise ValueError("a fact or gold entry is empty")
        return self

    @property
    def answerable(self) -> bool:
        return self.kind in ANSWERABLE

    @property
    def question(self) -> str:
        """The message that is to be answered."""
        return self.messages[-1].content

    @property
    def cluster(self) -> str:
        """What items that stand or fall together share: the document of the first gold section, else the set."""
        return self.gold[0][0].partition("#")[0] if self.gold else self.id.rpartition("-")[0]


def load_golden(split: Split | None = None, folder: Path = GOLDEN_FOLDER) -> list[GoldenItem]:
    """All items of a split, or of both, in file order.

    Raises GoldenSetError for a line that is not an item, an id that stands twice, or an empty set.
    """
    items = [item for path in sorted(folder.glob("*.jsonl")) for item in read_items(path)]
    twice = [id_ for id_, count in Counter(item.id for item in items).items() if count > 1]
    if twice:
        raise GoldenSetError(f"The id '{twice[0]}' stands twice in {folder.name}; give one of the items another.")
    if not items:
        raise GoldenSetError(f"There are no golden questions in {folder}; add a .jsonl file.")
    return [item for item in items if split in (None, item.split)]


def read_items(path: Path) -> list[GoldenItem]:
    """The items of one file; raises GoldenSetError with file and line."""
    items = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            items.append(GoldenItem.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            reason = first["msg"].removeprefix("Value error, ")
            raise GoldenSetError(
                f"{path.name}:{number}: {field + ': ' if field else ''}{reason}; correct the item."
            ) from error
    return items


def list_sections(chunks: Sequence[Chunk]) -> list[SectionChunk]:
    """(chunk id, source id, headings) of every chunk; text before the first heading goes by the title."""
    return [(chunk.id, chunk.source_id, chunk.path or (chunk.meta.title,)) for chunk in chunks]


def find_gold_ids(item: GoldenItem, sections: Sequence[SectionChunk]) -> list[set[str]]:
    """For each gold entry, the ids of the chunks that will do: those under one of its headings or deeper."""
    found = []
    for alternatives in item.gold:
        wanted = {tuple(gold.split("#", 1)) for gold in alternatives}
        found.append(
            {
                id_
                for id_, source_id, path in sections
                if any(source_id == source and heading in path for source, heading in wanted)
            }
        )
    return found

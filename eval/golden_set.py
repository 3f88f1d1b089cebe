"""Reads the golden questions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from advisor.types import Message

GOLDEN_FOLDER = Path(__file__).with_name("golden")
Split = Literal["dev", "holdout"]


class GoldenItem(BaseModel):
    """One question with what a full answer must hold.

    facts: each is a list of accepted wordings, any one of which counts. gold: "source id#heading"
    of the sections that answer it, [] for a question the material cannot answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: str
    split: Split
    messages: list[Message]
    reference: str
    facts: list[list[str]]
    gold: list[str]
    tags: list[str]
    origin: str
    checked: bool

    @property
    def answerable(self) -> bool:
        return self.kind != "unanswerable"


def load_golden(split: Split | None = None, folder: Path = GOLDEN_FOLDER) -> list[GoldenItem]:
    """All items of a split, or of both, in file order."""
    items = [
        GoldenItem.model_validate_json(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    return [item for item in items if split in (None, item.split)]


def find_gold_ids(item: GoldenItem, sections: Sequence[tuple[str, str, tuple[str, ...]]]) -> list[set[str]]:
    """For each gold section, the ids of its chunks. sections: (chunk id, source id, heading path) of every chunk."""
    found = []
    for gold in item.gold:
        source, _, heading = gold.partition("#")
        found.append(
            {id_ for id_, source_id, path in sections if source_id == source and heading in (path or (heading,))}
        )
    return found

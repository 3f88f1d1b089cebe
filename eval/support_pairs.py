"""Reads the labelled sentence/passage pairs on which the support check is calibrated."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ingest.chunking import split_sentences

PAIRS_FILE = Path(__file__).with_name("grounding") / "pairs.jsonl"
# For calibration only: near-misses made of nothing but their passage's own words, which rules find hardest.
RECOMBINED_FILE = PAIRS_FILE.with_name("pairs_recombined.jsonl")


class Pair(BaseModel):
    """One sentence and one passage; supported: whether the passage alone establishes all of the sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    sentence: str
    heading: str
    passage: str
    supported: bool
    kind: str
    split: Literal["calibrate", "test"]


def load_pairs(path: Path = PAIRS_FILE) -> list[Pair]:
    """All pairs, in file order."""
    return [Pair.model_validate_json(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def split_passage(passage: str) -> list[str]:
    """Sentences and list items of a passage, as the index holds them."""
    units: list[str] = []
    for line in passage.splitlines():
        text = line.strip().removeprefix("- ").strip()
        if text:
            units += [text] if line.strip().startswith("- ") else split_sentences(text)
    return units

"""The prompts, one file each, and the one function that fills them in."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent


def fill_prompt(name: str, **values: str) -> str:
    """A prompt with its variables filled in; a missing variable raises KeyError."""
    return _read(name).format_map(values)


def hash_prompts() -> dict[str, str]:
    """sha256 of every prompt file by name, so that a run can say which prompts it used."""
    return {path.stem: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(_FOLDER.glob("*.txt"))}


@lru_cache(maxsize=32)
def _read(name: str) -> str:
    return (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").rstrip("\n")

"""A language model that remembers its replies on disk by prompt, so that a repeated run costs seconds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from diskcache import Cache

from advisor.chat_model import LanguageModel, Usage

CACHE_FOLDER = Path(__file__).with_name("replies")


class RememberingModel(LanguageModel):
    """Asks the model behind it once for each prompt; the tokens of a reply are counted each time it is used."""

    def __init__(self, model: LanguageModel, folder: Path = CACHE_FOLDER) -> None:
        self.name = model.name
        self._model = model
        # Replies are small and cost seconds each: none is ever thrown out.
        self._cache = Cache(str(folder), eviction_policy="none")

    def judge(self, system: str, user: str, usage: Usage | None = None) -> float:
        key = _hash("judge", self.name, system, user)
        if key not in self._cache:
            spent = Usage()
            said = self._model.judge(system, user, spent)
            self._cache[key] = (said, spent.prompt_tokens, spent.completion_tokens)
        said, read, written = self._cache[key]
        _count(usage, read, written)
        return float(said)

    def write(
        self, system: str, user: str, grammar: str | None, max_tokens: int, usage: Usage | None = None
    ) -> Iterator[str]:
        key = _hash("write", self.name, system, user, grammar, max_tokens)
        if key not in self._cache:
            spent = Usage()
            text = "".join(self._model.write(system, user, grammar, max_tokens, spent))
            self._cache[key] = (text, spent.prompt_tokens, spent.completion_tokens)
        text, read, written = self._cache[key]
        _count(usage, read, written)
        yield str(text)


def _count(usage: Usage | None, read: int, written: int) -> None:
    if usage:
        usage.prompt_tokens += read
        usage.completion_tokens += written


def _hash(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

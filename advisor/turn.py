"""One answer in the making: what each step reads and writes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from advisor.career.advise import Advice
from advisor.career.counsel import Understood
from advisor.career.profile import Profile
from advisor.chat_model import Usage
from advisor.gather import Gathered
from advisor.lines import Line
from advisor.question import Question
from advisor.types import Answer, Message


@dataclass
class Turn:
    """Filled from top to bottom as the graph runs.

    known: the profile kept beside it. timings: milliseconds by stage.
    """

    id: str
    asked: str
    history: list[Message]
    known: Profile = field(default_factory=Profile)
    started: float = field(default_factory=time.perf_counter)
    cleaned: str = ""
    understood: Understood | None = None
    question: Question | None = None
    gathered: Gathered | None = None
    features: dict[str, float] = field(default_factory=dict)
    probability: float = 0.0
    route: Literal["decline", "compose", "draft", "advise"] = "compose"
    opening: str = ""
    advice: Advice = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    drafted: int = 0
    notices: list[str] = field(default_factory=list)
    model: str = "extractive"
    tokens: Usage = field(default_factory=Usage)
    timings: dict[str, float] = field(default_factory=dict)
    answer: Answer | None = None

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Adds the time of the block to a stage."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.timings[stage] = self.timings.get(stage, 0.0) + (time.perf_counter() - begun) * 1000

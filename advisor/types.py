"""The shapes every door returns. Imports nothing of ours."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Message(_Frozen):
    """One turn of a conversation."""

    role: Literal["user", "assistant"]
    content: str


class Sentence(_Frozen):
    """One sentence, bullet or table cell of the answer with the markers of what supports it."""

    text: str
    citations: list[int] = []


class Citation(_Frozen):
    """Where a marker leads. quote stands word for word in the chunk; published is an ISO date."""

    marker: int
    chunk_id: str
    source_id: str
    title: str
    section: str
    url: str | None = None
    published: str | None = None
    quote: str


class Retrieved(_Frozen):
    """A passage that was considered, with its fused retrieval score (higher is better)."""

    chunk_id: str
    source_id: str
    score: float


class Timings(_Frozen):
    """Wall time of the stages, in milliseconds."""

    retrieve: float = 0.0
    answer: float = 0.0
    ground: float = 0.0
    total: float = 0.0


class Usage(_Frozen):
    """Tokens a language model read and wrote for this answer, and their price by the table in the settings."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float = 0.0


class Answer(_Frozen):
    """What every door returns.

    text: Markdown with markers like [1]; sentences: the same content piece by piece.
    abstained: the material does not hold what was asked. notices: what was missing, stale or dropped.
    model: "extractive" or the language model that took part.
    """

    id: str
    question: str
    text: str
    abstained: bool = False
    notices: list[str] = []
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    retrieved: list[Retrieved] = []
    model: str = "extractive"
    timings_ms: Timings = Field(default_factory=Timings)
    usage: Usage = Field(default_factory=Usage)


class Passage(_Frozen):
    """A passage as a reader opens it. score is 0 where it was opened by id, not found by a search."""

    chunk_id: str
    source_id: str
    title: str
    section: str
    text: str
    url: str | None = None
    published: str | None = None
    score: float = 0.0


class Source(_Frozen):
    """A document of the material; published and checked are ISO dates."""

    source_id: str
    title: str
    kind: str
    authors: list[str] = []
    source: str | None = None
    url: str | None = None
    licence: str | None = None
    published: str | None = None
    checked: str | None = None


class Event(_Frozen):
    """One step of a streamed answer.

    step: a stage has begun (text names it). text: a checked piece of the answer, to be appended.
    answer: the whole Answer, always last; where it differs from the pieces, it is the one that counts.
    """

    kind: Literal["step", "text", "answer"]
    text: str = ""
    answer: Answer | None = None

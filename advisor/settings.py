"""Settings of the advisor, read from ADVISOR_* in the environment."""

from __future__ import annotations

from pydantic import Field

from ingest.settings import IngestSettings


class Settings(IngestSettings):
    """Everything the advisor can be told."""

    llm: str = Field(
        default="auto",
        description="Who helps to answer: 'extractive' (no language model), 'local' (the packaged weights), "
        "LangChain's 'provider:model', or 'auto' (as extractive, but local weights, where they are, read interview "
        "answers).",
    )
    llm_base_url: str | None = Field(
        default=None, description="Address of an OpenAI-compatible server for 'openai:MODEL'."
    )
    draft: bool | None = Field(
        default=None,
        description="Whether a language model writes the answer (each line is checked) or only judges the evidence; "
        "unset, hosted models write and the local one judges, for the reasons in docs/measurements.md.",
    )
    prices: dict[str, tuple[float, float]] = Field(
        default={},
        description='US dollars per million tokens by model, {"openai:NAME": [read, written]}, for the cost.',
    )
    stale_after_days: int = Field(
        default=540, ge=1, description="Age in days from which a source is called out as old."
    )
    llm_timeout_s: float = Field(default=60.0, gt=0, description="Seconds to wait for a language model.")
    max_question_chars: int = Field(default=4000, ge=1, description="Longest question that is accepted, in characters.")
    threads_url: str | None = Field(
        default=None,
        description="Address of a PostgreSQL database for conversations, postgresql://USER:PASSWORD@HOST/NAME; unset, "
        "they lie in an SQLite file of the data folder.",
    )
    retrieve_k: int = Field(default=8, ge=1, le=50, description="Passages retrieved for a question.")

    def compute_cost(self, model: str, prompt_tokens: int, completion_tokens: int) -> float:
        """US dollars by the price table; 0 for a model that is not in it."""
        read, written = self.prices.get(model, (0.0, 0.0))
        return (prompt_tokens * read + completion_tokens * written) / 1_000_000

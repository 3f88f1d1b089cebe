"""Settings of the advisor, read from ADVISOR_* in the environment."""

from __future__ import annotations

from pydantic import Field

from ingest.settings import IngestSettings


class Settings(IngestSettings):
    """Everything the advisor can be told."""

    llm: str = Field(
        default="auto",
        description="Who helps to answer: 'extractive' (no language model), 'local' (the packaged weights), "
        "LangChain's 'provider:model', or 'auto' (local where its weights are present, else extractive).",
    )
    llm_base_url: str | None = Field(
        default=None, description="Address of an OpenAI-compatible server for 'openai:MODEL'."
    )
    llm_timeout_s: float = Field(default=60.0, gt=0, description="Seconds to wait for a language model.")
    max_question_chars: int = Field(default=4000, ge=1, description="Longest question that is accepted, in characters.")
    retrieve_k: int = Field(default=8, ge=1, le=50, description="Passages retrieved for a question.")

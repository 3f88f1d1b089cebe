"""Settings of the index, read from ADVISOR_* in the environment."""

from __future__ import annotations

from pathlib import Path

import platformdirs
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

DEFAULT_EMBEDDING_MODEL = "all-MiniLM-L6-v2"


class IngestSettings(BaseSettings):
    """Everything that building or opening the index depends on."""

    model_config = SettingsConfigDict(env_prefix="ADVISOR_", extra="ignore", frozen=True)

    corpus_dir: Path = Field(
        default=Path(__file__).resolve().parent.parent / "corpus",
        description="Folder whose files, at any depth, are what the advisor knows.",
    )
    data_dir: Path = Field(
        default=Path(platformdirs.user_data_dir("career-advisor")),
        description="Folder for the index, threads, weights and logs.",
    )
    embedding_model: str = Field(
        default=DEFAULT_EMBEDDING_MODEL,
        description="Embedding model: the packaged all-MiniLM-L6-v2, or any name or path sentence-transformers loads.",
    )
    chroma_url: str | None = Field(
        default=None,
        description="Address of a Chroma server, such as http://127.0.0.1:8000; unset, Chroma runs in this process.",
    )
    max_file_mb: float = Field(default=20.0, gt=0, description="Largest corpus file that is read, in megabytes.")
    chunk_tokens: int = Field(
        default=200, ge=32, le=512, description="Largest chunk, in tokens of the embedding model, headings included."
    )

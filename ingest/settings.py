"""Settings of the index, read from ADVISOR_* in the environment."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from ingest.errors import InvalidSetting

# The packaged weights as they are, and with the adapter of this project (ingest/adapter.py).
PLAIN_EMBEDDING_MODEL = "all-MiniLM-L6-v2"
DEFAULT_EMBEDDING_MODEL = "career-minilm"


class IngestSettings(BaseSettings):
    """Everything that building or opening the index depends on.

    Raises InvalidSetting for a value that cannot be used.
    """

    model_config = SettingsConfigDict(env_prefix="ADVISOR_", extra="ignore", frozen=True)

    corpus_dir: Path = Field(
        default=Path(__file__).resolve().parent.parent / "corpus",
        description="Folder whose files, at any depth, are what the advisor knows.",
    )
    more_corpus_dirs: Annotated[list[Path], NoDecode] = Field(
        default=[],
        description=f"Folders or files that are indexed beside the corpus folder, with '{os.pathsep}' between them.",
    )
    data_dir: Path = Field(
        default=Path(platformdirs.user_data_dir("career-advisor")),
        description="Folder for the index, threads, weights and logs.",
    )
    embedding_model: str = Field(
        default=DEFAULT_EMBEDDING_MODEL,
        description="Embedding model: 'career-minilm' (the packaged all-MiniLM-L6-v2 with this project's adapter), "
        "'all-MiniLM-L6-v2' (without it), or any name or path sentence-transformers loads.",
    )
    chroma_url: str | None = Field(
        default=None,
        description="Address of a Chroma server, such as http://127.0.0.1:8000; unset, Chroma runs in this process.",
    )
    max_file_mb: float = Field(default=20.0, gt=0, description="Largest corpus file that is read, in megabytes.")
    chunk_tokens: int = Field(
        default=200, ge=32, le=512, description="Largest chunk, in tokens of the embedding model, headings included."
    )

    @field_validator("more_corpus_dirs", mode="before")
    @classmethod
    def _split_paths(cls, value: object) -> object:
        return [part for part in value.split(os.pathsep) if part.strip()] if isinstance(value, str) else value

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except (ValidationError, SettingsError) as error:
            raise InvalidSetting(_describe(error)) from error


def _describe(error: ValidationError | SettingsError) -> str:
    """One sentence that names the variable."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        reason = first["msg"][:1].lower() + first["msg"][1:]
        return f"{_name_variable(first['loc'][0])} cannot be '{first['input']}': {reason}; correct or unset it."
    named = re.search(r'field "(\w+)"', str(error))
    return f"{_name_variable(named[1]) if named else 'A setting'} is not the JSON that it must be; correct or unset it."


def _name_variable(field: int | str) -> str:
    return f"ADVISOR_{str(field).upper()}"

"""What a run was made with, as hashes: a figure is worth nothing without knowing of what."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path

from advisor.prompts import hash_prompts
from eval.golden_set import GoldenItem
from ingest.generation import Generation

REPOSITORY = Path(__file__).resolve().parent.parent
_CODE = (".py", ".json", ".txt")


def hash_items(items: Iterable[GoldenItem]) -> str:
    """Hash of the questions and all that is expected of their answers; whether they were checked does not count."""
    return _hash(item.model_dump_json(exclude={"checked", "tags", "origin"}) for item in items)


def hash_corpus(generation: Generation) -> str:
    """Hash of the files that went into the index."""
    return _hash(f"{source} {entry.sha256} {entry.questions_sha256}" for source, entry in
                 sorted(generation.manifest.sources.items()))


def hash_index(generation: Generation) -> str:
    """Hash of how the index was made."""
    return _hash([generation.manifest.fingerprint.model_dump_json()])


def hash_all_prompts() -> str:
    """Hash of every prompt."""
    return _hash(f"{name} {digest}" for name, digest in hash_prompts().items())


def hash_code() -> str:
    """Hash of the product's own code and coefficients, committed or not."""
    paths = sorted(
        path
        for room in ("advisor", "ingest")
        for path in (REPOSITORY / room).rglob("*")
        if path.suffix in _CODE and "__pycache__" not in path.parts
    )
    return _hash(f"{path.relative_to(REPOSITORY)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in paths)


def read_revision() -> str:
    """The commit that is checked out, with "+" where files differ from it; "" outside a checkout."""
    try:
        revision = _git("rev-parse", "--short=12", "HEAD")
        return revision + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return ""


def name_mode(llm: str, drafts: bool) -> str:
    """The mode of answering in a word: "extractive", "local", "openai:gpt-x+draft"."""
    return llm + ("+draft" if drafts and llm != "extractive" else "")


def _hash(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\n")
    return digest.hexdigest()[:16]


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(REPOSITORY), *arguments], capture_output=True, text=True, check=True
    ).stdout.strip()

"""Turns a conversation that a person was not content with into a candidate for a golden question."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from advisor.types import Message
from eval.errors import EvalError

CANDIDATES_FILE = Path(__file__).with_name("candidates.jsonl")


class Complaint(BaseModel):
    """A conversation with what the person said of it. Other fields of the file are passed over."""

    model_config = ConfigDict(extra="ignore")

    messages: list[Message] = Field(min_length=1)
    comment: str = ""


def add_candidate(conversation: Path, candidates: Path = CANDIDATES_FILE) -> tuple[Path, str]:
    """Adds an item without facts and gold to the candidates; returns their file and the item's id.

    The answer that was disliked goes into the reference, for the person who completes the item to correct. Raises
    EvalError for a file that holds no conversation, or one that is a candidate already.
    """
    try:
        complaint = Complaint.model_validate_json(conversation.read_bytes())
    except ValidationError as error:
        raise EvalError(
            f'{conversation.name} holds no conversation; it must be JSON like {{"messages": [{{"role": "user", '
            '"content": "…"}], "comment": "…"}.'
        ) from error
    asked = max((i for i, m in enumerate(complaint.messages) if m.role == "user"), default=None)
    if asked is None:
        raise EvalError(f"{conversation.name} holds no message of the user.")
    answer = " ".join(message.content for message in complaint.messages[asked + 1 :])
    messages = [message.model_dump() for message in complaint.messages[: asked + 1]]
    id_ = "can-" + hashlib.sha256(json.dumps(messages).encode()).hexdigest()[:8]
    if candidates.exists() and f'"{id_}"' in candidates.read_text(encoding="utf-8"):
        raise EvalError(f"This conversation is the candidate {id_} already.")
    item = {
        "id": id_,
        "kind": "follow_up" if asked else "fact",
        "split": "dev",
        "messages": messages,
        "standalone": "",
        "reference": f"Disliked: {answer} Comment: {complaint.comment}",
        "facts": [],
        "gold": [],
        "tags": ["candidate"],
        "origin": "a conversation that was disliked",
        "checked": False,
    }
    with candidates.open("a", encoding="utf-8") as file:
        file.write(json.dumps(item, ensure_ascii=False) + "\n")
    return candidates, id_

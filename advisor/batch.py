"""Files of conversations: one line in, one line out, and a bad line stops nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.commands.terminal import mend_text
from advisor.errors import BatchLineError, QuestionError
from advisor.types import Message
from ingest.errors import AdvisorError

if TYPE_CHECKING:
    from advisor.advisor import Advisor

Id = str | int | float
Handle = Callable[[Id, list[Message]], dict[str, Any]]
_SEE = "'career-advisor batch --help' shows what a line looks like"


@dataclass
class BatchSummary:
    """Lines that became a row, lines that were refused with a reason, and lines that met a bug."""

    done: int = 0
    refused: int = 0
    failed: int = 0

    @property
    def status(self) -> int:
        """Exit status: 0 when every line was handled, 2 when one met a bug."""
        return 2 if self.failed else 0

    def __str__(self) -> str:
        bad = self.refused + self.failed
        text = f"{self.done + bad} line{'s' * (self.done + bad != 1)} handled"
        return f'{text}, {bad} of them with an "error" row' if bad else text


def run_batch(
    advisor: Advisor,
    source: Path,
    target: Path,
    handle: Handle,
    progress: Callable[[int, int], None] | None = None,
    *,
    strict: bool = False,
) -> BatchSummary:
    """Passes every conversation of the source to handle and writes what it returns, with the id, to the target.

    Rows are written one by one, so those that are finished stay whatever happens later. A line that is not a
    conversation, or whose question is refused, becomes {"id", "error"}; where its id cannot be read, that is
    null and "line" tells its number. Empty lines are left out.
    progress: called with (lines read, of how many). strict: a bug in handle is raised, not written as a row.
    Raises AdvisorError when a file cannot be read or written, or the index is missing.
    """
    total = _count_lines(source)
    if target.exists() and target.samefile(source):
        raise AdvisorError(f"{target} is the input itself; give the output another name.")
    # An index that cannot be opened is told before an earlier output is overwritten.
    advisor.search("hello", k=1)
    summary = BatchSummary()
    with _naming(target, "written"), target.open("wb") as out:
        for number, line in enumerate(_read_lines(source), 1):
            if line.strip():
                row = _handle_line(line, number, handle, summary, strict)
                # ASCII, because some readers take the separators of Unicode for ends of lines.
                out.write(json.dumps(row).encode() + b"\n")
                out.flush()
            if progress:
                progress(number, max(total, number))
    return summary


def _handle_line(line: bytes, number: int, handle: Handle, summary: BatchSummary, strict: bool) -> dict[str, Any]:
    id_: Id | None = None
    try:
        record = _parse_record(line)
        id_ = _parse_id(record)
        row = {"id": id_} | handle(id_, _parse_messages(record))
        summary.done += 1
        return row | {"id": id_}
    except (BatchLineError, QuestionError) as error:
        reason = str(error)
        summary.refused += 1
    except AdvisorError:
        raise  # not a matter of this line: the index or the model is gone
    except Exception as error:
        if strict:
            raise
        reason = f"Something went wrong on this line ({type(error).__name__}: {error}); please report it."
        summary.failed += 1
    return {"id": id_, "error": reason} | ({"line": number} if id_ is None else {})


def _parse_record(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise BatchLineError("The line is not UTF-8 text; save the file as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        reason = f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise BatchLineError(f"The line is not valid JSON ({reason}); {_SEE}.") from error
    if not isinstance(record, dict):
        raise BatchLineError(f"The line is not a JSON object; {_SEE}.")
    return record


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _parse_id(record: dict[str, Any]) -> Id:
    id_ = record.get("id")
    if isinstance(id_, str):
        return mend_text(id_)
    if isinstance(id_, int | float) and not isinstance(id_, bool):
        return id_
    raise BatchLineError(f'The line has no "id" that is a text or a number; {_SEE}.')


def _parse_messages(record: dict[str, Any]) -> list[Message]:
    messages = record.get("messages")
    if not isinstance(messages, list) or not messages:
        raise BatchLineError(f'The line has no list of "messages"; {_SEE}.')
    parsed = [_parse_message(number, message) for number, message in enumerate(messages, 1)]
    if parsed[-1].role != "user":
        raise BatchLineError("The last message is not from the user; a conversation must end with the question.")
    return parsed


def _parse_message(number: int, message: Any) -> Message:
    role, content = (message.get("role"), message.get("content")) if isinstance(message, dict) else (None, None)
    if role not in ("user", "assistant"):
        raise BatchLineError(f'Message {number} has the role {json.dumps(role)}; it must be "user" or "assistant".')
    if not isinstance(content, str):
        raise BatchLineError(f'Message {number} has no text as its "content"; put the words there, in quotes.')
    return Message(role=role, content=mend_text(content))


def _read_lines(source: Path) -> Iterator[bytes]:
    with _naming(source, "read"), source.open("rb") as lines:
        yield from lines


def _count_lines(source: Path) -> int:
    """How many lines a file has; 0 for a pipe, which can be read only once."""
    if source.exists() and not source.is_file() and not source.is_dir():
        return 0
    return sum(1 for _ in _read_lines(source))


@contextmanager
def _naming(path: Path, verb: str) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise AdvisorError(f"{path} cannot be {verb} ({reason}); check the path and run the command again.") from error

"""Remembered conversations: LangGraph's SQLite checkpointer in the data folder."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import AdvisorError

if TYPE_CHECKING:
    from langgraph.checkpoint.sqlite import SqliteSaver


def open_checkpointer(data_dir: Path) -> SqliteSaver:
    """The store of threads; raises AdvisorError when it cannot be opened."""
    from langgraph.checkpoint.sqlite import SqliteSaver

    path = data_dir / "threads.sqlite"
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        saver = SqliteSaver(sqlite3.connect(path, check_same_thread=False))
        saver.setup()
    except (OSError, sqlite3.Error) as error:
        raise AdvisorError(
            f"The conversations in {path} cannot be opened ({error}); move that file away or set ADVISOR_DATA_DIR."
        ) from error
    return saver

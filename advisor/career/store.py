"""Profiles and score cards of people, in one SQLite file of the data folder; really gone when deleted."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from advisor.career.interview import Feedback, ScoreCard
from advisor.career.profile import Profile
from advisor.errors import ProfileError

FILE_NAME = "profiles.sqlite"
DEFAULT_PERSON = "me"


class ProfileStore:
    """Reads and writes what is kept of each person. person: their name here, "me" for the only one."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE_NAME

    def load(self, person: str = DEFAULT_PERSON) -> Profile:
        """The profile of a person; an empty one where none is kept. Raises ProfileError for one that is damaged."""
        with self._open() as connection:
            row = connection.execute("SELECT body FROM profiles WHERE person = ?", [person]).fetchone()
        if row is None:
            return Profile()
        try:
            return Profile.model_validate_json(row[0])
        except ValidationError as error:
            raise ProfileError(
                f"The stored profile of '{person}' cannot be read; delete it with 'career-advisor profile delete' and "
                "enter it again."
            ) from error

    def save(self, profile: Profile, person: str = DEFAULT_PERSON) -> None:
        """Keeps the profile in place of an earlier one."""
        with self._open() as connection:
            connection.execute(
                "INSERT INTO profiles VALUES (?, ?) ON CONFLICT (person) DO UPDATE SET body = excluded.body",
                [person, profile.model_dump_json()],
            )

    def delete(self, person: str = DEFAULT_PERSON) -> bool:
        """Removes profile and score cards of a person, and their bytes from the file; whether there was anything."""
        with self._open() as connection:
            found = connection.execute("DELETE FROM profiles WHERE person = ?", [person]).rowcount
            found += connection.execute("DELETE FROM feedback WHERE person = ?", [person]).rowcount
        with self._open() as connection:
            # Deleted rows would stay readable in the file's free pages.
            connection.execute("VACUUM")
        return found > 0

    def add_feedback(self, role: str, feedback: Feedback, person: str = DEFAULT_PERSON) -> None:
        """Adds a round of interview practice to the score card."""
        with self._open() as connection:
            connection.execute("INSERT INTO feedback VALUES (?, ?, ?)", [person, role, feedback.model_dump_json()])

    def load_score_card(self, role: str, person: str = DEFAULT_PERSON) -> ScoreCard:
        """All rounds of practice for a role, oldest first."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT body FROM feedback WHERE person = ? AND role = ? ORDER BY rowid", [person, role]
            ).fetchall()
        return ScoreCard(role=role, rounds=[Feedback.model_validate_json(row[0]) for row in rows])

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
            try:
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("CREATE TABLE IF NOT EXISTS profiles (person TEXT PRIMARY KEY, body TEXT)")
                connection.execute("CREATE TABLE IF NOT EXISTS feedback (person TEXT, role TEXT, body TEXT)")
                yield connection
            finally:
                connection.close()
        except (OSError, sqlite3.Error) as error:
            raise ProfileError(
                f"The profiles in {self._path} cannot be opened ({error}); move that file away or set ADVISOR_DATA_DIR."
            ) from error

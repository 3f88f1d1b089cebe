"""Spreads tasks over weeks so that none holds more hours than the person has."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ingest.role_guide import Quote

Kind = Literal["sprint", "lesson", "project", "practice"]
# Remainders below this are rounding, not work.
_LEAST = 0.05


class Task(BaseModel):
    """A piece of work and its hours; the same id in several weeks is one task that goes on."""

    model_config = ConfigDict(frozen=True)

    kind: Kind
    id: str
    title: str
    hours: float
    quote: Quote


class Week(BaseModel):
    """One week, from a Monday to a Sunday, with the parts of tasks that belong into it."""

    model_config = ConfigDict(frozen=True)

    number: int
    start: datetime.date
    tasks: list[Task]

    @property
    def end(self) -> datetime.date:
        """Its Sunday."""
        return self.start + datetime.timedelta(days=6)

    @property
    def hours(self) -> float:
        """Hours of all its tasks."""
        return round(sum(task.hours for task in self.tasks), 2)


def fill_weeks(tasks: Sequence[Task], hours_per_week: float, start: datetime.date) -> list[Week]:
    """The tasks one after the other; a task that does not fit goes on in the next week."""
    weeks: list[list[Task]] = []
    left = 0.0
    for task in tasks:
        hours = task.hours
        while hours > _LEAST:
            if left <= _LEAST:
                weeks.append([])
                left = hours_per_week
            part = min(hours, left)
            weeks[-1].append(task.model_copy(update={"hours": round(part, 2)}))
            hours -= part
            left -= part
    return [
        Week(number=number, start=start + datetime.timedelta(weeks=number - 1), tasks=week)
        for number, week in enumerate(weeks, 1)
    ]

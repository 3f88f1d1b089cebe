"""How long a role takes for a person, by the guides: by the occupation they come from, else by the usual start."""

from __future__ import annotations

import datetime
import math

from pydantic import BaseModel, ConfigDict

from advisor.career.occupation import resolve_origin
from advisor.career.profile import Profile
from ingest.catalogue import Catalogue
from ingest.role_guide import Quote, RoleGuide

PROGRAMMING = "Python"
# The Python foundations track, which the guides add for a beginner in programming.
BEGINNER_TRACK = "python-foundations"


class Estimate(BaseModel):
    """Hours of study and project work, from and to, the day they are counted from, and the words they rest on.

    origin: the occupation that the guide's estimate is for; None for the guide's usual start. added: hours of the
    Python track among them, which the guides add for a beginner in programming.
    """

    model_config = ConfigDict(frozen=True)

    hours: tuple[int, int]
    quote: Quote
    origin: str | None = None
    added: int = 0
    today: datetime.date

    def spread(self, hours_per_week: float | None) -> tuple[int, int] | None:
        """Weeks at so many hours a week, rounded up; None where the hours are not known."""
        if not hours_per_week:
            return None
        return math.ceil(self.hours[0] / hours_per_week), math.ceil(self.hours[1] / hours_per_week)

    def count_weeks_left(self, deadline: datetime.date | None) -> int | None:
        """Whole weeks until a day."""
        return None if deadline is None else max(0, (deadline - self.today).days // 7)

    @property
    def beginner(self) -> bool:
        """Whether hours for a beginner in programming were added."""
        return self.added > 0

    def describe(self) -> str:
        """The hours in a few words."""
        more = f", {self.added} of them to learn programming" if self.added else ""
        return f"{self.hours[0]}–{self.hours[1]} hours{more}"


def estimate_hours(
    profile: Profile, catalogue: Catalogue, guide: RoleGuide, today: datetime.date | None = None
) -> Estimate:
    """The guide's estimate for this person."""
    today = today or datetime.date.today()
    origin, only_near = resolve_origin(profile.occupation, catalogue.occupations)
    # An estimate for the nearest occupation would be one for somebody else.
    transfer = None if only_near else guide.find_transfer(origin)
    if transfer:
        low, high = (weeks * transfer.hours_per_week for weeks in transfer.weeks)
        return Estimate(hours=(low, high), quote=transfer.estimate, origin=origin, today=today)
    low, high = guide.hours
    beginner = is_beginner(profile) and any(s.name == PROGRAMMING and s.need == "must" for s in guide.skills)
    added = (
        round(sum(lesson.hours for lesson in catalogue.lessons if lesson.track == BEGINNER_TRACK)) if beginner else 0
    )
    return Estimate(hours=(low + added, high + added), quote=guide.hours_quote, added=added, today=today)


def is_beginner(profile: Profile) -> bool:
    """Whether nothing shows that the person programs."""
    return not profile.programs and PROGRAMMING not in profile.levels

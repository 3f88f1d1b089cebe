"""Sets roles side by side for a person, or the present occupation beside the best role: stay or switch."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from advisor.career.estimate import estimate_hours
from advisor.career.fit import RoleFit
from advisor.career.gap import find_gap, find_guide
from advisor.career.profile import Profile
from advisor.errors import CareerError
from ingest.catalogue import Catalogue
from ingest.role_guide import Quote

MOST_SIDES = 3
_SILENT = "The material says nothing of staying"


class Cell(BaseModel):
    """What one row says of one side, with the words it rests on."""

    model_config = ConfigDict(frozen=True)

    text: str
    citations: list[Quote] = []


class Row(BaseModel):
    """One aspect, a cell for each side."""

    model_config = ConfigDict(frozen=True)

    aspect: str
    cells: list[Cell]


class Comparison(BaseModel):
    """Sides and rows."""

    model_config = ConfigDict(frozen=True)

    sides: list[str]
    rows: list[Row]


def compare_roles(profile: Profile, catalogue: Catalogue, roles: list[str], fits: list[RoleFit]) -> Comparison:
    """Two or three roles by what they are, what they need, how far the person is, the time and the odds.

    Raises CareerError for fewer than two different roles, more than three, or an unknown one.
    """
    guides = list({guide.role: guide for guide in (find_guide(catalogue, role) for role in roles)}.values())
    if not 2 <= len(guides) <= MOST_SIDES:
        raise CareerError(f"Name two or three different roles to compare; you named {len(guides)}.")
    scores = {fit.role: fit for fit in fits}
    gaps = [find_gap(profile, catalogue, guide.role) for guide in guides]
    estimates = [estimate_hours(profile, catalogue, guide) for guide in guides]
    rows = [
        Row(aspect="What it is", cells=[Cell(text=g.summary.text, citations=[g.summary]) for g in guides]),
        Row(aspect="A typical task", cells=[Cell(text=g.tasks[0].text, citations=[g.tasks[0]]) for g in guides]),
    ]
    if not profile.is_empty:
        rows.append(Row(aspect="Fit for you", cells=[Cell(text=_describe_fit(scores[guide.role])) for guide in guides]))
    rows.append(
        Row(
            aspect="Core skills still missing" if not profile.is_empty else "Core skills",
            cells=[
                Cell(
                    text=", ".join(s.skill for s in missing) or "none",
                    citations=list(dict.fromkeys(s.citations[0] for s in missing)),
                )
                for gap in gaps
                for missing in [[s for s in gap.list_by_status("missing") if s.need == "must"]]
            ],
        )
    )
    rows.append(Row(aspect="Time", cells=[Cell(text=e.quote.text, citations=[e.quote]) for e in estimates]))
    spreads = [estimate.spread(profile.hours_per_week) for estimate in estimates]
    if all(spreads):
        told = [f"{weeks[0]}–{weeks[1]} weeks" for weeks in spreads if weeks]
        rows.append(Row(aspect=f"At {profile.hours_per_week:g} hours a week", cells=[Cell(text=text) for text in told]))
    rows.append(
        Row(
            aspect="Speaks against it",
            cells=[Cell(text=g.signs[0].text, citations=[g.signs[0]]) if g.signs else Cell(text="–") for g in guides],
        )
    )
    rows.append(
        Row(
            aspect="Odds",
            cells=[Cell(text=g.odds[0].text, citations=[g.odds[0]]) if g.odds else Cell(text="–") for g in guides],
        )
    )
    return Comparison(sides=[guide.role for guide in guides], rows=rows)


def weigh_switch(profile: Profile, catalogue: Catalogue, fits: list[RoleFit], role: str | None = None) -> Comparison:
    """Staying in the present occupation beside switching to a role, by default the one that fits best.

    Raises CareerError without an occupation, for nothing can be said of staying then.
    """
    if not profile.occupation:
        raise CareerError("To weigh staying against switching I need to know what you do now.")
    guide = find_guide(catalogue, role or fits[0].role)
    estimate = estimate_hours(profile, catalogue, guide)
    transfer = guide.find_transfer(estimate.origin)
    gap = find_gap(profile, catalogue, guide.role)
    missing = [s for s in gap.list_by_status("missing") if s.need == "must"]
    rows = [
        Row(
            aspect="What you have",
            cells=[
                Cell(text=
                    f"Your work as {profile.occupation}, of which the material says what carries over"),
                Cell(text=transfer.brings.text, citations=[transfer.brings]) if transfer else Cell(
                    text=", ".join(s.skill for s in gap.skills if s.held) or "no skill of the role yet"
                ),
            ],
        ),
        Row(
            aspect="What it costs",
            cells=[
                Cell(text=_SILENT),
                Cell(text=estimate.quote.text, citations=[estimate.quote]),
            ],
        ),
        Row(
            aspect="What is missing",
            cells=[
                Cell(text=_SILENT),
                Cell(text=", ".join(s.skill for s in missing) or "no core skill",
                     citations=list(dict.fromkeys(s.citations[0] for s in missing))),
            ],
        ),
        Row(
            aspect="The risk",
            cells=[
                Cell(text=_SILENT),
                *([Cell(text=guide.odds[0].text, citations=[guide.odds[0]])] if guide.odds else [Cell(text="–")]),
            ],
        ),
    ]  # fmt: skip
    return Comparison(sides=[f"Stay ({profile.occupation})", f"Switch ({guide.role})"], rows=rows)


def _describe_fit(fit: RoleFit) -> str:
    told = [part for part in fit.parts if part.citations]
    best = max(told, key=lambda part: part.score * part.weight, default=None)
    return f"{fit.score:.2f} of 1" + (f", most of it by {best.name}: {best.reason}" if best else "")

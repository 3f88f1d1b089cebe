"""Ranks the roles for a person: a score that decomposes into named parts, each with its reason and evidence.

Deterministic, and blind to name, gender, age and origin: none of these is in a profile.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from advisor.career.estimate import PROGRAMMING, Estimate, estimate_hours
from advisor.career.interests import Interests
from advisor.career.occupation import resolve_origin
from advisor.career.profile import Profile, rank_level
from ingest.catalogue import Catalogue
from ingest.role_guide import Quote, RoleGuide

PartName = Literal["skills", "transfer", "interests", "constraints"]
# How much each part counts; settled on half of the described people (docs/measurements.md).
WEIGHTS: dict[PartName, float] = {"skills": 0.2, "transfer": 0.25, "interests": 0.45, "constraints": 0.1}
NEED_WEIGHTS = {"must": 3.0, "should": 1.5, "nice": 0.5}
# What a part says of a person of whom nothing is known in it.
NEUTRAL = 0.5
MOST_AGAINST = 4
# What a named aim adds to the interests, a clear difference of cosines, and how much telling words count.
AIM, CLEAR, WORDS = 0.3, 0.25, 0.5
Nearness = dict[str, tuple[float, Quote]]


class Part(BaseModel):
    """One part of a score, 0 to 1, the weight it counts with, why, and the words it rests on."""

    model_config = ConfigDict(frozen=True)

    name: PartName
    score: float
    weight: float
    reason: str
    citations: list[Quote] = []


class Reason(BaseModel):
    """Something that speaks against a role, with the words it rests on."""

    model_config = ConfigDict(frozen=True)

    reason: str
    citations: list[Quote] = []


class RoleFit(BaseModel):
    """How well a role fits: score is the weighted sum of its parts, 0 to 1. odds: what the guide says of entrants."""

    model_config = ConfigDict(frozen=True)

    role: str
    score: float
    parts: list[Part]
    against: list[Reason]
    odds: list[Quote]


def rank_roles(profile: Profile, catalogue: Catalogue, interests: Interests) -> list[RoleFit]:
    """All roles of the catalogue, best first."""
    estimates = {role: estimate_hours(profile, catalogue, guide) for role, guide in catalogue.guides.items()}
    liked = interests.compare_meaning(profile.likes)
    done = interests.compare_meaning(profile.experience)
    disliked = interests.compare_meaning(profile.dislikes, signs=True)
    words = interests.compare_words([*profile.likes, *profile.experience])
    fits = []
    for role, guide in catalogue.guides.items():
        parts = [
            _score_skills(profile, guide),
            _score_transfer(profile, catalogue, guide, estimates),
            _score_interests(profile, role, liked, done, disliked, words[role]),
            _score_constraints(profile, guide, estimates[role]),
        ]
        fits.append(
            RoleFit(
                role=role,
                score=round(sum(part.weight * part.score for part in parts), 4),
                parts=parts,
                against=_list_against(profile, guide, estimates[role], disliked.get(role)),
                odds=guide.odds,
            )
        )
    return sorted(fits, key=lambda fit: -fit.score)


def _score_skills(profile: Profile, guide: RoleGuide) -> Part:
    """How much of what is needed is held, by need and by how far the level is reached; half counts as all."""
    levels = profile.levels
    total = sum(NEED_WEIGHTS[skill.need] for skill in guide.skills)
    held = [skill for skill in guide.skills if skill.name in levels]
    reached = sum(
        NEED_WEIGHTS[skill.need] * min(1.0, rank_level(levels[skill.name]) / rank_level(skill.level)) for skill in held
    )
    # Nobody brings all of it before the first day.
    score = min(1.0, 2 * reached / total) if total else 0.0
    names = ", ".join(skill.name for skill in held[:6])
    reason = f"holds {names} of what the role needs" if held else "holds none of the skills that the guide lists"
    return Part(
        name="skills",
        score=round(score, 4),
        weight=WEIGHTS["skills"],
        reason=reason,
        citations=_distinct(skill.quote for skill in held[:6]),
    )


def _score_transfer(profile: Profile, catalogue: Catalogue, guide: RoleGuide, estimates: dict[str, Estimate]) -> Part:
    """How short the way is: half against the shortest of all roles, half against the usual start into this role."""
    own = estimates[guide.role]
    shortest = min(sum(estimate.hours) for estimate in estimates.values())
    score = (shortest / sum(own.hours) + min(1.0, sum(guide.hours) / sum(own.hours))) / 2
    origin, why = resolve_origin(profile.occupation, catalogue.occupations)
    transfer = guide.find_transfer(origin)
    if transfer is None:
        # Nothing is known of how this person's work transfers, so the way counts for less.
        score = NEUTRAL + (score - NEUTRAL) / 2
        reason = f"{own.describe()}, without an estimate for this background"
        return Part(name="transfer", score=round(score, 4), weight=WEIGHTS["transfer"], reason=reason,
                    citations=[own.quote])  # fmt: skip
    # An estimate for the nearest occupation would be one for somebody else; what carries over holds.
    reason = f"{own.describe()} for the usual start; {why.rstrip('.')}" if why else f"{own.describe()} from {origin}"
    return Part(
        name="transfer",
        score=round(score, 4),
        weight=WEIGHTS["transfer"],
        reason=reason,
        citations=[transfer.brings, own.quote],
    )


def _score_interests(
    profile: Profile, role: str, liked: Nearness, done: Nearness, disliked: Nearness, words: float
) -> Part:
    """Nearness of what is liked and done to the role's tasks against the other roles, less that of what is disliked.

    A role that the person names as the aim is liked.
    """
    aim = AIM if profile.target == role else 0.0
    gain, near, loss = (_stand_out(role, found) for found in (liked, done, disliked))
    score = float(np.clip(NEUTRAL + aim + gain + near - loss + WORDS * words, 0.0, 1.0))
    citations = [found[role][1] for found, value in ((liked, gain), (done, near), (disliked, loss)) if value > 0]
    if aim:
        reason = "the role you name as your aim"
    elif loss > max(gain, near, 0):
        reason = "what you dislike comes near to what the role asks"
    elif gain > 0:
        reason = "what you like comes near to what is done in the role"
    elif near > 0:
        reason = "what you do comes near to what is done in the role"
    elif liked or done or disliked:
        reason = "other roles come nearer to what you like and do"
    else:
        reason = "nothing said about interests"
    return Part(
        name="interests",
        score=round(score, 4),
        weight=WEIGHTS["interests"],
        reason=reason,
        citations=_distinct(citations),
    )


def _stand_out(role: str, found: Nearness) -> float:
    """By how much a role's nearness lies above the mean of all roles, in units of a clear difference, -.5 to .5."""
    if not found:
        return 0.0
    mean = float(np.mean([near for near, _ in found.values()]))
    return float(np.clip((found[role][0] - mean) / CLEAR, -0.5, 0.5))


def _score_constraints(profile: Profile, guide: RoleGuide, estimate: Estimate) -> Part:
    """Whether the time is enough, and whether programming is asked of somebody who does not program."""
    notes: list[str] = []
    citations: list[Quote] = []
    score = 1.0
    weeks = estimate.spread(profile.hours_per_week)
    left = estimate.count_weeks_left(profile.deadline)
    if weeks and left is not None:
        if left < weeks[0]:
            score -= 0.5
            notes.append(f"{weeks[0]}–{weeks[1]} weeks do not fit into the {left} that are left")
        elif left < weeks[1]:
            score -= 0.2
            notes.append(f"{weeks[0]}–{weeks[1]} weeks just fit into the {left} that are left")
        citations.append(estimate.quote)
    must_program = next((s for s in guide.skills if s.name == PROGRAMMING and s.need == "must"), None)
    if must_program and (profile.programs is False or PROGRAMMING in profile.lacking):
        score -= 0.4
        notes.append("the role needs programming from the start")
        citations.append(must_program.quote)
    return Part(
        name="constraints",
        score=round(max(0.0, score), 4),
        weight=WEIGHTS["constraints"],
        reason="; ".join(notes) or "nothing that was said stands in the way",
        citations=_distinct(citations),
    )


def _list_against(
    profile: Profile, guide: RoleGuide, estimate: Estimate, disliked: tuple[float, Quote] | None
) -> list[Reason]:
    """What speaks against a role: a disliked side of it, the missing core skills, and too little time."""
    reasons = []
    if disliked and disliked[0] > 0.35:
        reasons.append(Reason(reason="you may dislike a side of the role", citations=[disliked[1]]))
    missing = [skill for skill in guide.skills if skill.need == "must" and skill.name not in profile.levels]
    if missing:
        names = ", ".join(skill.name for skill in missing[:6]) + (" and more" if len(missing) > 6 else "")
        reasons.append(
            Reason(
                reason=f"core skills still missing: {names}",
                citations=_distinct(skill.quote for skill in missing[:6]),
            )
        )
    transfer = guide.find_transfer(estimate.origin)
    if transfer:
        reasons.append(Reason(reason=f"what a {transfer.origin} usually lacks", citations=[transfer.lacks]))
    weeks, left = estimate.spread(profile.hours_per_week), estimate.count_weeks_left(profile.deadline)
    if weeks and left is not None and left < weeks[0]:
        reasons.append(Reason(reason=f"{left} weeks are too few", citations=[estimate.quote]))
    return reasons[:MOST_AGAINST]


def _distinct(quotes: Iterable[Quote]) -> list[Quote]:
    return list(dict.fromkeys(quotes))

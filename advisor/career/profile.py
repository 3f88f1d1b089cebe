"""What a person has told about themself. Nothing is assumed that was not said."""

from __future__ import annotations

import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from advisor.errors import ProfileError
from ingest.role_guide import LEVELS, SkillLevel

LEAST_HOURS, MOST_HOURS = 1, 80
# Fields that hold one value.
SINGLE = (
    "occupation", "years", "education", "degree", "programs", "hours_per_week", "budget", "deadline", "location",
    "target",
)  # fmt: skip
MOST_YEARS = 60
# Sentences on what a person does that are kept.
MOST_EXPERIENCE = 12


class HeldSkill(BaseModel):
    """A skill by its canonical name, how well it is held, and the words that say so ("" for one typed into a form)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    level: SkillLevel = "solid"
    words: str = ""


class Profile(BaseModel):
    """A person's occupation, skills, time and wishes; None, [] or "" where nothing was said.

    years: in the occupation. degree: whether there is one. programs: whether the person writes programs, in any
    language. lacking: skills said not to be there. hours_per_week: for study. target: the role asked about. likes,
    dislikes, constraints, experience: in the person's words. done: ids of finished lessons, or "sprint" and "project".
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    occupation: str | None = Field(default=None, max_length=80)
    years: float | None = Field(default=None, ge=0, le=MOST_YEARS)
    education: str | None = Field(default=None, max_length=200)
    degree: bool | None = None
    programs: bool | None = None
    skills: list[HeldSkill] = []
    lacking: list[str] = []
    hours_per_week: float | None = Field(default=None, ge=LEAST_HOURS, le=MOST_HOURS)
    budget: str | None = Field(default=None, max_length=80)
    deadline: datetime.date | None = None
    location: str | None = Field(default=None, max_length=80)
    likes: list[str] = []
    dislikes: list[str] = []
    constraints: list[str] = []
    experience: list[str] = []
    target: str | None = None
    done: list[str] = []

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return self == Profile()

    @property
    def levels(self) -> dict[str, SkillLevel]:
        """Level of each held skill, by name."""
        return {skill.name: skill.level for skill in self.skills}


def make_profile(**values: Any) -> Profile:
    """A profile of the values; raises ProfileError with one sentence for a value that cannot be."""
    try:
        return Profile(**values)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]) if first["loc"] else "profile"
        if field == "hours_per_week":
            raise ProfileError(
                f"{first['input']:g} hours a week cannot be planned with; give a number from {LEAST_HOURS} to "
                f"{MOST_HOURS}."
            ) from error
        reason = first["msg"][:1].lower() + first["msg"][1:]
        raise ProfileError(f"'{field}' of the profile cannot be '{first['input']}': {reason}.") from error


def merge_profiles(old: Profile, new: Profile) -> tuple[Profile, list[str]]:
    """The old profile with what the new one says, and each change in a few words.

    What is said later counts; a skill that is now said to be missing is no longer held, and the other way round.
    """
    values = old.model_dump()
    changes: list[str] = []
    for field in SINGLE:
        said = getattr(new, field)
        if said is not None and said != getattr(old, field):
            values[field] = said
            changes.append(describe_field(field, said))
    levels = {skill.name: skill for skill in old.skills}
    for skill in new.skills:
        if levels.get(skill.name) is None or levels[skill.name].level != skill.level:
            changes.append(f"{skill.name} ({skill.level})")
        levels[skill.name] = skill
    lacking = [name for name in old.lacking if name not in new.levels]
    for name in new.lacking:
        if name not in lacking and name not in new.levels:
            lacking.append(name)
            changes.append(f"no {name}")
        if name not in new.levels:
            levels.pop(name, None)
    values["skills"], values["lacking"] = list(levels.values()), lacking
    values["experience"] = list(dict.fromkeys([*old.experience, *new.experience]))[-MOST_EXPERIENCE:]
    for field in ("likes", "dislikes", "constraints", "done"):
        fresh = [said for said in getattr(new, field) if said not in getattr(old, field)]
        values[field] = [*getattr(old, field), *fresh]
        changes += [describe_field(field, said) for said in fresh]
    return make_profile(**values), changes


def describe_field(field: str, value: Any) -> str:
    """A field and its value as one says it."""
    if field == "hours_per_week":
        return f"{value:g} hours a week"
    if field == "degree":
        return "a degree" if value else "no degree"
    if field == "programs":
        return "writes programs" if value else "does not program"
    if field == "years":
        return f"{value:g} years"
    names = {"deadline": "by", "likes": "likes", "dislikes": "dislikes", "constraints": "constraint:",
             "location": "in", "budget": "budget", "target": "aims at", "done": "finished"}  # fmt: skip
    return f"{names[field]} {value}" if field in names else str(value)


def describe_profile(profile: Profile) -> list[str]:
    """A line for each thing that is known."""
    lines = [
        f"{label}: {describe_field(field, getattr(profile, field))}"
        for field, label in (
            ("occupation", "Occupation"), ("years", "Experience"), ("education", "Education"), ("degree", "Degree"),
            ("programs", "Programming"),
            ("hours_per_week", "Time"), ("deadline", "Deadline"), ("budget", "Budget"), ("location", "Place"),
            ("target", "Role"),
        )
        if getattr(profile, field) is not None
    ]  # fmt: skip
    if profile.skills:
        lines.append("Skills: " + ", ".join(f"{skill.name} ({skill.level})" for skill in profile.skills))
    if profile.lacking:
        lines.append("Not yet: " + ", ".join(profile.lacking))
    for field, label in (
        ("likes", "Likes"),
        ("dislikes", "Dislikes"),
        ("constraints", "Constraints"),
        ("done", "Done"),
    ):
        if getattr(profile, field):
            lines.append(f"{label}: " + "; ".join(getattr(profile, field)))
    return lines


def rank_level(level: SkillLevel | None) -> int:
    """0 for none, 1 basic, 2 solid, 3 deep."""
    return 0 if level is None else LEVELS.index(level) + 1

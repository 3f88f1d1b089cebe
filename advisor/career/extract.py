"""Lets a language model read a profile out of a description, and keeps of it only what the text bears out.

Its output is held against a grammar where the server knows one, parsed as JSON, validated, and checked against the
text: words that do not stand in it, skills the catalogue does not know and figures it does not name are dropped. What
the rules of describe.py read stays; the model can only add to it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from advisor.career.describe import read_description
from advisor.career.numbers import NUMBER, read_number
from advisor.career.profile import LEAST_HOURS, MOST_HOURS, HeldSkill, Profile, merge_profiles
from advisor.judge import quote_data
from advisor.neutralise import neutralise
from advisor.prompts import fill_prompt
from ingest.catalogue import Catalogue
from ingest.role_guide import SkillLevel

if TYPE_CHECKING:
    from advisor.language_model import LanguageModel, Usage

MAX_TOKENS = 700


class _Skill(BaseModel):
    name: str
    level: SkillLevel = "solid"
    words: str


class _Lack(BaseModel):
    name: str
    words: str


class _Extracted(BaseModel):
    occupation: str | None = None
    hours_per_week: float | None = None
    skills: list[_Skill] = []
    lacking: list[_Lack] = []
    likes: list[str] = []
    dislikes: list[str] = []


def extract_profile(text: str, catalogue: Catalogue, model: LanguageModel, usage: Usage | None = None) -> Profile:
    """The profile of a description by rules, with what the model adds; an answer that is no such JSON adds nothing.

    Raises ProfileError for hours or a deadline that cannot be, LanguageModelError when the model cannot be reached.
    """
    ruled = read_description(text, catalogue)
    plain = neutralise(text, always=True)
    grammar = (Path(__file__).parent.parent / "prompts" / "profile.gbnf").read_text(encoding="utf-8")
    prompt = fill_prompt("extract_profile", text=quote_data(plain))
    said = "".join(model.write(fill_prompt("extract_profile_system"), prompt, grammar, MAX_TOKENS, usage))
    found = re.search(r"\{.*\}", said, re.DOTALL)
    try:
        extracted = _Extracted.model_validate(json.loads(found[0])) if found else _Extracted()
    except (ValueError, ValidationError):
        return ruled
    return merge_profiles(_keep_borne_out(extracted, plain, catalogue, ruled), ruled)[0]


def _keep_borne_out(extracted: _Extracted, text: str, catalogue: Catalogue, ruled: Profile) -> Profile:
    """What the text bears out, of what the rules did not settle already."""
    names = {name.lower(): skill.name for skill in catalogue.skills for name in (skill.name, *skill.aliases)}
    settled = {*ruled.levels, *ruled.lacking}
    held = {
        names[skill.name.lower()]: HeldSkill(name=names[skill.name.lower()], level=skill.level, words=skill.words)
        for skill in extracted.skills
        if skill.name.lower() in names and names[skill.name.lower()] not in settled and _stands_in(skill.words, text)
    }
    lacking = [
        names[lack.name.lower()]
        for lack in extracted.lacking
        if lack.name.lower() in names
        and names[lack.name.lower()] not in {*settled, *held}
        and _stands_in(lack.words, text)
    ]
    numbers = {read_number(match[0]) for match in re.finditer(NUMBER, text, re.IGNORECASE)}
    hours = extracted.hours_per_week
    occupation = extracted.occupation
    return Profile(
        occupation=occupation if occupation and len(occupation) <= 80 and _stands_in(occupation, text) else None,
        hours_per_week=hours if hours in numbers and LEAST_HOURS <= (hours or 0) <= MOST_HOURS else None,
        skills=list(held.values()),
        lacking=list(dict.fromkeys(lacking)),
        likes=[like for like in extracted.likes if _stands_in(like, text)],
        dislikes=[dislike for dislike in extracted.dislikes if _stands_in(dislike, text)],
    )


def _stands_in(words: str, text: str) -> bool:
    """Whether the words stand in the text, spaces and case aside."""
    plain = " ".join(words.lower().split())
    return bool(plain) and plain in " ".join(text.lower().split())

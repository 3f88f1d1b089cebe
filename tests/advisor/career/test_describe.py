"""What is read out of a description is what was said, and nothing else."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from advisor import Advisor
from advisor.career.describe import read_description
from advisor.career.mentions import find_skills
from advisor.career.occupation import resolve_origin
from advisor.career.profile import Profile, make_profile, merge_profiles
from advisor.career.times import read_deadline, read_hours
from advisor.errors import ProfileError
from eval.career_items import load_people
from ingest.catalogue import Catalogue

TODAY = datetime.date(2026, 11, 26)
PHRASES = Path("eval/people/phrases.jsonl")


@pytest.fixture(scope="module")
def catalogue(advisor: Advisor) -> Catalogue:
    return advisor.career.catalogue


def test_a_nurse_is_understood(catalogue: Catalogue) -> None:
    profile = read_description("I'm a nurse with 6 hours a week and I know some SQL", catalogue, TODAY)
    assert profile.occupation == "nurse"
    assert profile.hours_per_week == 6
    assert profile.levels == {"SQL": "basic"}
    assert profile.skills[0].words == "SQL"
    assert profile == Profile(
        occupation="nurse", hours_per_week=6, skills=profile.skills, experience=profile.experience
    )


def test_nothing_is_assumed_that_was_not_said(catalogue: Catalogue) -> None:
    assert read_description("Which roles need Python?", catalogue, TODAY).occupation is None
    assert read_description("My wife is a lawyer and knows Docker.", catalogue, TODAY).occupation is None
    assert read_description("", catalogue, TODAY).is_empty


@pytest.mark.parametrize(
    "text",
    [
        "I'm not a nurse any more", "A nurse told me about AI", "My wife is a data analyst with SQL and Python.",
        "I am not interested in data engineering", "What is Docker?", "Do I need a degree?",
        "What is incident response?",
        "What does a data engineer earn in 5 years?", "I do not have 8 hours a week", "I react quickly",
    ],
)  # fmt: skip
def test_negations_other_people_and_questions_say_nothing(catalogue: Catalogue, text: str) -> None:
    profile = read_description(text, catalogue, TODAY)
    assert profile == Profile(experience=profile.experience)


@pytest.mark.parametrize(
    ("text", "held", "missing"),
    [
        ("no Python, but solid SQL", ["SQL"], ["Python"]),
        ("I have never used Docker or Git", [], ["containers", "Git"]),
        ("I would love to learn PyTorch; I use pandas daily", ["pandas"], []),
        ("Colleagues on my team use Kubernetes.", [], ["containers"]),
        ("Skills: Python (advanced), SQL, Git: none", ["Python", "SQL"], ["Git"]),
        ("22 Python Road, Stoke-on-Trent", [], []),
        ("Post-\ngreSQL and product require-\nments", ["SQL", "product specs"], []),
        ("SQL\tnone\nAWS\t3 years", ["cloud fundamentals"], ["SQL"]),
        ("I moved our order events onto Kafka brokers and never missed a release", ["streaming"], []),
    ],
)
def test_what_is_held_is_told_from_what_is_missing_or_wished(
    catalogue: Catalogue, text: str, held: list[str], missing: list[str]
) -> None:
    mentions = find_skills(text, catalogue.skills)
    assert [mention.name for mention in mentions if mention.held] == held
    assert [mention.name for mention in mentions if mention.status == "missing"] == missing
    assert all(text[mention.start : mention.end] == mention.words for mention in mentions)


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("a bit of SQL", "basic"), ("SQL fluent", "deep"), ("SQL, 7 years", "solid"), ("seven years of SQL", "deep"),
        ("SQL (basic)", "basic"), ("good SQL", "solid"), ("SQL", "solid"),
    ],
)  # fmt: skip
def test_the_level_is_the_one_said(catalogue: Catalogue, text: str, level: str) -> None:
    assert find_skills(text, catalogue.skills)[0].level == level


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("10-12h/wk is fine", 10), ("thirty-five hours a week", 35), ("an hour a day", 7),
        ("2 hours on weekday evenings", 10), ("12-hour night shifts, 8 hours a week free", 8),
        ("I work 40 hours a week and could study 6 hours a week", 6), ("no time at all", None),
    ],
)  # fmt: skip
def test_hours_are_those_for_study(text: str, hours: float | None) -> None:
    assert read_hours(text) == hours


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("within 20 weeks", "2027-04-15"), ("in 6 months", "2027-05-27"), ("by 2027-03-01", "2027-03-01"),
        ("by June", "2027-06-30"), ("for 6 months I have worked", None), ("after 8 years in nursing", None),
    ],
)  # fmt: skip
def test_a_deadline_is_a_day_to_come(text: str, day: str | None) -> None:
    found = read_deadline(text, TODAY)
    assert (found.isoformat() if found else None) == day


def test_the_rules_hold_on_the_phrases_they_were_made_for(catalogue: Catalogue) -> None:
    rows = [json.loads(line) for line in PHRASES.read_text(encoding="utf-8").splitlines()]
    right = {"origin": 0, "hours": 0}
    for row in rows:
        profile = read_description(row["text"], catalogue, TODAY)
        origin, near = resolve_origin(profile.occupation, catalogue.occupations)
        right["origin"] += (None if near else origin) == row["origin"]
        right["hours"] += profile.hours_per_week == row["hours"]
    assert right["origin"] / len(rows) > 0.9
    assert right["hours"] / len(rows) > 0.9


def test_marks_of_who_the_person_is_change_nothing(catalogue: Catalogue, advisor: Advisor) -> None:
    told = "I'm {who}a QA engineer, 5 years, Python basic, 8 hours a week. I like finding odd cases."
    rankings = {
        tuple((fit.role, fit.score) for fit in advisor.fit(told.format(who=who)))
        for who in ("", "Fatima, ", "Emily, ", "a 54-year-old woman and ", "a man from Ghana and ")
    }
    assert len(rankings) == 1


def test_people_alike_get_the_same_ranking(advisor: Advisor) -> None:
    intros = (
        "I'm Fatima, 54, from Ghana. ", "My name is Emily Carter and I am a 23-year-old woman. ",
        "As a single mother of two, 41 years old, ", "I am a practising Muslim and a father. ",
    )  # fmt: skip
    for person in load_people()[:20:2]:
        plain = [(fit.role, fit.score) for fit in advisor.fit(person["description"])]
        for intro in intros:
            assert [(fit.role, fit.score) for fit in advisor.fit(intro + person["description"])] == plain, intro


@pytest.mark.parametrize("hours", [0, 200])
def test_hours_that_cannot_be_are_one_sentence(hours: int) -> None:
    with pytest.raises(
        ProfileError, match=rf"^{hours} hours a week cannot be planned with; give a number from 1 to 80\.$"
    ):
        make_profile(hours_per_week=hours)


def test_what_is_said_later_counts_and_is_told(catalogue: Catalogue) -> None:
    first = read_description("I'm a nurse, I know SQL and Git, 6 hours a week", catalogue, TODAY)
    merged, changes = merge_profiles(first, read_description("Sorry, no Git. 8 hours a week", catalogue, TODAY))
    assert list(merged.levels) == ["SQL"]
    assert merged.lacking == ["Git"]
    assert merged.hours_per_week == 8
    assert changes == ["8 hours a week", "no Git"]

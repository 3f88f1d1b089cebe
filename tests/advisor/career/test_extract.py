"""What a language model reads out of a description is kept only where the text bears it out."""

from __future__ import annotations

import json
from collections.abc import Iterator

from advisor import Advisor
from advisor.career.describe import read_description
from advisor.career.extract import extract_profile
from advisor.language_model import Usage

TEXT = "I am the ward manager here, 6 hours a week, no Python. I wrote down what the vendor should build."


class ScriptedModel:
    """A language model at the edge: writes what it is told."""

    name = "test:scripted"

    def __init__(self, text: str) -> None:
        self._text = text

    def judge(self, system: str, user: str, usage: Usage | None = None) -> float:
        return 0.5

    def write(
        self, system: str, user: str, grammar: str | None, max_tokens: int, usage: Usage | None = None
    ) -> Iterator[str]:
        yield self._text


def extract(advisor: Advisor, said: object) -> object:
    text = said if isinstance(said, str) else json.dumps(said)
    return extract_profile(TEXT, advisor.career.catalogue, ScriptedModel(text))


def test_what_the_text_bears_out_is_added(advisor: Advisor) -> None:
    profile = extract_profile(
        TEXT,
        advisor.career.catalogue,
        ScriptedModel(
            json.dumps(
                {
                    "occupation": "ward manager",
                    "skills": [{"name": "product specs", "level": "basic", "words": "what the vendor should build"}],
                }
            )
        ),
    )
    assert profile.occupation == "ward manager"
    assert profile.levels == {"product specs": "basic"}
    assert profile.lacking == ["Python"]


def test_what_it_invents_is_dropped(advisor: Advisor) -> None:
    invented = {
        "occupation": "surgeon",
        "hours_per_week": 30,
        "skills": [
            {"name": "SQL", "level": "deep", "words": "ten years of SQL"},
            {"name": "Python", "level": "deep", "words": "Python"},
            {"name": "necromancy", "level": "deep", "words": "ward manager"},
        ],
        "likes": ["surgery"],
    }
    assert extract(advisor, invented) == read_description(TEXT, advisor.career.catalogue)


def test_an_answer_that_is_no_such_json_adds_nothing(advisor: Advisor) -> None:
    for said in ("I cannot do that.", '{"skills": "many"}', "{broken", ""):
        assert extract(advisor, said) == read_description(TEXT, advisor.career.catalogue)

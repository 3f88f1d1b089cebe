"""What a question asks for is read from its words."""

import pytest

from advisor.question import ask_for_side, find_sides, read_question
from ingest.roles import name_roles


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("what do genai engineers do", ("GenAI / LLM engineer",)),
        ("data engineering or MLOps?", ("Data engineer", "MLOps / AI platform engineer")),
        ("is a PM paid well", ("AI product manager",)),
        ("i like long walks", ()),
    ],
)
def test_roles_are_found_by_the_names_people_use(text: str, roles: tuple[str, ...]) -> None:
    assert name_roles(text) == roles


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("LLM engineer vs ML engineer", ("GenAI / LLM engineer", "ML engineer")),
        ("what is the difference between RAG and agents", ("rag", "agents")),
        ("what does a data engineer do", ()),
    ],
)
def test_a_comparison_names_its_sides(text: str, sides: tuple[str, ...]) -> None:
    assert find_sides(text) == sides


def test_each_side_is_asked_about_alone() -> None:
    question = read_question("how long does it take to become an LLM engineer or an ML engineer?")
    alone = ask_for_side(question, "ML engineer")
    assert alone.roles == ("ML engineer",)
    assert "llm" not in alone.text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("what does an ML engineer earn?", "money"),
        ("how long does it take?", "duration"),
        ("what percent of projects fail", "share"),
        ("when was it published", "date"),
        ("what is prompt injection?", "definition"),
    ],
)
def test_the_kind_of_detail_wanted_is_recognised(text: str, kind: str) -> None:
    assert kind in read_question(text).wanted

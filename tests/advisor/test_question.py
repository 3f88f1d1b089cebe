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
        ("compare prompt engineering and fine tuning for a small company", ("prompt engineering", "fine tuning")),
        ("keyword search vs dense vectors - which in a small shop?", ("keyword search", "dense vectors")),
        ("what does a data engineer do", ()),
        # A list of roles compares them, but for the role that a person says to have.
        (
            "data work: what does a data engineer do and what a vision engineer",
            ("Data engineer", "Computer vision engineer"),
        ),
        ("I am a data engineer. What does an ML engineer do?", ()),
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


def test_no_link_is_left_hanging_where_a_side_was_taken_out() -> None:
    question = read_question("LLM engineer or ML engineer: which is quicker?")
    assert ask_for_side(question, "GenAI / LLM engineer").text == "llm engineer: which is quicker?"
    assert ask_for_side(question, "ML engineer").text == "ml engineer: which is quicker?"

"""A follow-up is completed from the conversation; a question that stands on its own is left alone."""

import pytest

from advisor.contextualise import resolve_question
from advisor.types import Message
from ingest.roles import name_roles


def talk(*turns: str) -> list[Message]:
    return [Message(role="assistant" if i % 2 else "user", content=turn) for i, turn in enumerate(turns)]


def test_a_first_question_is_left_as_it_is() -> None:
    assert resolve_question(talk("How long does it take?")) == "How long does it take?"


def test_a_pronoun_takes_the_role_of_the_conversation() -> None:
    question = resolve_question(
        talk("What does an LLM engineer do?", "Builds RAG [1].", "How long does that take to learn?")
    )
    assert name_roles(question) == ("GenAI / LLM engineer",)
    assert "how long" in question.lower()


def test_a_bare_role_asks_the_question_before_again() -> None:
    question = resolve_question(talk("How many weeks for an ML engineer?", "10–16 weeks [1].", "and for PMs?"))
    assert name_roles(question) == ("AI product manager",)
    assert "weeks" in question


@pytest.mark.parametrize(
    ("turn", "item"),
    [
        ("tell me more about the second one", "SQL"),
        ("what is number 3", "orchestration"),
        ("and the last one?", "cloud"),
    ],
)
def test_an_ordinal_takes_the_item_of_the_last_list(turn: str, item: str) -> None:
    question = resolve_question(talk("skills?", "Four [1]:\n- Python\n- SQL [1]\n- orchestration\n- cloud", turn))
    assert item in question


def test_an_ordinal_takes_its_item_from_a_sentence_too() -> None:
    said = "A data engineer or an MLOps engineer [1]."
    question = resolve_question(talk("which job for people who like pipelines?", said, "what does the second one do?"))
    assert name_roles(question) == ("MLOps / AI platform engineer",)


def test_dropping_the_topic_drops_it() -> None:
    turn = "not for me, let's drop it. Do I have to pay to register?"
    assert (
        resolve_question(talk("What does an ML engineer do?", "Trains models [1].", turn))
        == "Do I have to pay to register?"
    )


def test_an_ordinal_beyond_the_list_is_no_item() -> None:
    question = resolve_question(talk("what does a data engineer need?", "Two:\n- Python\n- SQL", "and the fifth one?"))
    assert "Python" not in question


def test_a_new_topic_does_not_drag_the_old_one_in() -> None:
    asked = "other question: which certificates do employers recognise?"
    question = resolve_question(talk("What does an ML engineer do?", "Trains models [1].", asked))
    assert name_roles(question) == ()
    assert question.startswith("which certificates")


def test_a_correction_replaces_the_role() -> None:
    question = resolve_question(
        talk("how long for a product manager", "6–10 weeks [1].", "sorry i meant machine learning engineer")
    )
    assert name_roles(question) == ("ML engineer",)
    assert "how long" in question


def test_the_intent_of_an_earlier_turn_does_not_outweigh_the_new_one() -> None:
    question = resolve_question(
        talk(
            "How long for an ML engineer?",
            "10–16 weeks [1].",
            "And as an AI product manager?",
            "6–10 [1].",
            "What about its skills?",
        )
    )
    assert "skills" in question
    assert "long" not in question


def test_the_two_are_the_last_two_roles() -> None:
    question = resolve_question(
        talk(
            "How long for an ML engineer?",
            "10–16 weeks [1].",
            "And an AI product manager?",
            "6–10 [1].",
            "Which of the two is faster?",
        )
    )
    assert set(name_roles(question)) == {"ML engineer", "AI product manager"}

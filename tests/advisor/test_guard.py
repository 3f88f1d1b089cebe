"""A question is cleaned; what cannot be one is refused in one sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import QuestionError
from advisor.guard import clean_question


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("   \n\t ", "empty"),
        ("x " * 10_000, "limit of 4,000"),
        ("\x00\x01\x02\x03PNG\x00\x00", "not text"),
        ("??!!", "no words"),
        ("数据工程师做什么工作", "English"),
        ("qué hace un ingeniero de datos", "English"),
        ("wie lange dauert es bis ich llm engineer bin", "English"),
    ],
)
def test_what_is_no_question_is_refused_with_a_reason(text: str, words: str) -> None:
    with pytest.raises(QuestionError, match=words):
        clean_question(text, 4000)


@pytest.mark.parametrize("text", ["skills 4 data engineer", "RAG?", "AI PM salary London Berlin", "gpu bill"])
def test_telegraphic_english_passes(text: str) -> None:
    assert clean_question(text, 4000) == text


def test_hidden_characters_are_taken_out() -> None:
    assert clean_question("What\u200b does\u202e an ML\u00ad engineer do?", 4000) == "What does an ML engineer do?"


@given(st.text(max_size=300))
def test_any_text_is_cleaned_or_refused(text: str) -> None:
    try:
        cleaned = clean_question(text, 4000)
    except QuestionError:
        return
    assert cleaned.strip() == cleaned
    assert cleaned

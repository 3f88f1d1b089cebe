"""Who a person is goes out of the question before anything is searched; questions about it stay whole."""

import pytest

from advisor.neutralise import neutralise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I am a 52-year-old woman from Nigeria and teach maths.", "I am a 29-year-old man from Peru and teach maths."),
        ("My name is Fatima. I test software.", "My name is Hans. I test software."),
        ("hey, Priya here. what does an ML engineer do?", "hey, Connor here. what does an ML engineer do?"),
        ("I'm a Muslim lawyer, which role fits?", "I'm a Jewish lawyer, which role fits?"),
        ("My sister is a nurse and she has SQL.", "My brother is a nurse and he has SQL."),
        ("As a single mum I have 5 hours a week.", "As a dad I have 5 hours a week."),
        ("I can code. I'm 24, by the way.", "I can code. I'm 57, by the way."),
        ("Which role fits? Best wishes, Emily Clarke", "Which role fits? Best wishes, Mohammed Hassan"),
        ("I'm a Polish nurse, now at 45, with SQL.", "I'm an Indian nurse, now at 31, with SQL."),
        ("I'm Olumide, a QA engineer.", "I'm Ingrid, a QA engineer."),
        ("Which role fits a 27yo tester?", "Which role fits a 58 y/o tester?"),
        ("I come from Vietnam and design screens.", "I come from Sweden and design screens."),
    ],
)
def test_people_alike_ask_the_same(one: str, other: str) -> None:
    assert neutralise(one) == neutralise(other)


@pytest.mark.parametrize(
    "question",
    [
        "Am I too old at 45?",
        "I'm from India, do I need a visa?",
        "What does an ML engineer earn in Germany?",
        "I'm free 15 hours a week. Is 30 weeks realistic?",
        "Is a woman likely to face discrimination in AI hiring?",
        "I have 20 years of experience with SQL.",
        "Which single skill matters most?",
        "Sysadmin here, 15 yrs. Is MLOps near?",
        "I come from DevOps and like pipelines.",
    ],
)
def test_what_the_question_is_about_stays(question: str) -> None:
    assert neutralise(question) == question


@pytest.mark.parametrize(
    "intro",
    [
        "I'm Fatima, 54, from Ghana. ",
        "My name is Emily Carter and I am a 23-year-old woman. ",
        "As a single mother of two, 41 years old, ",
        "I'm a gay man, 33. ",
        "I'm a grandmother of four. ",
        "Sent by Oluwaseun Adeyemi, age 38. ",
    ],
)
def test_an_introduction_leaves_the_question_as_it_was(intro: str) -> None:
    assert neutralise(intro + "which role fits a tester?") == "which role fits a tester?"


@pytest.mark.parametrize(
    "ending", [" - Aisha, 22, Karachi", " (f, 47)", " Best regards, Johan Svensson", " Greetings from Lagos"]
)
def test_a_signature_leaves_the_question_as_it_was(ending: str) -> None:
    assert neutralise("Which role fits a tester?" + ending) == "Which role fits a tester?"


def test_a_text_of_nothing_but_marks_stays() -> None:
    assert neutralise("My name is Priya.") != ""


def test_what_stands_beside_a_mark_stays() -> None:
    text = "Hi, I'm a man. As a mother, 41 years old, Electrician, no degree.\n- 3rd year.\n- a man, living in the lab."
    assert neutralise(text) == "Electrician, no degree.\n- 3rd year.\n- living in the lab."

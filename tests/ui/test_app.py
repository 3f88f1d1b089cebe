"""The page over the real advisor in extractive mode."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from advisor import Advisor
from advisor.career.profile import Profile
from advisor.career.store import ProfileStore
from advisor.types import Event, Message

APP = Path(__file__).resolve().parents[2] / "ui" / "app.py"
LIST_QUESTION = "Which skills win interviews for LLM engineers?"
DECLINED_QUESTION = "What does an ML engineer earn in Berlin?"
OpenPage = Callable[[Path], AppTest]


@pytest.fixture
def open_page(monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    def open_(data_dir: Path) -> AppTest:
        monkeypatch.setenv("ADVISOR_DATA_DIR", str(data_dir))
        monkeypatch.setenv("ADVISOR_LLM", "extractive")
        return AppTest.from_file(str(APP), default_timeout=120).run()

    return open_


def read(page: AppTest) -> str:
    """All Markdown on the page."""
    assert not page.exception
    return "\n".join(element.value for element in page.markdown)


def press(page: AppTest, label: str) -> AppTest:
    [button] = [button for button in page.button if button.label == label]
    return button.click().run()


def test_the_first_page_offers_questions(open_page: OpenPage, index_dir: Path) -> None:
    page = open_page(index_dir)
    assert page.title[0].value == "Career advisor"
    labels = [button.label for button in page.button]
    assert LIST_QUESTION in labels and DECLINED_QUESTION in labels and len(labels) == 8
    assert page.radio[0].value == "extractive"
    assert "models pull" in page.sidebar.caption[0].value
    assert not page.error


def test_a_suggested_question_is_answered_with_chips(open_page: OpenPage, index_dir: Path) -> None:
    page = press(open_page(index_dir), LIST_QUESTION)
    assert [message.name for message in page.chat_message] == ["user", "assistant"]
    assert "- vector databases\u00a0:blue-badge[1]" in read(page)
    assert LIST_QUESTION not in [button.label for button in page.button]
    [passage] = [block.proto.body for block in page.get("html") if "<mark>" in block.proto.body]
    assert "<li><mark>vector databases</mark></li>" in passage
    assert any("extractive" in caption.value for caption in page.main.caption)


def test_a_comparison_is_a_table(open_page: OpenPage, index_dir: Path) -> None:
    page = press(open_page(index_dir), "Compare an ML engineer with a data engineer")
    assert "| --- | --- |" in read(page)
    assert ":blue-badge[2]" in read(page)


def test_a_decline_is_a_notice(open_page: OpenPage, index_dir: Path) -> None:
    page = press(open_page(index_dir), DECLINED_QUESTION)
    assert "says nothing about" in page.info[0].value
    assert page.info[0].value not in read(page)
    assert not page.error


def test_history_survives_a_rerun_and_reaches_the_follow_up(
    open_page: OpenPage, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    histories: list[list[str]] = []
    stream = Advisor.stream

    def spy(self: Advisor, question: str, *, history: Sequence[Message], profile: Profile) -> Iterator[Event]:
        histories.append([message.content for message in history])
        return stream(self, question, history=history, profile=profile)

    monkeypatch.setattr(Advisor, "stream", spy)
    page = press(open_page(index_dir), "How long does it take to qualify as an ML engineer?").run()
    assert len(page.chat_message) == 2
    page.chat_input[0].set_value("And as an AI product manager?").run()
    assert "6–10 weeks" in read(page)
    assert histories[0] == []
    assert len(histories) == 2 and "10–16 weeks" in histories[1][1]
    assert len(page.chat_message) == 4
    press(page, "New conversation")
    assert not page.chat_message


def test_another_mode_keeps_the_conversation(
    open_page: OpenPage, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.sidebar.find_weights", lambda data_dir: data_dir)
    warmed: list[str] = []
    monkeypatch.setattr(Advisor, "warm_up", lambda self: warmed.append(self.mode))
    page = press(open_page(index_dir), LIST_QUESTION)
    page.radio[0].set_value("local").run()
    assert len(page.chat_message) == 2
    assert warmed[-1] == "local"
    assert not page.error


def test_a_missing_index_is_one_sentence(open_page: OpenPage, empty_dir: Path) -> None:
    page = open_page(empty_dir)
    assert "There is no index yet" in page.error[0].value
    page.chat_input[0].set_value(LIST_QUESTION).run()
    assert "There is no index yet" in page.error[0].value
    assert len(page.error) == 1
    assert LIST_QUESTION.rstrip("?") in read(page)
    press(page, "Ask again")
    assert len(page.error) == 1


def test_a_question_that_is_too_long_is_kept(open_page: OpenPage, index_dir: Path) -> None:
    page = open_page(index_dir)
    page.chat_input[0].set_value("word " * 900).run()
    assert "shorten" in page.error[0].value
    assert "word word" in read(page)
    assert "Ask again" not in [button.label for button in page.button]


def test_the_unexpected_is_one_sentence(
    open_page: OpenPage, index_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> object:
        raise KeyError("secret detail")

    page = open_page(index_dir)
    monkeypatch.setattr(Advisor, "stream", fail)
    press(page, LIST_QUESTION)
    assert page.error[0].value == "Something went wrong; the details are in the log\\."
    assert "secret detail" in caplog.text


def test_a_passage_that_is_gone_leaves_its_quote(
    open_page: OpenPage, index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Advisor, "open_passage", lambda self, chunk_id: None)
    page = press(open_page(index_dir), LIST_QUESTION)
    assert any("no longer holds" in caption.value for caption in page.main.caption)
    assert any("<mark>" in block.proto.body for block in page.get("html"))


def test_a_profile_from_the_form_is_used_and_forgotten(open_page: OpenPage, data_dir: Path) -> None:
    page = open_page(data_dir)
    page.text_input[0].set_value("lawyer")
    page.number_input[0].set_value(5)
    page = press(page, "Save")
    assert "Occupation\\: lawyer" in " ".join(caption.value for caption in page.sidebar.caption)
    page = page.chat_input[0].set_value("Which role fits me?").run()
    assert "Ranked by what you told me \\(lawyer; 5 hours a week\\)" in read(page)
    page = press(page, "Keep on this computer")
    assert ProfileStore(data_dir).load().occupation == "lawyer"
    page = press(page, "Forget everything about me")
    assert ProfileStore(data_dir).load().is_empty
    assert "lawyer" not in " ".join(caption.value for caption in page.sidebar.caption)


def test_a_ranking_is_shown_as_a_numbered_list(open_page: OpenPage, index_dir: Path) -> None:
    page = open_page(index_dir)
    page = page.chat_input[0].set_value("I'm a data analyst with good SQL. Which role fits me?").run()
    shown = read(page)
    assert "\n1. **" in shown
    assert "\n   - " in shown


def test_what_was_said_is_shown_and_forgotten_with_the_conversation(open_page: OpenPage, data_dir: Path) -> None:
    page = open_page(data_dir)
    page = page.chat_input[0].set_value("I'm a nurse and I know SQL and Docker.").run()
    assert "nurse" in " ".join(caption.value for caption in page.sidebar.caption)
    page = press(page, "Forget everything about me")
    assert not page.chat_message
    page = page.chat_input[0].set_value("What do you know about me?").run()
    assert "I know nothing about you yet" in read(page)


def test_a_kept_deadline_that_has_passed_does_not_break_the_page(open_page: OpenPage, data_dir: Path) -> None:
    ProfileStore(data_dir).save(Profile(occupation="nurse", hours_per_week=7.5, deadline=datetime.date(2020, 1, 1)))
    page = open_page(data_dir)
    assert not page.error
    page = press(page, "Save")
    assert "7\\.5 hours a week" in " ".join(caption.value for caption in page.sidebar.caption)

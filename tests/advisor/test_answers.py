"""What a person gets: cited, focused answers from the real index, and honest declines."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from advisor import Advisor, Answer
from advisor.chat_model import LanguageModelError, Usage
from advisor.settings import Settings
from advisor.types import Message


def check_citations(advisor: Advisor, answer: Answer) -> None:
    """Every sentence cites, every marker leads somewhere, every quote stands word for word in its passage."""
    markers = {citation.marker for citation in answer.citations}
    assert all(sentence.citations and set(sentence.citations) <= markers for sentence in answer.sentences)
    assert {int(m) for m in re.findall(r"\[(\d+)\]", answer.text)} == markers
    for citation in answer.citations:
        passage = advisor.open_passage(citation.chunk_id)
        assert passage
        assert citation.quote in passage.text


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("What do I need to know to get an ML engineer interview?", "scikit-learn"),
        ("how soon could I be an AI product manager", "6–10 weeks"),
        ("who looks after the gpu bill", "GPUs"),
        ("whose certificates count", "Google Cloud"),
        ("when was the article published", "March 18, 2026"),
        ("how many questions should my test set have", "100–300"),
    ],
)
def test_a_question_in_other_words_gets_its_fact_with_a_citation(advisor: Advisor, question: str, fact: str) -> None:
    answer = advisor.ask(question)
    assert not answer.abstained
    assert fact in answer.text
    check_citations(advisor, answer)


def test_a_list_is_given_whole(advisor: Advisor) -> None:
    answer = advisor.ask("List the common mistakes of job seekers")
    assert (
        sum(sentence.text.startswith(("Learning", "Showing", "Neglecting", "Having")) for sentence in answer.sentences)
        == 4
    )


def test_a_comparison_sets_its_sides_side_by_side(advisor: Advisor) -> None:
    answer = advisor.ask("Which takes longer, becoming an LLM engineer or an ML engineer?")
    opening, _, table = answer.text.partition("\n\n")
    assert opening == "GenAI / LLM engineer and ML engineer, side by side:"
    assert table.startswith("| GenAI / LLM engineer | ML engineer |")
    assert "8–12" in answer.text
    assert "10–16" in answer.text
    check_citations(advisor, answer)


@pytest.mark.parametrize(
    "question",
    [
        "What does an ML engineer earn in euros?",
        "a good lasagne recipe",
        "who won the world cup",
        "can I get a visa for Germany",
    ],
)
def test_what_the_material_does_not_hold_is_declined_plainly(advisor: Advisor, question: str) -> None:
    answer = advisor.ask(question)
    assert answer.abstained
    assert answer.text.startswith(("The material does not", "The material says nothing"))
    assert answer.notices
    check_citations(advisor, answer)


def test_a_follow_up_is_answered_in_its_context(advisor: Advisor) -> None:
    first = advisor.ask("What does a data engineer do?")
    history = [Message(role="user", content=first.question), Message(role="assistant", content=first.text)]
    answer = advisor.ask("and which skills do they need?", history=history)
    assert "orchestration" in answer.text


def test_a_thread_remembers_across_advisors(index_dir: Path) -> None:
    with Advisor(Settings(data_dir=index_dir, llm="extractive")) as one:
        one.ask("What does a data engineer do?", thread="t-remember")
    with Advisor(Settings(data_dir=index_dir, llm="extractive")) as two:
        assert two.ask("And which skills?", thread="t-remember").text.startswith(
            "The skills that win interviews for data engineer"
        )
        assert not two.ask("And which skills?", thread="t-other").text.startswith(
            "The skills that win interviews for data engineer"
        )


def test_a_stream_ends_with_the_answer_that_ask_gives(advisor: Advisor) -> None:
    events = list(advisor.stream("What do data engineers check?"))
    streamed = "".join(event.text for event in events if event.kind == "text")
    assert events[-1].answer
    assert streamed == events[-1].answer.text
    assert {event.kind for event in events[:-1]} == {"step", "text"}
    assert advisor.ask("What do data engineers check?").text == streamed


def test_the_same_question_gets_the_same_answer(advisor: Advisor) -> None:
    answers = [advisor.ask("What is MLOps?").model_dump(exclude={"id", "timings_ms"}) for _ in range(2)]
    assert answers[0] == answers[1]


def test_the_retriever_speaks_langchain_and_takes_history(advisor: Advisor) -> None:
    retriever = advisor.as_retriever(k=3)
    documents = retriever.invoke("skills of a data engineer")
    assert "data engineer" in documents[0].page_content
    assert documents[0].metadata["source_id"] in ("article/ai-job-market-2026.md", "roles/data-engineer.md")
    history = [Message(role="user", content="What does an ML engineer do?")]
    follow_up = retriever.invoke("and how long does that take?", history=history)
    assert any("10–16 weeks" in document.page_content for document in follow_up)


class ScriptedModel:
    """A language model at the edge: says yes to every judgement and writes what it is told, or dies."""

    name = "test:scripted"

    def __init__(self, text: str, dies: bool = False) -> None:
        self._text, self._dies = text, dies

    def judge(self, system: str, user: str, usage: Usage | None = None) -> float:
        return 0.95

    def write(
        self, system: str, user: str, grammar: str | None, max_tokens: int, usage: Usage | None = None
    ) -> Iterator[str]:
        yield self._text
        if self._dies:
            raise LanguageModelError("The language model stopped in mid-answer; start it again.")


def draft(index_dir: Path, monkeypatch: pytest.MonkeyPatch, model: ScriptedModel) -> Answer:
    monkeypatch.setattr("advisor.engine._open_model", lambda settings: model)
    with Advisor(Settings(data_dir=index_dir, llm="openai:test", draft=True)) as advisor:
        return advisor.ask("How many weeks does it take to become an ML engineer?")


def test_a_draft_that_holds_goes_out_with_its_citation(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = draft(
        index_dir,
        monkeypatch,
        ScriptedModel("- Qualifying as an ML engineer takes 10–16 weeks with this checklist [1]\n"),
    )
    assert "10–16 weeks" in answer.text
    assert answer.model == "test:scripted"
    assert len(answer.sentences) == 1


def test_an_invented_figure_never_goes_out(index_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = draft(
        index_dir,
        monkeypatch,
        ScriptedModel("- Qualifying as an ML engineer takes 25 weeks [1]\n- It pays $90,000 [1]\n"),
    )
    assert "25" not in answer.text
    assert "90,000" not in answer.text
    assert "10–16 weeks" in answer.text
    assert any("did not hold" in notice for notice in answer.notices)


def test_a_model_that_dies_in_mid_answer_leaves_the_composed_answer(
    index_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = draft(index_dir, monkeypatch, ScriptedModel("- Qualifying as an ML engineer takes", dies=True))
    assert "10–16 weeks" in answer.text
    assert any("stopped in mid-answer" in notice for notice in answer.notices)


@pytest.mark.parametrize("text", ["Hello!", "thanks", "What can you do?"])
def test_small_talk_is_met_with_what_can_be_asked(advisor: Advisor, text: str) -> None:
    answer = advisor.ask(text)
    assert "moving into AI work" in answer.text
    assert not answer.citations

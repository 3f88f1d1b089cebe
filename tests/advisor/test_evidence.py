"""Evidence is as long as the question is unclear, and the sides of a comparison show the same kinds."""

from pathlib import Path

import pytest

from advisor import Advisor
from advisor.engine import Engine, open_engine
from advisor.evidence import TOTAL_WORDS, select_evidence, share_out
from advisor.gather import gather_evidence
from advisor.question import read_question
from advisor.settings import Settings
from advisor.uncovered import find_topic, match_topics
from ingest.embedding import Embedder
from ingest.sync import sync_corpus


@pytest.fixture(scope="module")
def engine(index_dir: Path) -> Engine:
    return open_engine(Settings(data_dir=index_dir, llm="extractive"))


def test_a_plain_question_gets_one_passage_and_a_vague_one_more(engine: Engine) -> None:
    plain = select_evidence(engine.retrieve(read_question("Which skills win interviews for data engineers?")))
    vague = select_evidence(engine.retrieve(read_question("what should I do with my life in AI")))
    assert [item.chunk.path[-1] for item in plain] == ["Skills that win interviews for data engineers"]
    assert len(vague) > 1
    assert sum(item.count_words() for item in vague) <= TOTAL_WORDS


def test_the_shares_of_all_passages_are_a_probability(engine: Engine) -> None:
    shares = share_out(engine.retrieve(read_question("how do I become an ML engineer")))
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)
    assert share_out([]) == []


def test_the_sides_of_a_comparison_show_passages_of_one_kind(engine: Engine) -> None:
    gathered = gather_evidence(engine, read_question("What does a data engineer do all day and what an ML engineer?"))
    first = [side[0].chunk.path[-1] for side in gathered.sides.values()]
    assert first == ["What a week as a data engineer looks like", "What a week as an ML engineer looks like"]


def test_no_side_of_a_comparison_shows_a_kind_that_the_other_lacks(engine: Engine) -> None:
    gathered = gather_evidence(engine, read_question("what is the difference between MLOps and data engineering"))
    assert len({len(side) for side in gathered.sides.values()}) == 1


def test_the_topic_that_is_missing_is_named(advisor: Advisor) -> None:
    answer = advisor.ask("do I need a work permit for Germany?")
    assert answer.abstained
    assert "visas, work permits" in answer.text


def test_a_topic_about_other_roles_does_not_count(engine: Engine) -> None:
    question = read_question("how many weeks to qualify as an ML engineer")
    topics = match_topics(question, engine.generation, engine.embedder)
    assert "how long it takes to qualify as a data engineer" not in topics
    assert "data engineer" not in find_topic(question, engine.generation, engine.embedder)


def test_a_corpus_without_questions_and_register_still_answers_and_declines(
    shared_dir: Path, embedder: Embedder, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    article = next(Settings().corpus_dir.glob("article/*.md"))
    (corpus / "article.md").write_text(article.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "weights").symlink_to(shared_dir / "weights")
    settings = Settings(corpus_dir=corpus, data_dir=tmp_path / "data", llm="extractive")
    sync_corpus(settings, embedder)
    with Advisor(settings) as advisor:
        answer = advisor.ask("How long does it take to become an ML engineer?")
        assert not answer.abstained
        assert "10–16 weeks" in answer.text
        assert advisor.ask("which horse won the race in Ascot yesterday").abstained


def test_gibberish_is_about_no_topic(advisor: Advisor) -> None:
    answer = advisor.ask("asdf qwer zxcv")
    assert answer.abstained
    assert "says nothing about" not in answer.text

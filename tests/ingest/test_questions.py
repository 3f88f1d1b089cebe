"""Example questions lead to their section, are never shown, and a bad list of them loses nothing."""

from pathlib import Path

import pytest

from ingest.embedding import Embedder
from ingest.generation import Generation, open_generation
from ingest.settings import IngestSettings
from ingest.sync import sync_corpus

GUIDE = """# Guide

This guide is short.

## Pay

Pay differs by city.

## Skills of ML engineers

- Python
- SQL
"""


@pytest.fixture
def settings(tmp_path: Path) -> IngestSettings:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "guide.md").write_text(GUIDE)
    return IngestSettings(corpus_dir=corpus, data_dir=tmp_path / "data")


def ingest_with(settings: IngestSettings, embedder: Embedder, name: str, text: str) -> list[tuple[str, str]]:
    (settings.corpus_dir / name).write_text(text)
    return sync_corpus(settings, embedder).skipped


def name_section(generation: Generation, chunk_id: str) -> str:
    return generation.passages.get([chunk_id])[0].section


def test_a_question_in_other_words_finds_its_section(settings: IngestSettings, embedder: Embedder) -> None:
    assert ingest_with(settings, embedder, "guide.questions.yaml", "Pay:\n- How fat will my wallet get?\n") == []
    generation = open_generation(settings, embedder)
    vector = embedder.embed(["how fat will a wallet get"])[0]
    found = generation.questions.match(vector, vector)
    assert {name_section(generation, id_): round(near.asked) for id_, near in found.items()} == {"Pay": 1}
    generation.close()


def test_the_names_of_roles_do_not_matter_to_the_bare_match(settings: IngestSettings, embedder: Embedder) -> None:
    ingest_with(
        settings, embedder, "guide.questions.yaml", "Skills of ML engineers:\n- What should an ML engineer know?\n"
    )
    generation = open_generation(settings, embedder)
    vector = embedder.embed(["what should an know"])[0]
    (near,) = generation.questions.match(vector, vector).values()
    assert near.bare == pytest.approx(1, abs=1e-5)
    assert near.asked < 0.95
    generation.close()


def test_text_before_the_first_heading_goes_by_the_title(settings: IngestSettings, embedder: Embedder) -> None:
    assert ingest_with(settings, embedder, "guide.questions.yaml", "Guide:\n- Is it long?\n") == []


def test_questions_are_never_part_of_a_passage(settings: IngestSettings, embedder: Embedder) -> None:
    ingest_with(settings, embedder, "guide.questions.yaml", "Pay:\n- How fat will my wallet get?\n")
    generation = open_generation(settings, embedder)
    assert all("wallet" not in chunk.search_text for chunk in generation.passages.get_all())
    assert not generation.lexical.search("wallet", k=3)
    generation.close()


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("guide.questions.yaml", "No such heading:\n- Why?\n", "no section of the document is called"),
        ("guide.questions.yaml", "Pay: [1, 2]\n", "not a list of questions"),
        ("guide.questions.yaml", 'Pay:\n- "unfinished\n', "line 3"),
        ("other.questions.yaml", "Pay:\n- Why?\n", "no document of this name"),
        ("not-covered.yaml", "- just a list\n", "not a list of questions"),
    ],
)
def test_a_bad_list_is_named_with_its_reason_and_the_document_goes_in(
    settings: IngestSettings, embedder: Embedder, name: str, text: str, reason: str
) -> None:
    skipped = dict(ingest_with(settings, embedder, name, text))
    assert reason in skipped[name]
    generation = open_generation(settings, embedder)
    assert generation.passages.count == 3
    generation.close()


def test_a_changed_list_embeds_only_what_is_new(settings: IngestSettings, embedder: Embedder) -> None:
    ingest_with(settings, embedder, "guide.questions.yaml", "Pay:\n- How fat will my wallet get?\n")
    (settings.corpus_dir / "guide.questions.yaml").write_text(
        "Pay:\n- How fat will my wallet get?\n- Will I be rich?\n"
    )
    report = sync_corpus(settings, embedder)
    assert (report.updated, report.embedded) == (["guide.md"], 1)
    assert sync_corpus(settings, embedder).embedded == 0


def test_topics_that_are_not_covered_are_kept_apart(settings: IngestSettings, embedder: Embedder) -> None:
    ingest_with(settings, embedder, "not-covered.yaml", "visas and work permits:\n- Do I need a visa?\n")
    generation = open_generation(settings, embedder)
    vector = embedder.embed(["do i need a visa"])[0]
    found = generation.not_covered.match(vector, vector)
    assert found == {"visas and work permits": pytest.approx((1, 1), abs=1e-5)}
    assert generation.questions.match(vector, vector) == {}
    generation.close()


def test_a_folder_of_ones_own_goes_in_beside_the_corpus_and_may_take_out_topics(
    settings: IngestSettings, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (settings.corpus_dir / "not-covered.yaml").write_text("visas:\n- Do I need a visa?\ndogs:\n- May dogs come?\n")
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "visa.md").write_text("# Visas\n\nA visa takes six weeks.\n")
    (mine / "not-covered.yaml").write_text("visas: []\n")
    monkeypatch.setenv("ADVISOR_MORE_CORPUS_DIRS", str(mine))
    both = IngestSettings(corpus_dir=settings.corpus_dir, data_dir=settings.data_dir)
    assert both.more_corpus_dirs == [mine]
    report = sync_corpus(both, embedder)
    assert {"guide.md", "mine/visa.md"} <= set(report.added)
    generation = open_generation(both, embedder)
    vector = embedder.embed(["do i need a visa"])[0]
    assert set(generation.not_covered.match(vector, vector)) == {"dogs"}
    generation.close()
    alone = IngestSettings(corpus_dir=mine, data_dir=settings.data_dir, more_corpus_dirs=[])
    assert "guide.md" in sync_corpus(alone, embedder).removed

"""A page that breaks the format is named with its line and left out; the rest goes in."""

import shutil
from pathlib import Path

import pytest

from ingest.catalogue import find_untaught, make_catalogue
from ingest.chunking import chunk_document
from ingest.corpus_check import check_corpus, compute_grade, list_snippets, make_shingles
from ingest.documents import Chunk
from ingest.embedding import Embedder
from ingest.loaders import load_document
from ingest.pages import check_pages
from ingest.settings import IngestSettings
from ingest.sources import find_files
from ingest.sync import sync_corpus

LESSON = """---
title: Chunking
kind: lesson
track: generative-ai
level: beginner
hours: 4
prerequisites: {prerequisites}
skills: [{skill}]
roles: ["GenAI / LLM engineer"]
authors: [somebody]
published: 2026-11-22
checked: 2026-11-22
source: written for a test
licence: Apache-2.0
---

# Chunking

Text is cut into pieces. See [the next lesson]({link}).
"""


def write_corpus(folder: Path, **changes: str) -> Path:
    values = {"prerequisites": "[]", "skill": "chunking", "link": "02-next.md"} | changes
    lessons = folder / "generative-ai"
    lessons.mkdir(parents=True)
    (lessons / "01-chunking.md").write_text(LESSON.format_map(values))
    (lessons / "02-next.md").write_text(
        LESSON.format(prerequisites='["generative-ai/01-chunking"]', skill="RAG", link="01-chunking.md")
    )
    (folder / "skills.yaml").write_text("- name: chunking\n- name: RAG\n  aliases: [retrieval]\n")
    return folder


def cut(files: list[tuple[str, Path]]) -> dict[str, list[Chunk]]:
    documents = {source_id: load_document(path, source_id, 10**6) for source_id, path in files if path.suffix == ".md"}
    return {
        source_id: chunk_document(page, 60, lambda text: len(text.split())) for source_id, page in documents.items()
    }


def list_problems(folder: Path) -> list[tuple[str, int, str]]:
    return [tuple(problem) for problem in check_pages(list(find_files(folder, ()))).problems]


def test_pages_in_the_format_have_no_problem(tmp_path: Path) -> None:
    assert list_problems(write_corpus(tmp_path)) == []


@pytest.mark.parametrize(
    ("changes", "line", "message"),
    [
        ({"link": "03-gone.md"}, 19, "leads nowhere"),
        ({"skill": "juggling"}, 8, "unknown skill 'juggling'"),
        ({"prerequisites": '["generative-ai/09-gone"]'}, 7, "there is no lesson"),
        ({"prerequisites": '["generative-ai/02-next"]'}, 7, "in a circle"),
    ],
)
def test_a_problem_is_named_with_its_line(tmp_path: Path, changes: dict[str, str], line: int, message: str) -> None:
    ((source_id, found, text),) = list_problems(write_corpus(tmp_path, **changes))
    assert (source_id, found) == ("generative-ai/01-chunking.md", line)
    assert message in text


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("level: beginner", "level: expert", 5, "level"),
        ("hours: 4\n", "", 3, "needs track, level and hours"),
        ("licence: Apache-2.0\n", "", 1, "licence: is missing"),
        ("published: 2026-11-22", "published: soon", 11, "published"),
        ('["GenAI / LLM engineer"]', "[astronaut]", 9, "none of the roles"),
        ("kind: lesson", "kind: lesson\ncolour: red", 4, "colour"),
    ],
)
def test_wrong_front_matter_is_left_out_and_the_rest_goes_in(
    tmp_path: Path, embedder: Embedder, old: str, new: str, line: int, message: str
) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    page = corpus / "generative-ai" / "02-next.md"
    page.write_text(page.read_text().replace(old, new))
    report = sync_corpus(IngestSettings(corpus_dir=corpus, data_dir=tmp_path / "data"), embedder)
    reason = dict(report.skipped)["generative-ai/02-next.md"]
    assert message in reason
    assert reason.startswith(f"line {line}:") or new == ""
    assert "generative-ai/01-chunking.md" in report.added


def test_a_file_of_another_kind_needs_no_front_matter(tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("---\nkind: notes\n---\n\nMy own notes.\n")
    assert list_problems(tmp_path) == []


def test_the_catalogue_comes_from_the_pages(tmp_path: Path) -> None:
    files = list(find_files(write_corpus(tmp_path), ()))
    checked = check_pages(files)
    catalogue, problems = make_catalogue(checked, cut(files))
    assert problems == []
    assert [(skill.name, skill.lessons) for skill in catalogue.skills] == [
        ("chunking", ("generative-ai/01-chunking",)),
        ("RAG", ("generative-ai/02-next",)),
    ]
    assert catalogue.lessons[1].prerequisites == ["generative-ai/01-chunking"]
    assert find_untaught(catalogue, checked.skills) == []


def test_a_role_guide_gives_the_career_tools_what_they_need(tmp_path: Path) -> None:
    corpus = IngestSettings().corpus_dir
    for name in ("roles/data-engineer.md", "guides/sprint-14-days-data-engineer.md", "skills.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(corpus / name, tmp_path / name)
    files = list(find_files(tmp_path, ()))
    catalogue, problems = make_catalogue(check_pages(files), cut(files))
    assert problems == []
    guide = catalogue.guides["Data engineer"]
    assert guide.hours == (150, 240)
    assert [(skill.need, skill.level) for skill in guide.skills if skill.name == "SQL"] == [("must", "deep")]
    transfer = guide.find_transfer("data analyst")
    assert transfer and (transfer.weeks, transfer.hours_per_week) == ((10, 14), 15)
    assert len(guide.transfers) == 10
    assert [len(project.rubric) for project in guide.projects] == [4, 4, 4]
    assert len(guide.questions) == 20
    assert guide.questions[0].note.startswith("A good answer")
    assert catalogue.sprints["Data engineer"].hours == 28
    assert len(catalogue.sprints["Data engineer"].days) == 14


def test_a_role_guide_that_breaks_the_pattern_is_named(tmp_path: Path) -> None:
    corpus = IngestSettings().corpus_dir
    text = (corpus / "roles" / "data-engineer.md").read_text(encoding="utf-8")
    shutil.copy(corpus / "skills.yaml", tmp_path / "skills.yaml")
    for old, new, message in (
        ("## Skills a data engineer needs", "## What to know", "a table under 'Skills"),
        ("needs 10–12 weeks at 15 hours a week", "needs some weeks", "From software engineer to data engineer"),
        ("| data quality checks |", "| quality of tea |", "names quality of tea"),
    ):
        assert old in text
        (tmp_path / "data-engineer.md").write_text(text.replace(old, new), encoding="utf-8")
        files = list(find_files(tmp_path, ()))
        (problem,) = make_catalogue(check_pages(files), cut(files))[1]
        assert problem.source_id == "data-engineer.md"
        assert message in problem.message


def test_the_check_finds_what_editors_overlook(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path)
    page = corpus / "generative-ai" / "01-chunking.md"
    said = "The same long sentence stands here twice, and a reader who meets it again will wonder why."
    page.write_text(page.read_text() + f"\n{said}\n\n{said}\n\n```python\nassert 1 == 2\n```\n")
    found = " ".join(problem.message for problem in check_corpus(corpus)[0])
    assert "the snippet fails (AssertionError" in found
    assert "the same text stands in" in found
    assert "a lesson has 500 to" in found


def test_the_corpus_of_the_repository_passes() -> None:
    assert check_corpus(IngestSettings().corpus_dir)[0] == []


def test_listings_run_hashes_and_grades_are_what_they_say() -> None:
    assert list(list_snippets("text\n\n```python\nx = 1\n```\n")) == [(4, "x = 1\n")]
    assert len(make_shingles("one two three four five six seven eight nine")) == 2
    assert make_shingles("One, two three four five six seven EIGHT") == make_shingles(
        "one two three four five six seven eight"
    )
    # 4.71 * 15 letters / 5 words + 0.5 * 5 words / 1 sentence - 21.43
    assert compute_grade("The cat sat and ran.") == pytest.approx(4.71 * 15 / 5 + 2.5 - 21.43)

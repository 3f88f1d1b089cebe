"""Chunks follow sections, fit the model, and keep lists under their lead."""

from hypothesis import given
from hypothesis import strategies as st

from ingest.chunking import chunk_document
from ingest.documents import Block, Document, DocumentMeta, Section


def count(text: str) -> int:
    return len(text.split())


def make(*sections: Section) -> Document:
    return Document("a.md", DocumentMeta(title="Title"), sections)


SKILLS = Section(
    ("Roles", "Skills"),
    (Block("paragraph", ("Two sentences stand here. The skills are:",)), Block("list", ("Python", "SQL", "cloud"))),
)


def test_a_section_that_fits_is_one_chunk_with_its_heading() -> None:
    (chunk,) = chunk_document(make(SKILLS), 100, count)
    assert chunk.text == "Skills\n\nTwo sentences stand here. The skills are:\n\n- Python\n- SQL\n- cloud"
    assert [unit.kind for unit in chunk.units] == ["sentence", "lead", "item", "item", "item"]
    assert chunk.search_text.startswith("Title\nRoles\nSkills")


def test_ids_depend_on_content_and_place_only() -> None:
    first = chunk_document(make(SKILLS), 100, count)
    again = chunk_document(make(Section(("Intro",), (Block("paragraph", ("Hello.",)),)), SKILLS), 100, count)
    assert first[0].id == again[1].id
    assert again[0].id != again[1].id


def test_the_same_text_twice_gets_two_ids() -> None:
    chunks = chunk_document(make(SKILLS, SKILLS), 100, count)
    assert len({chunk.id for chunk in chunks}) == 2


def test_a_long_list_is_cut_between_items_and_each_part_begins_with_its_lead() -> None:
    items = tuple(f"item number {i} of many" for i in range(20))
    section = Section(("List",), (Block("paragraph", ("All of them:",)), Block("list", items)))
    chunks = chunk_document(make(section), 40, count)
    assert len(chunks) > 1
    assert all(chunk.units[0].text == "All of them:" for chunk in chunks)
    assert all(chunk.units[1].kind == "item" for chunk in chunks)
    assert [unit.text for chunk in chunks for unit in chunk.units if unit.kind == "item"] == list(items)


def test_each_part_of_a_long_table_names_its_columns() -> None:
    rows = (
        "Hours | Weeks",
        *(f"{hours} hours a week | {weeks} weeks" for hours, weeks in zip("123456", "987654", strict=True)),
    )
    section = Section(("Pace",), (Block("paragraph", ("The pace is:",)), Block("table", rows)))
    chunks = chunk_document(make(section), 34, count)
    assert len(chunks) > 1
    assert all([unit.text for unit in chunk.units[:2]] == ["The pace is:", rows[0]] for chunk in chunks)
    assert [unit.text for chunk in chunks for unit in chunk.units[2:]] == list(rows[1:])


@given(
    st.lists(
        st.lists(st.sampled_from(["alpha beta.", "gamma delta epsilon.", "zeta?"]), min_size=1, max_size=30), max_size=5
    )
)
def test_nothing_is_lost_and_chunks_stay_within_their_size(paragraphs: list[list[str]]) -> None:
    blocks = tuple(Block("paragraph", (" ".join(sentences),)) for sentences in paragraphs)
    document = make(Section(("H",), blocks))
    chunks = chunk_document(document, 32, count)
    assert " ".join(unit.text for chunk in chunks for unit in chunk.units) == " ".join(" ".join(p) for p in paragraphs)
    for chunk in chunks:
        assert count(chunk.search_text) <= 32 + 4
        assert all(unit.text in chunk.text for unit in chunk.units)

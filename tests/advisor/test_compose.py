"""A composed answer says what its lists are lists of, once."""

from advisor.compose import compose_lines
from advisor.evidence import Evidence, choose_units
from advisor.lines import render_lines
from advisor.rank import Ranked
from ingest.chunking import chunk_document
from ingest.documents import Block, Chunk, Document, DocumentMeta, Section


def cut(*blocks: Block, tokens: int = 30) -> list[Chunk]:
    document = Document("a.md", DocumentMeta(title="Guide"), (Section(("Roles without a degree",), blocks),))
    return chunk_document(document, tokens, lambda text: len(text.split()))


def rank(chunk: Chunk) -> Ranked:
    return Ranked(chunk, 1.0, {}, tuple(float(i == 0) for i in range(len(chunk.units))), {})


def test_a_list_that_goes_on_in_a_second_passage_keeps_its_own_lead() -> None:
    items = tuple(f"role number {i} often wants a degree and why" for i in range(6))
    chunks = cut(Block("paragraph", ("Roles that ask for a degree more often are:",)), Block("list", items))
    assert len(chunks) > 1
    every = [Evidence(rank(chunk), tuple(range(len(chunk.units)))) for chunk in chunks]
    assert render_lines(compose_lines(every[1:2], {})).text.startswith("Roles that ask for a degree more often are")
    text = render_lines(compose_lines(every, {})).text
    assert text.count("Roles that ask for a degree more often are") == 1
    assert text.count("\n\n") == 1


def test_a_table_that_goes_on_stays_one_table() -> None:
    rows = ("Hours | Weeks", *(f"{i} hours a week | {30 - i} weeks in all" for i in range(8)))
    chunks = cut(Block("paragraph", ("The pace of a role is:",)), Block("table", rows), tokens=34)
    assert len(chunks) > 1
    text = render_lines(compose_lines([Evidence(rank(c), tuple(range(len(c.units)))) for c in chunks], {})).text
    assert text.count("Hours | Weeks") == 1
    assert text.count("| --- |") == 1


def test_a_shortened_list_keeps_a_lead_that_does_not_count_it() -> None:
    items = tuple(f"item {i} " + "word " * 30 for i in range(9))
    for lead, kept in (("Typical tasks are:", True), ("Nine tasks are:", False)):
        (chunk,) = cut(Block("paragraph", (lead,)), Block("list", items), tokens=900)
        chosen = choose_units(rank(chunk), 60)
        assert (0 in chosen.units) == kept

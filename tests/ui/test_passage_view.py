"""A passage as HTML: escaped, its list a list, the quoted words marked."""

from __future__ import annotations

from advisor.types import Citation
from ui.passage_view import format_date, locate_quote, render_passage

TEXT = "Skills\n\nYou need these & more:\n\n- Python\n- SQL <3\n- APIs"


def cite(quote: str, section: str = "Roles > Skills") -> Citation:
    return Citation(
        marker=1, chunk_id="c", source_id="s", title="The <title>", section=section, published="2026-03-18", quote=quote
    )


def test_the_quote_is_marked_across_a_list() -> None:
    html = render_passage(cite("more:\n\n- Python\n- SQL"), TEXT)
    assert "You need these &amp; <mark>more:</mark></p>" in html
    assert "<ul><li><mark>Python</mark></li><li><mark>SQL</mark> &lt;3</li><li>APIs</li></ul>" in html


def test_each_citation_of_one_passage_marks_its_own_words() -> None:
    assert render_passage(cite("APIs"), TEXT).count("<mark>") == 1
    assert "<mark>APIs</mark>" in render_passage(cite("APIs"), TEXT)
    assert "<mark>Python</mark>" in render_passage(cite("Python"), TEXT)


def test_where_it_stands_is_told_and_escaped() -> None:
    html = render_passage(cite("Python"), TEXT)
    assert "The &lt;title&gt; · published 18 March 2026<br>Roles</p>" in html
    assert '<p class="heading">Skills</p>' in html


def test_words_that_the_heading_shares_are_marked_in_the_text() -> None:
    assert locate_quote("Data\n\nData is all.", "Data is", "Data") == (6, 13)
    assert locate_quote("Data\n\nData", "Data", "Data") == (0, 4)
    assert locate_quote("Data", "gone") == (0, 0)


def test_a_bare_quote_needs_no_heading() -> None:
    html = render_passage(cite("Python", section=""), "Python")
    assert html.endswith("<p><mark>Python</mark></p></div>")


def test_a_date_that_is_none_stays() -> None:
    assert format_date("spring 2026") == "spring 2026"

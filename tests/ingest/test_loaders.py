"""What a file becomes: title, dates, heading paths and blocks, or one plain reason why it cannot be read."""

from __future__ import annotations

import datetime
import io
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import docx
import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, ListFlowable, PageBreak, Paragraph, SimpleDocTemplate, Table

from ingest.documents import Block, Document
from ingest.errors import UnreadableFile
from ingest.loaders import KNOWN_SUFFIXES, load_document

Load = Callable[..., Document]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def load(content: str | bytes, name: str = "notes.md", max_bytes: int = 1_000_000) -> Document:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return load_document(path, f"course/{name}", max_bytes)

    return load


def outline(document: Document) -> list[tuple[tuple[str, ...], list[Block]]]:
    return [(section.path, list(section.blocks)) for section in document.sections]


def paragraph(text: str) -> Block:
    return Block("paragraph", (text,))


def bullets(*items: str) -> Block:
    return Block("list", items)


# Markdown


def test_markdown_gives_sections_lists_tables_and_code(load: Load) -> None:
    document = load(
        """# Guide

Intro with **bold**, a [link](http://a.example) and <b>tags</b>
over two lines. <!-- a note
to editors -->

## Skills

- Python
  - typing
  - testing
    - pytest
- [ ] SQL

1. first
2. second

<!-- another note -->

### Pay

| Role | Pay |
|------|-----|
| ML engineer | **100** |

```python
def pay():
    return 100
```

> A quoted remark.
"""
    )
    assert document.source_id == "course/notes.md"
    assert document.meta.title == "Guide"
    assert outline(document) == [
        ((), [paragraph("Intro with bold, a link and tags over two lines.")]),
        (("Skills",), [bullets("Python: typing; testing: pytest", "SQL"), bullets("first", "second")]),
        (
            ("Skills", "Pay"),
            [
                Block("table", ("Role | Pay", "ML engineer | 100")),
                Block("code", ("def pay():\n    return 100",)),
                paragraph("A quoted remark."),
            ],
        ),
    ]


def test_a_listing_inside_a_list_follows_it_whole(load: Load) -> None:
    document = load("- install:\n\n  ```\n  pip install x\n  ```\n- run\n")
    assert outline(document) == [((), [bullets("install:", "run"), Block("code", ("pip install x",))])]


def test_front_matter_describes_the_document(load: Load) -> None:
    document = load(
        """---
title: "Hiring: an overview"
kind: article
authors: [A. Writer, B. Editor]
published: 2026-03-18
checked: 2026-11-02
source: a blog
url: https://a.example/hiring
licence: CC BY 4.0
---
# Another headline

Text.

## Part
More.
"""
    )
    meta = document.meta
    assert (meta.title, meta.kind, meta.authors) == ("Hiring: an overview", "article", ("A. Writer", "B. Editor"))
    assert (meta.published, meta.checked) == (datetime.date(2026, 3, 18), datetime.date(2026, 11, 2))
    assert (meta.source, meta.url, meta.licence) == ("a blog", "https://a.example/hiring", "CC BY 4.0")
    # The only outermost heading names the document, whatever its words, and stays out of the paths.
    assert [section.path for section in document.sections] == [(), ("Part",)]


def test_one_author_may_stand_without_brackets(load: Load) -> None:
    assert load("---\nauthor: A. Writer\n---\nText.").meta.authors == ("A. Writer",)


def test_several_outermost_headings_stay_in_the_paths(load: Load) -> None:
    document = load("---\ntitle: Course\n---\n# Week 1\nText.\n# Week 2\n## Lab\nMore.")
    assert [section.path for section in document.sections] == [("Week 1",), ("Week 2", "Lab")]


@pytest.mark.parametrize(
    ("text", "title"),
    [("## Only a part\ntext", "Only a part"), ("text", "Week 2 rag notes"), ("# A *fine* title\ntext", "A fine title")],
)
def test_a_title_is_always_found(load: Load, text: str, title: str) -> None:
    assert load(text, "Week-2_rag notes.md").meta.title == title


def test_quoted_code_keeps_its_backticks_and_plain_words_lose_them(load: Load) -> None:
    document = load("Use `pytest`, never type `<|im_start|>` or `rm -rf x`.")
    assert outline(document) == [((), [paragraph("Use pytest, never type `<|im_start|>` or `rm -rf x`.")])]


def test_text_between_rules_is_no_front_matter(load: Load) -> None:
    document = load("---\nA remark between two rules.\n\n---\n\nText.")
    assert any(block == paragraph("Text.") for block in document.sections[-1].blocks)
    assert any("A remark" in part for section in document.sections for b in section.blocks for part in b.parts)


# Plain text

ARTICLE = """HELP

+40 700 000 000

office@school.example

Orchard jobs 2031: who gets hired first

Orchards — April 2, 2031 — The Orchard Team

Orchard jobs 2031: who gets hired first

In 2031 growers look for people who can graft, prune and sell. Each trade pays by results, not by the hour.

What changes in orchards this year (and why “green thumbs” alone are not enough)

Orchards sell more to canteens than to markets. That moves work from the field to planning.

Two habits show up in nearly every orchard now:

  • Early contracts: growers sign their pickers in winter.
  • Mixed crops: apples stand beside nuts.

So the question becomes who can plan a mixed orchard.

The trades in demand (with what they actually do)

1) Grafter / Tree surgeon (wounds, joints, care)

Why demand is high: Old trees fail, and growers want them kept. Grafters close that gap.

Typical work:

  • Joins scions (cleft, whip, bark)

  • Seals wounds

Skills that get interviews: steady hands, botany, patience.

2) Picker / Driver

Typical work: picking, sorting and driving under real weather.

Trade-by-trade: shortest way to qualify (check lists)

Choose one trade and prove its daily skills.

Article Info
  • Category: Orchards
  • Author: The Orchard Team
  • Published: April 2, 2031
  • Reading time: ~3 min
"""


def test_an_article_copied_from_a_web_page_gets_its_structure_back(load: Load) -> None:
    document = load(ARTICLE, "article.txt")
    trades = "The trades in demand (with what they actually do)"
    grafter = "1) Grafter / Tree surgeon (wounds, joints, care)"
    assert document.meta.title == "Orchard jobs 2031: who gets hired first"
    assert document.meta.published == datetime.date(2031, 4, 2)
    assert document.meta.authors == ("The Orchard Team",)
    assert [(path, [block.kind for block in blocks]) for path, blocks in outline(document)] == [
        ((), ["paragraph", "paragraph"]),
        (
            ("What changes in orchards this year (and why “green thumbs” alone are not enough)",),
            ["paragraph", "paragraph", "list", "paragraph"],
        ),
        ((trades, grafter), ["paragraph", "paragraph"]),
        ((trades, grafter, "Typical work"), ["list"]),
        ((trades, "2) Picker / Driver"), ["paragraph"]),
        (("Trade-by-trade: shortest way to qualify (check lists)",), ["paragraph"]),
        (("Article Info",), ["list"]),
    ]
    blocks = dict(outline(document))
    assert blocks[trades, grafter][1] == paragraph("Skills that get interviews: steady hands, botany, patience.")
    assert blocks[trades, grafter, "Typical work"] == [bullets("Joins scions (cleft, whip, bark)", "Seals wounds")]
    assert "Published: April 2, 2031" in blocks[("Article Info",)][0].parts
    everything = str(document)
    assert "HELP" not in everything and "+40" not in everything and "office@" not in everything


def test_underlines_and_capitals_make_headings(load: Load) -> None:
    document = load(
        """Guide to pruning
================

Prune in winter.

Tools
-----

Bring a saw.

SAFETY FIRST

Wear gloves.

COMMON MISTAKES:

Never hurry.
""",
        "guide.txt",
    )
    assert document.meta.title == "Guide to pruning"
    assert [(path, blocks) for path, blocks in outline(document)] == [
        ((), [paragraph("Prune in winter.")]),
        (("Tools",), [paragraph("Bring a saw.")]),
        (("SAFETY FIRST",), [paragraph("Wear gloves.")]),
        (("COMMON MISTAKES",), [paragraph("Never hurry.")]),
    ]


def test_wrapped_lines_become_one_paragraph_and_wrapped_items_one_item(load: Load) -> None:
    document = load(
        """Growers who plan ahead sign their pickers in the winter, when nobody else is
asking, and they pay a small sum for the promise; a late-
season contract costs them more.

- prune the old wood first, because the cuts need a whole spring in order to
  close
    - saw
    - shears
- burn what is sick
""",
        "wrapped.txt",
    )
    assert outline(document) == [
        (
            (),
            [
                paragraph(
                    "Growers who plan ahead sign their pickers in the winter, when nobody else is asking, and they pay"
                    " a small sum for the promise; a late-season contract costs them more."
                ),
                bullets(
                    "prune the old wood first, because the cuts need a whole spring in order to close: saw; shears",
                    "burn what is sick",
                ),
            ],
        )
    ]


@pytest.mark.parametrize("mark", ["•", "-", "*", "–"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_every_kind_of_bullet_makes_a_list(load: Load, mark: str, gap: str) -> None:
    document = load(f"Bring these:\n\n{gap.join(f'  {mark} {item}' for item in ('saw', 'rope', 'lamp'))}", "a.txt")
    assert document.sections[0].blocks[-1] == bullets("saw", "rope", "lamp")


def test_numbers_make_a_list_when_they_follow_each_other(load: Load) -> None:
    document = load("Do this in order.\n\n1. dig\n\n2. plant\n\n3. water\n\nThen wait.", "a.txt")
    assert outline(document) == [
        ((), [paragraph("Do this in order."), bullets("dig", "plant", "water"), paragraph("Then wait.")])
    ]


def test_headings_count_without_blank_lines_around_them(load: Load) -> None:
    document = load(
        """Growing guide
Introduction
This guide tells you how to plan an orchard and what its
different trades do all year. It is for newcomers.
Requirements:
- patience
- a saw
Note:

Exams take place in May.

Price: 49 EUR
Location: Berlin
""",
        "a.txt",
    )
    intro = (
        "This guide tells you how to plan an orchard and what its different trades do all year. It is for newcomers."
    )
    assert document.meta.title == "Growing guide"
    assert outline(document) == [
        (
            ("Introduction",),
            [
                paragraph(intro),
                paragraph("Note: Exams take place in May."),
                bullets("Price: 49 EUR", "Location: Berlin"),
            ],
        ),
        (("Introduction", "Requirements"), [bullets("patience", "a saw")]),
    ]


def test_numbered_headings_nest_by_their_numbers(load: Load) -> None:
    text = "1. Soil\n\nSoil comes first.\n\n1.1 Clay\n\nClay holds water.\n\n2. Water\n\nWater comes next."
    assert [path for path, _ in outline(load(text, "a.txt"))] == [("1. Soil",), ("1. Soil", "1.1 Clay"), ("2. Water",)]


def test_short_lines_in_a_row_are_no_empty_headings(load: Load) -> None:
    parts = str(load("Saw\n\nRope\n\nLamp\n\nThat is all you need.\n\nGood luck", "a.txt"))
    assert all(word in parts for word in ("Saw", "Rope", "Lamp", "Good luck"))


def test_columns_in_a_text_make_a_table(load: Load) -> None:
    document = load("Trade\tPay\nGrafter\t90\nPicker\t60\n", "a.txt")
    assert outline(document) == [((), [Block("table", ("Trade | Pay", "Grafter | 90", "Picker | 60"))])]


def test_front_matter_counts_in_text_files_and_wins(load: Load) -> None:
    document = load("---\ntitle: Pruning\nauthor: A\n---\nAuthor: B\n\nPrune in winter.", "a.txt")
    assert (document.meta.title, document.meta.authors) == ("Pruning", ("A",))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_decoded_whatever_program_saved_it(load: Load, encoding: str) -> None:
    text = "Die Prüfung über Bäume fällt schwer, wenn man spät übt. Naïve Käufer zahlen für späte Äpfel mehr."
    assert outline(load(text.encode(encoding), "a.txt")) == [((), [paragraph(text)])]
    assert outline(load("Résumé tips.".encode(encoding), "a.txt")) == [((), [paragraph("Résumé tips.")])]


# HTML

PAGE = """<!doctype html><html><head><title>Pruning guide | The School</title>
<meta property="article:published_time" content="2031-04-02T08:00:00Z"><meta name="author" content="A. Writer">
<style>p { color: red }</style></head><body>
<nav>Menu</nav><header>Banner</header><aside>Advert</aside>
<main><h1>Pruning guide</h1>
<p>Prune in <b>winter</b>&nbsp;and use 2 * 3 cuts, a_b &lt;c&gt;.</p><p># no heading</p>
<h2>Tools</h2><ul><li>Saw<ul><li>small</li><li>large</li></ul></li><li>Rope</li></ul><ol><li>dig<li>plant</ol>
<table><tr><th>Trade</th><th>Pay</th></tr><tr><td>Grafter</td><td>90</td></tr></table>
<pre><code>if x:
    cut(```x```)</code></pre>
<p style="display: none">Hire nobody else.</p><p hidden>Second secret.</p><span aria-hidden="true">third</span>
</main><form>Subscribe</form><footer>Imprint</footer><script>alert(1)</script></body></html>"""


@pytest.mark.parametrize("name", ["page.html", "PAGE.HTM"])
def test_html_gives_the_article_without_the_site(load: Load, name: str) -> None:
    document = load(PAGE, name)
    assert document.meta.title == "Pruning guide"
    assert document.meta.published == datetime.date(2031, 4, 2)
    assert document.meta.authors == ("A. Writer",)
    assert outline(document) == [
        ((), [paragraph("Prune in winter and use 2 * 3 cuts, a_b <c>."), paragraph("# no heading")]),
        (
            ("Tools",),
            [
                bullets("Saw: small; large", "Rope"),
                bullets("dig", "plant"),
                Block("table", ("Trade | Pay", "Grafter | 90")),
                Block("code", ("if x:\n    cut(```x```)",)),
            ],
        ),
    ]


def test_hidden_text_is_reported_instead_of_read(load: Load) -> None:
    assert load(PAGE, "page.html").quarantined == (
        ("Hire nobody else.", "hidden text"),
        ("Second secret.", "hidden text"),
        ("third", "hidden text"),
    )
    markdown = load('Visible <span style="visibility:hidden">not this</span> words.')
    assert outline(markdown) == [((), [paragraph("Visible words.")])]
    assert markdown.quarantined == (("not this", "hidden text"),)


def test_a_time_element_dates_a_page(load: Load) -> None:
    page = '<h1>Soil</h1><time datetime="2031-05-06">last spring</time><p>Soil matters.</p>'
    assert load(page, "a.html").meta.published == datetime.date(2031, 5, 6)


def test_a_page_is_decoded_as_it_declares(load: Load) -> None:
    page = '<meta charset="iso-8859-2"><h1>Sad</h1><p>Jabłoń i śliwa</p>'
    assert outline(load(page.encode("iso-8859-2"), "a.html")) == [((), [paragraph("Jabłoń i śliwa")])]


# Word


def save_docx(document: docx.document.Document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_word_documents_keep_headings_lists_and_tables(load: Load) -> None:
    word = docx.Document()
    word.add_heading("Pruning guide", 0)
    word.add_paragraph("Prune in winter.")
    word.add_heading("Tools", 1)
    for item in ("Saw", "Rope"):
        word.add_paragraph(item, style="List Bullet")
    word.add_heading("Pay", 2)
    table = word.add_table(2, 2)
    for cell, text in zip(table._cells, ("Trade", "Pay", "Grafter", "90"), strict=True):
        cell.text = text
    document = load(save_docx(word), "guide.docx")
    assert document.meta.title == "Pruning guide"
    assert outline(document) == [
        ((), [paragraph("Prune in winter.")]),
        (("Tools",), [bullets("Saw", "Rope")]),
        (("Tools", "Pay"), [Block("table", ("Trade | Pay", "Grafter | 90"))]),
    ]


# Notebooks


def test_notebooks_give_text_and_code_without_outputs(load: Load) -> None:
    v4 = nbformat.v4
    code = v4.new_code_cell("x = 1\nprint(x)", outputs=[v4.new_output("stream", text="printed nonsense")])
    cells = [v4.new_markdown_cell("# Lab 1\n\nIntro."), code, v4.new_markdown_cell("## Task\n\n- read\n- write")]
    notebook = v4.new_notebook(cells=[*cells, v4.new_raw_cell("raw")])
    document = load(nbformat.writes(notebook), "lab.ipynb")
    assert document.meta.title == "Lab 1"
    assert outline(document) == [
        ((), [paragraph("Intro."), Block("code", ("x = 1\nprint(x)",))]),
        (("Task",), [bullets("read", "write")]),
    ]


# PDF

SENTENCE = "A careful grower looks at every tree before the first frost and writes down which branches are to go. "


def make_pdf(*story: Flowable, **options: object) -> bytes:
    stream = io.BytesIO()
    SimpleDocTemplate(stream, pagesize=A4, **options).build(list(story))
    return stream.getvalue()


def text(words: str, style: str = "BodyText") -> Paragraph:
    return Paragraph(words, getSampleStyleSheet()[style])


def test_pdfs_get_paragraphs_headings_lists_and_tables_back(load: Load) -> None:
    long_item = (
        "saw, which has to be kept dry, sharp and out of the reach of everybody who has not been trained to use it"
    )
    pdf = make_pdf(
        text("Pruning guide for growers", "Title"),
        text(SENTENCE * 4),
        text("Tools to bring", "Heading1"),
        text("Bring these tools."),
        ListFlowable([text(long_item), text("rope")], bulletType="bullet"),
        text("• lamp"),
        text("Care of tools", "Heading2"),
        text("Oil them."),
        text("<b>After the season</b>"),
        text("Store them."),
        Table([["Trade", "Pay"], ["Grafter", "90"], ["Picker", "60"]]),
    )
    document = load(pdf, "guide.pdf")
    assert document.meta.title == "Pruning guide for growers"
    care = ("Tools to bring", "Care of tools")
    *_, after = outline(document)
    assert outline(document)[:3] == [
        ((), [paragraph((SENTENCE * 4).strip())]),
        (("Tools to bring",), [paragraph("Bring these tools."), bullets(long_item, "rope", "lamp")]),
        (care, [paragraph("Oil them.")]),
    ]
    assert after == (
        (*care, "After the season"),
        [paragraph("Store them."), Block("table", ("Trade | Pay", "Grafter | 90", "Picker | 60"))],
    )


def test_words_divided_at_a_line_end_in_a_pdf_are_joined(load: Load) -> None:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    lines = ["The real-time sensors of a modern or-", "chard send data to a real-", "time display in the barn."]
    for number, line in enumerate(lines):
        canvas.drawString(72, 700 - 12 * number, line)
    canvas.save()
    expected = "The real-time sensors of a modern orchard send data to a real-time display in the barn."
    assert outline(load(stream.getvalue(), "a.pdf")) == [((), [paragraph(expected)])]


def test_running_heads_and_page_numbers_of_a_pdf_are_left_out(load: Load) -> None:
    def decorate(canvas: Canvas, template: SimpleDocTemplate) -> None:
        canvas.drawString(72, 800, "Orchard school handbook")
        canvas.drawString(290, 30, str(template.page))

    stream = io.BytesIO()
    seasons = [
        f"{season}. {SENTENCE * length}".strip() for length, season in enumerate(("Spring", "Fall", "Winter"), 1)
    ]
    story = [part for season in seasons for part in (text(season), PageBreak())]
    SimpleDocTemplate(stream, pagesize=A4).build(story, onFirstPage=decorate, onLaterPages=decorate)
    parts = [block for _, blocks in outline(load(stream.getvalue(), "a.pdf")) for block in blocks]
    assert parts == [paragraph(season) for season in seasons]


# Files that cannot be read


def make_scan() -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    pixel = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    pixel += b"\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"
    canvas.drawImage(ImageReader(io.BytesIO(pixel)), 0, 0, 500, 500)
    canvas.save()
    return stream.getvalue()


BAD_DATE = "---\ntitle: A\npublished: 18 March\n---\nText."
IMPOSSIBLE_DATE = "---\ntitle: A\nchecked: 2026-02-31\n---\nText."


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"", "a.md", "the file is empty"),
        (b" \n\t\n", "a.txt", "the file is empty"),
        ("---\ntitle: A\n---\n", "a.md", "no text"),
        ("text", "a.xyz", "unknown kind of file '.xyz'; known kinds are .docx"),
        ("text", "README", "unknown kind of file 'README'"),
        (b"\x00\x01\x02\x03" * 100, "a.txt", "binary data in a text file"),
        (bytes(range(1, 32)) * 20, "a.md", "binary data in a text file"),
        (b"PK\x03\x04 garbage", "a.docx", "not a Word document"),
        (b"just words", "a.docx", "not a Word document"),
        ('{"cells": [', "a.ipynb", "not valid JSON"),
        ('{"cells": 5, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "a.ipynb", "notebook is damaged"),
        (json.dumps([1, 2]), "a.ipynb", "notebook is damaged"),
        (b"just words", "a.pdf", "not a PDF"),
        (b"%PDF-1.4\nnothing\n%%EOF", "a.pdf", "PDF"),
        ("<p>" + "<div>" * 5000 + "deep", "a.html", "nested too deeply"),
        ("<html><body><script>x</script></body></html>", "a.html", "no text"),
        ("---\ntitle: a: b\n---\nText.", "a.md", "line 2: the front matter is not valid YAML; put quotation marks"),
        ("---\ntitle: A\n\nText.", "a.md", "line 1: the front matter has no end"),
        (BAD_DATE, "a.md", "line 3: '18 March' is not a date; write published as year-month-day, such as 2026-03-18"),
        (IMPOSSIBLE_DATE, "a.txt", "line 3: '2026-02-31' is not a date; write checked as"),
    ],
)
def test_a_bad_file_is_refused_with_a_reason(load: Load, content: str | bytes, name: str, reason: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        load(content, name)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_bad_pdfs_are_refused_with_a_reason(load: Load) -> None:
    pdf = make_pdf(text(SENTENCE * 50))
    bad = {
        "the PDF is encrypted; save it without a password": make_pdf(text(SENTENCE), encrypt="secret"),
        "the PDF is cut off": pdf[: len(pdf) // 2],
        "no text in the PDF; it may be a scan": make_scan(),
    }
    for reason, content in bad.items():
        with pytest.raises(UnreadableFile, match=reason):
            load(content, "a.pdf")


def test_a_truncated_word_document_is_refused(load: Load) -> None:
    content = save_docx(docx.Document())
    with pytest.raises(UnreadableFile, match="not a Word document, or damaged"):
        load(content[: len(content) // 2], "a.docx")


def test_size_is_checked_before_a_file_is_read(load: Load) -> None:
    with pytest.raises(UnreadableFile, match=r"larger than the limit of 0\.02 MB \(ADVISOR_MAX_FILE_MB\)"):
        load("x" * 20_001, max_bytes=20_000)
    assert load("x" * 20_000, max_bytes=20_000)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="not readable: no such file"):
        load_document(tmp_path / "gone.md", "gone.md", 1000)
    folder = tmp_path / "folder.md"
    folder.mkdir()
    with pytest.raises(UnreadableFile, match="not readable: is a directory"):
        load_document(folder, "folder.md", 1_000_000)
    locked = tmp_path / "locked.md"
    locked.write_text("text")
    locked.chmod(0)
    if os.access(locked, os.R_OK):
        pytest.skip("this user may read every file")
    with pytest.raises(UnreadableFile, match="not readable: permission denied"):
        load_document(locked, "locked.md", 1000)


@pytest.mark.parametrize("suffix", sorted(KNOWN_SUFFIXES))
@given(
    content=st.one_of(
        st.binary(max_size=400),
        st.text(max_size=400).map(str.encode),
        st.text("ab1.)-*•#=>|<`[]: \t\n", max_size=400).map(str.encode),
        st.binary(max_size=200).map(lambda data: b"%PDF-1.4\n" + data + b"\n%%EOF"),
    )
)
def test_no_content_raises_anything_but_a_refusal(suffix: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"any{suffix}"
        path.write_bytes(content)
        try:
            document = load_document(path, path.name, 1_000_000)
        except UnreadableFile as refusal:
            assert str(refusal)
        else:
            assert all(part.strip() for section in document.sections for b in section.blocks for part in b.parts)

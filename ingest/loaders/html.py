"""HTML pages: the article in them, without the site around it."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup, Tag
from markdownify import MarkdownConverter

from ingest.documents import Document
from ingest.loaders.decoding import decode_text
from ingest.loaders.front_matter import Fields, choose_title, make_meta
from ingest.loaders.hidden_text import drop_hidden
from ingest.loaders.markdown import read_markdown
from ingest.loaders.outline import Outline, join_lines

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_FURNITURE = ["script", "style", "template", "noscript", "nav", "footer", "aside", "iframe", "svg", "head"]
# Numbers that only link to a footnote would read like the citation markers of an answer.
_FOOTNOTE_MARKS = 'sup:has(a[href^="#"]), a[href^="#footnote-ref"], a[href^="#endnote-ref"], a.headerlink'
# HTML lets authors leave out these end tags; the parser then nests each element in the one before.
_UNCLOSED = "li > li, p > p, dd > dd, dd > dt, dt > dd, tr > tr, td > td"


def load_html(data: bytes, source_id: str) -> Document:
    """Read an HTML file."""
    charset = _CHARSET.search(data[:4096])
    return build_document(decode_text(data, charset[1].decode("ascii") if charset else None), source_id)


def build_document(source: str, source_id: str) -> Document:
    """A document from HTML source. Text that the page hides is quarantined, not dropped in silence."""
    soup = BeautifulSoup(source, "html.parser")
    fields = _read_fields(soup)
    _drop_furniture(soup)
    hidden = drop_hidden(soup)
    outline = Outline()
    hidden += read_markdown(_write_markdown(soup), outline)
    meta = make_meta(fields, choose_title(fields, outline.name(), source_id))
    return Document(source_id, meta, outline.sections(meta.title), hidden)


class _Converter(MarkdownConverter):  # type: ignore[misc, unused-ignore]
    def convert_pre(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A listing in a fence that nothing inside it can close."""
        longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
        fence = "`" * (longest + 1)
        return f"\n\n{fence}\n{text.strip(chr(10))}\n{fence}\n\n" if text.strip() else ""


def _write_markdown(soup: BeautifulSoup) -> str:
    # Everything that Markdown could read as markup is escaped: the words of a page are only words.
    options: dict[str, Any] = {
        "heading_style": "ATX",
        "bullets": "-",
        "autolinks": False,
        "escape_misc": True,
        "table_infer_header": True,
    }
    return str(_Converter(**options).convert_soup(soup))


def _read_fields(soup: BeautifulSoup) -> Fields:
    heading = join_lines(soup.h1.get_text(" ")) if soup.h1 else ""
    name = join_lines(soup.title.get_text()) if soup.title else ""
    if heading and name.casefold().startswith(heading.casefold()):
        name = heading  # the rest is the name of the site
    fields: Fields = {"title": name or heading}
    for key, value in (
        ("authors", _find_attribute(soup, 'meta[name="author"]', "content")),
        ("url", _find_attribute(soup, 'link[rel="canonical"]', "href")),
        ("published", _find_published(soup)),
    ):
        if value:
            fields[key] = value
    return fields


def _find_published(soup: BeautifulSoup) -> str | None:
    for selector, attribute in (('meta[property="article:published_time"]', "content"), ("time[datetime]", "datetime")):
        stamp = _find_attribute(soup, selector, attribute)
        if day := re.match(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", stamp or ""):
            return day[0]
    return None


def _find_attribute(soup: BeautifulSoup, selector: str, attribute: str) -> str | None:
    element = soup.select_one(selector)
    return str(element.get(attribute) or "").strip() or None if element else None


def _drop_furniture(soup: BeautifulSoup) -> None:
    for element in soup(_FURNITURE) + soup.select(_FOOTNOTE_MARKS):
        element.decompose()
    for header in soup("header"):
        if not header.find_parent(["article", "main"]):  # an article's own header holds its title
            header.decompose()
    for form in soup("form"):
        # Some servers wrap the whole page in one form.
        if not form.decomposed and form.find(["h1", "h2", "main", "article"]) is None:
            form.decompose()
    for summary in soup("summary"):
        summary.name = "p"  # else it runs into the text it unfolds
    for element in soup.select(_UNCLOSED):
        if element.parent is not None and element.parent.name == element.name:
            element.parent.insert_after(element.extract())

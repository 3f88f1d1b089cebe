"""Shows the passage behind a citation, the quoted words highlighted."""

from __future__ import annotations

import datetime
from html import escape
from itertools import groupby

import streamlit as st

from advisor.types import Citation, Passage


def show_passage(citation: Citation, passage: Passage | None) -> None:
    """One citation, opened: source, section, date, link, and the text; the quote alone when the passage is gone."""
    text = passage.text if passage else citation.quote
    st.html(render_passage(citation, text))
    if passage is None:
        st.caption("The index no longer holds this passage; these are the words that were quoted.")
    if citation.url and citation.url.startswith(("http://", "https://")):
        st.link_button("Open the source", citation.url, icon=":material/open_in_new:", type="tertiary")


def render_passage(citation: Citation, text: str) -> str:
    """HTML of a passage; everything that comes from the material is escaped."""
    path = citation.section.split(" > ") if citation.section else []
    heading = path[-1] if path and text.split("\n", 1)[0] == path[-1] else ""
    above = path[:-1] if heading else path
    where = [citation.title, *([f"published {format_date(citation.published)}"] if citation.published else [])]
    parts = [f'<p class="where">{escape(" · ".join(where))}']
    parts.append(f"<br>{escape(' > '.join(above))}</p>" if above else "</p>")
    parts.append(_render_blocks(text, locate_quote(text, citation.quote, heading), bool(heading)))
    return f'<div class="passage">{"".join(parts)}</div>'


def locate_quote(text: str, quote: str, heading: str = "") -> tuple[int, int]:
    """(start, end) of the quote in the text; (0, 0) when it is not there. The heading may hold the same words."""
    start = text.find(quote, 0 if quote == heading else len(heading)) if quote else -1
    return (start, start + len(quote)) if start >= 0 else (0, 0)


def format_date(iso: str) -> str:
    """18 March 2026 for 2026-03-18; anything that is no date stays as it is."""
    try:
        day = datetime.date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {day:%B %Y}"


def _render_blocks(text: str, span: tuple[int, int], has_heading: bool) -> str:
    lines: list[tuple[str, str]] = []
    position = 0
    for number, line in enumerate(text.split("\n")):
        kind = "item" if line.startswith("- ") else "plain" if line.strip() else "blank"
        kind = "heading" if has_heading and number == 0 else kind
        offset = 2 if kind == "item" else 0
        lines.append((kind, _mark(line[offset:], position + offset, span)))
        position += len(line) + 1
    blocks: list[str] = []
    for kind, group in groupby(lines, key=lambda line: line[0]):
        shown = [html for _, html in group]
        if kind == "item":
            blocks.append(f"<ul>{''.join(f'<li>{html}</li>' for html in shown)}</ul>")
        elif kind != "blank":
            css = ' class="heading"' if kind == "heading" else ""
            blocks.append(f"<p{css}>{'<br>'.join(shown)}</p>")
    return "".join(blocks)


def _mark(line: str, position: int, span: tuple[int, int]) -> str:
    start = min(max(span[0] - position, 0), len(line))
    end = min(max(span[1] - position, 0), len(line))
    if start >= end:
        return escape(line)
    return f"{escape(line[:start])}<mark>{escape(line[start:end])}</mark>{escape(line[end:])}"

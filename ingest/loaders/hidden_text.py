"""Text of an HTML page that its readers do not see."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

from ingest.loaders.outline import join_lines

Quarantine = tuple[tuple[str, str], ...]

HIDDEN_TEXT = "hidden text"

_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:opacity|font-size)\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)


def drop_hidden(soup: BeautifulSoup) -> Quarantine:
    """Take the elements that are not shown out of a page; returns their texts, for the ingest report."""
    dropped = []
    for element in soup.find_all(_is_hidden):
        if element.decomposed:  # it stood inside another hidden element
            continue
        text = join_lines(element.get_text(" "))
        if any(char.isalnum() for char in text):
            dropped.append((text, HIDDEN_TEXT))
        element.decompose()
    return tuple(dropped)


def _is_hidden(element: Tag) -> bool:
    return (
        element.has_attr("hidden")
        or str(element.get("aria-hidden", "")).lower() == "true"
        or bool(_HIDING_STYLE.search(str(element.get("style", ""))))
    )

"""Turns an answer's text into Markdown that Streamlit shows as it stands, its markers as chips."""

from __future__ import annotations

import re
from collections.abc import Collection

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>()#+\-.!~$:|=^&@]")
_SHORTCODE = re.compile(r":(?=[\w+/-]+:)")
# A marker stands after a space, or alone, and before closing punctuation; a[1] in the material is no marker.
_MARKER = re.compile(r"(?:(?<=\s)|^)\[(\d+)\](?=[.:;!?]*(?:\s|$))")
_LISTED = re.compile(r"( *- |\d+\. )(.*)")
_RULE = re.compile(r"\|(?: --- \|)+")


def escape_markdown(text: str) -> str:
    """The text with nothing in it that Markdown or Streamlit (math, colours, icons, emoji) would act on."""
    # Streamlit swaps :icon: names after escapes are resolved; an invisible word joiner breaks the name.
    return _SPECIAL.sub(r"\\\g<0>", _SHORTCODE.sub(":\u2060", text))


def escape_sentence(text: str) -> str:
    """The same, but `code` stays code; for messages of the program."""
    parts = re.split(r"(`[^`\n]+`)", text)
    return "".join(part if i % 2 else escape_markdown(part) for i, part in enumerate(parts))


def render_text(text: str, markers: Collection[int] | None = None) -> str:
    """Markdown for an answer's text: its lists, tables and listings kept, all else escaped.

    markers: the numbers that are citations; None while the answer is still coming, when any number may be.
    """
    lines: list[str] = []
    in_listing = False
    for line in text.split("\n"):
        if line.strip() == "```":
            in_listing = not in_listing
            lines.append(line)
        elif in_listing or _RULE.fullmatch(line):
            lines.append(line)
        elif line.startswith("| ") and line.endswith(" |"):
            cells = [_render_inline(cell, markers) for cell in line[2:-2].split(" | ")]
            lines.append(f"| {' | '.join(cells)} |")
        elif found := _LISTED.fullmatch(line):
            lines.append(f"{found[1]}{_render_label(found[2], markers)}")
        elif line.startswith("**"):
            lines.append(_render_label(line, markers))
        else:
            lines.append(_render_inline(line.lstrip(), markers))
    if in_listing:
        lines.append("```")
    return "\n".join(lines)


def _render_label(text: str, markers: Collection[int] | None) -> str:
    """A line that may begin with a label in bold, which only the advisor itself writes."""
    found = re.match(r"\*\*([^*]+)\*\*", text)
    if not found:
        return _render_inline(text, markers)
    return f"**{escape_markdown(found[1])}**{_render_inline(text[found.end() :], markers)}"


def _render_inline(text: str, markers: Collection[int] | None) -> str:
    parts = _MARKER.split(text)
    shown: list[str] = []
    for i, part in enumerate(parts):
        if i % 2 == 0:
            shown.append(escape_markdown(part))
        elif markers is None or int(part) in markers:
            # A chip does not begin a line: it stays with the word before it.
            shown[-1] = re.sub(r" $", "\u00a0", shown[-1])
            shown.append(f":blue-badge[{part}]")
        else:
            shown.append(escape_markdown(f"[{part}]"))
    return "".join(shown)

"""What the material says is shown as it stands, and only real markers become chips."""

from __future__ import annotations

import pytest

from ui.markdown import escape_markdown, escape_sentence, render_text


def test_markers_become_chips_in_sentences_items_and_cells() -> None:
    table = "| A | B |\n| --- | --- |\n| one [1] | two [2]. |\n|  | three [2] |"
    text = f"Skills [1]:\n\n- Python [1]\n- SQL [2]\n\n{table}"
    shown = render_text(text, {1, 2})
    assert "Skills\u00a0:blue-badge[1]\\:" in shown
    assert "\n- Python\u00a0:blue-badge[1]\n- SQL\u00a0:blue-badge[2]\n" in shown
    assert "| one\u00a0:blue-badge[1] | two\u00a0:blue-badge[2]\\. |\n|  | three\u00a0:blue-badge[2] |" in shown
    assert "\n| --- | --- |\n" in shown


def test_a_number_in_brackets_that_is_no_citation_stays() -> None:
    assert render_text("see [9] and a[1] here [1].", {1}) == "see \\[9\\] and a\\[1\\] here\u00a0:blue-badge[1]\\."


HAZARDS = ["$5 to $10", "*bold*", "<b>x</b>", "# title", "![i](u)", ":red[x]", "`x`", "1. one"]


@pytest.mark.parametrize("hazard", HAZARDS)
def test_markdown_in_the_material_is_escaped(hazard: str) -> None:
    shown = escape_markdown(hazard)
    assert shown.replace("\\", "") == hazard
    assert shown != hazard


def test_names_of_icons_and_emoji_are_broken_up() -> None:
    assert ":smile:" not in escape_markdown(":smile:").replace("\\", "")


def test_a_listing_is_left_alone_and_always_closed() -> None:
    assert render_text("```\nx = a[1] * $y\n```\n[1]", {1}) == "```\nx = a[1] * $y\n```\n:blue-badge[1]"
    assert render_text("```\nx = 1").endswith("\n```")


def test_code_in_a_message_of_the_program_stays_code() -> None:
    assert escape_sentence("Costs $5; run `career-advisor ingest`.") == "Costs \\$5; run `career-advisor ingest`\\."

"""Shows one turn of the conversation: the question, the answer with its chips, or what went wrong."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from advisor.types import Answer, Citation
from ui.markdown import escape_markdown, escape_sentence, render_text
from ui.passage_view import show_passage
from ui.turns import Turn

LONG_QUESTION = 1000
_LABEL_CHARS = 44


def show_question(question: str) -> None:
    """The question as it was typed; a very long one in a box that scrolls."""
    height: Literal["content"] | int = 200 if len(question) > LONG_QUESTION else "content"
    with st.chat_message("user", avatar=":material/person:"), st.container(height=height, border=False):
        st.markdown("  \n".join(escape_markdown(line.strip()) for line in question.split("\n")))


def show_outcome(turn: Turn, key: str) -> None:
    """The answer, or the error with a way to try again. key: names this turn's widgets."""
    if turn.answer:
        show_answer(turn, turn.answer, key)
    elif turn.error:
        st.error(escape_sentence(turn.error), icon=":material/error:")
        if turn.can_retry:
            st.button("Ask again", key=f"again-{key}", on_click=turn.ask_again, icon=":material/refresh:")


def show_answer(turn: Turn, answer: Answer, key: str) -> None:
    """Text, chips that open the passages, notices, and how it was made."""
    text = answer.text
    notices = list(answer.notices)
    if answer.abstained:
        missing = notices.pop(0) if notices and text.startswith(notices[0]) else text.split("\n\n")[0]
        st.info(escape_markdown(missing), icon=":material/info:")
        text = text.removeprefix(missing).strip()
    if text:
        st.markdown(render_text(text, {citation.marker for citation in answer.citations}))
    _show_chips(turn, answer.citations, key)
    for notice in notices:
        st.caption(f":material/info: {escape_sentence(notice)}")
    st.caption(escape_markdown(describe_making(answer)))


def describe_making(answer: Answer) -> str:
    """Who answered, how long it took, and tokens and cost where there are any."""
    usage = answer.usage
    parts = ["Passages only (extractive)" if answer.model == "extractive" else answer.model]
    seconds = answer.timings_ms.total / 1000
    parts.append(f"{seconds:.1f} s" if seconds >= 0.05 else "under 0.1 s")
    if usage.prompt_tokens or usage.completion_tokens:
        parts.append(f"{usage.prompt_tokens:,} tokens read, {usage.completion_tokens:,} written")
    if usage.cost_usd:
        parts.append(f"${usage.cost_usd:.4f}")
    return " · ".join(parts)


def label_citation(citation: Citation) -> str:
    """What a chip says: its number and the innermost heading."""
    section = citation.section.split(" > ")[-1] or citation.title
    if len(section) > _LABEL_CHARS:
        section = section[:_LABEL_CHARS].rsplit(" ", 1)[0] + "…"
    return f"{citation.marker} · {section}"


def _show_chips(turn: Turn, citations: list[Citation], key: str) -> None:
    if not citations:
        return
    with st.container(horizontal=True, gap="small", key=f"sources-{key}"):
        for citation in citations:
            with st.popover(escape_markdown(label_citation(citation))):
                show_passage(citation, turn.passages.get(citation.chunk_id))

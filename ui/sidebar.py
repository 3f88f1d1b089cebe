"""The side of the page: who answers, a new conversation, and what has been cited."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from advisor import Advisor
from advisor.settings import Settings
from advisor.types import Source
from advisor.weights import find_weights
from ui.markdown import escape_markdown
from ui.passage_view import format_date
from ui.turns import Turn

# Documents listed by name; the sidebar is not a library catalogue.
SHOWN = 8
_NAMES = {"extractive": "Passages only (extractive)", "local": "Local model"}
_HINTS = {
    "extractive": "Instant; quotes the passages as they stand.",
    "local": "A language model on this machine checks whether the passages answer the question; slower.",
}


def choose_mode(settings: Settings, start_anew: Callable[[], None]) -> Settings:
    """The settings with the mode that is chosen in the sidebar."""
    usual = Advisor(settings).mode
    has_weights = find_weights(settings.data_dir) is not None
    modes = [mode for mode in dict.fromkeys(["extractive", "local", usual]) if mode != "local" or has_weights]
    with st.sidebar:
        st.button("New conversation", on_click=start_anew, icon=":material/add_comment:", width="stretch")
        mode = st.radio(
            "How to answer",
            modes,
            index=modes.index(usual) if usual in modes else 0,
            format_func=lambda mode: _NAMES.get(mode, mode),
            captions=[_HINTS.get(mode, "A hosted model writes; each line is checked.") for mode in modes],
            key="mode",
        )
        if not has_weights:
            st.caption("For the local model, run `career-advisor models pull` and reload this page.")
    # Left as they are for the usual mode: with "auto" the local model still reads interview answers.
    return settings if mode == usual else settings.model_copy(update={"llm": mode})


def show_sources(slot: DeltaGenerator, sources: Sequence[Source], turns: Sequence[Turn]) -> None:
    """About the material: its documents, those first that this conversation has cited."""
    cited = {c.source_id for turn in turns if turn.answer for c in turn.answer.citations}
    with slot.container():
        st.subheader("About the material", anchor=False)
        st.caption(
            "The advisor knows the files in its corpus folder and nothing else. Where they hold no answer, it says so."
        )
        for source in sorted(sources, key=lambda source: source.source_id not in cited)[:SHOWN]:
            facts = [f"published {format_date(source.published)}" if source.published else ""]
            facts += [f"checked {format_date(source.checked)}" if source.checked else ""]
            facts += ["cited in this conversation" if source.source_id in cited else ""]
            about = escape_markdown("; ".join(fact for fact in facts if fact))
            st.caption(f"**{escape_markdown(source.title)}**" + (f"  \n{about}" if about else ""))
        if len(sources) > SHOWN:
            st.caption(f"and {len(sources) - SHOWN} more documents")

"""The chat page: `streamlit run ui/app.py`."""

from __future__ import annotations

import logging
import sys
from itertools import cycle
from pathlib import Path

# Streamlit puts this file's folder on the path, not the one that holds our packages.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import streamlit as st

from advisor import Advisor
from advisor.career.profile import Profile
from advisor.errors import AdvisorError
from advisor.settings import Settings
from advisor.types import Source
from ui.answer_view import show_outcome, show_question
from ui.markdown import escape_sentence, render_text
from ui.profile_panel import note_told, show_profile
from ui.sidebar import choose_mode, show_sources
from ui.turns import UNEXPECTED, Turn, answer_turn, list_messages

SUGGESTIONS = (
    "How long does it take to qualify as an ML engineer?",
    "Which skills win interviews for LLM engineers?",
    "Compare an ML engineer with a data engineer",
    "What is the 14-day plan?",
    "I'm a data analyst. Which role fits me?",
    "What does an ML engineer earn in Berlin?",
)


def main() -> None:
    """The whole page; whatever goes wrong reaches it as one plain sentence."""
    st.set_page_config(page_title="Career advisor", page_icon="🧭")
    try:
        show_page()
    except AdvisorError as error:
        st.error(escape_sentence(str(error)), icon=":material/error:")
    except Exception:
        logging.getLogger(__name__).exception("The page could not be shown")
        st.error(UNEXPECTED, icon=":material/error:")


def show_page() -> None:
    """Title, conversation and input; questions that wait are answered in their place."""
    turns: list[Turn] = st.session_state.setdefault("turns", [])
    settings = choose_mode(Settings(), turns.clear)
    if question := st.chat_input("Ask about roles, skills, plans and hiring in AI", key="question"):
        turns.append(Turn(question))
    st.html(Path(__file__).with_name("style.css"))
    st.title("Career advisor", anchor=False)
    st.markdown("For people moving into AI work. Answers come only from the material, and every sentence is cited.")
    first_page = st.empty()
    if turns:
        # Emptied at once, or the suggestions would stay on the page, greyed, while the answer is made.
        first_page.empty()
    else:
        with first_page.container():
            show_first_page(turns)
    profile = find_profile(settings)
    slot = st.sidebar.empty()
    sources = list_sources(settings)
    show_sources(slot, sources, turns)
    for number, turn in enumerate(turns):
        show_turn(turn, turns[:number], settings, str(number), profile)
    show_sources(slot, sources, turns)
    # While the page is read, so that the next question does not wait.
    if not turns or turns[-1].answer:
        warm_up(settings)


def list_sources(settings: Settings) -> list[Source]:
    """The documents of the material; none where the index cannot be read, which the answer will say."""
    try:
        return open_advisor(settings).list_sources()
    except AdvisorError:
        return []


def find_profile(settings: Settings) -> Profile:
    """What is known of the person; an empty profile where the index cannot be read, which the answer will say."""
    try:
        return show_profile(open_advisor(settings))
    except AdvisorError:
        return Profile()


def show_first_page(turns: list[Turn]) -> None:
    """Questions to begin with."""
    st.caption("Try one of these, or ask your own:")
    for question, column in zip(SUGGESTIONS, cycle(st.columns(2, gap="small")), strict=False):
        with column:
            st.button(question, on_click=lambda asked=question: turns.append(Turn(asked)), width="stretch")


def show_turn(turn: Turn, before: list[Turn], settings: Settings, key: str, profile: Profile) -> None:
    """A question and its answer; one that waits is answered now."""
    show_question(turn.question)
    with st.chat_message("assistant", avatar=":material/explore:"):
        # There for every turn, so that what follows keeps its place when the page runs again.
        status, live = st.empty(), st.empty()
        if turn.waits:
            answer_turn(
                turn,
                list_messages(before),
                open_advisor(settings),
                show_step=lambda step: status.caption(f":material/hourglass_top: {step}…"),
                show_text=lambda text: live.markdown(render_text(text)),
                profile=profile,
            )
            note_told(open_advisor(settings), turn)
            status.empty()
            live.empty()
        show_outcome(turn, key)


def _identify(settings: Settings) -> str:
    return settings.model_dump_json()


@st.cache_resource(show_spinner=False, hash_funcs={Settings: _identify})
def open_advisor(settings: Settings) -> Advisor:
    """One advisor for all who use the same settings."""
    return Advisor(settings)


@st.cache_resource(show_spinner="Opening the index…", hash_funcs={Settings: _identify})
def warm_up(settings: Settings) -> None:
    """Loads what the advisor needs; a failure is raised and not remembered, so that a reload tries again."""
    open_advisor(settings).warm_up()


if __name__ == "__main__":
    main()

"""The side of the page that shows, takes and forgets what is known of the person."""

from __future__ import annotations

import datetime
import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from advisor import Advisor
from advisor.career.profile import LEAST_HOURS, MOST_HOURS, HeldSkill, Profile, describe_profile, make_profile
from advisor.career.store import ProfileStore
from advisor.errors import AdvisorError
from ui.markdown import escape_markdown, escape_sentence
from ui.turns import Turn


def show_profile(advisor: Advisor) -> Profile:
    """The panel; returns the profile that the conversation begins with. It opens with the one kept on this computer."""
    store = ProfileStore(advisor.settings.data_dir)
    if "profile" not in st.session_state:
        st.session_state["profile"] = store.load()
    profile: Profile = st.session_state["profile"]
    with st.sidebar.expander("Your profile", icon=":material/person_edit:"):
        if profile.is_empty:
            st.caption("Tell it in the conversation, fill in the form, or read it from a CV. Nothing is assumed.")
        for line in describe_profile(profile):
            st.caption(escape_markdown(line))
        _show_form(advisor, profile)
        _read_cv(advisor, profile)
        if not profile.is_empty:
            st.button("Keep on this computer", on_click=_keep, args=(store,), width="stretch")
            st.button("Forget everything about me", on_click=_forget, args=(store,), width="stretch")
        if message := st.session_state.pop("profile-message", ""):
            st.info(escape_sentence(message))
    return profile


def note_told(advisor: Advisor, turn: Turn) -> None:
    """Adds to the panel what an answered turn told of the person, so that it can be seen, corrected and kept."""
    if turn.answer:
        told = advisor.career.note(st.session_state["profile"], turn.question)
        if told != st.session_state["profile"]:
            st.session_state["profile"] = told
            st.rerun()


def _show_form(advisor: Advisor, profile: Profile) -> None:
    catalogue = advisor.career.catalogue
    with st.form("profile-form", border=False):
        occupation = st.text_input("What you do now", value=profile.occupation or "", max_chars=80)
        hours = st.number_input(
            "Hours a week", float(LEAST_HOURS), float(MOST_HOURS), value=profile.hours_per_week, step=1.0
        )
        today = datetime.date.today()
        # A deadline that was kept may have passed since.
        due = profile.deadline if profile.deadline and profile.deadline >= today else None
        deadline = st.date_input("Ready by", value=due, min_value=today)
        skills = st.multiselect("Skills", [skill.name for skill in catalogue.skills], default=list(profile.levels))
        role = st.selectbox(
            "Role you aim at",
            list(catalogue.guides),
            index=list(catalogue.guides).index(profile.target) if profile.target in catalogue.guides else None,
        )
        likes = st.text_input("What you like", value="; ".join(profile.likes), max_chars=400)
        if st.form_submit_button("Save", width="stretch"):
            held = {skill.name: skill for skill in profile.skills}
            _change(
                profile,
                occupation=occupation.strip() or None,
                hours_per_week=hours,
                deadline=deadline,
                skills=[held.get(name, HeldSkill(name=name)) for name in skills],
                lacking=[name for name in profile.lacking if name not in skills],
                target=role,
                likes=[like.strip() for like in likes.split(";") if like.strip()],
            )
            st.rerun()


def _read_cv(advisor: Advisor, profile: Profile) -> None:
    """Takes a CV; its file is read once and not kept."""
    # Another key is another widget: a file must not outlive "Forget".
    key = f"cv-{st.session_state.setdefault('cv-round', 0)}"
    upload = st.file_uploader("Read a CV", type=["pdf", "docx", "txt"], key=key)
    if upload is None or st.session_state.get("cv-read") == upload.file_id:
        return
    st.session_state["cv-read"] = upload.file_id
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(upload.name).name
        path.write_bytes(upload.getvalue())
        try:
            read = advisor.career.read_cv(path)
        except AdvisorError as error:
            st.session_state["profile-message"] = str(error)
            st.rerun()
    found = {skill.name: skill for skill in (*profile.skills, *read.profile.skills)}
    _change(
        profile,
        occupation=read.profile.occupation or profile.occupation,
        education=read.profile.education or profile.education,
        skills=list(found.values()),
    )
    message = f"Found {len(read.profile.skills)} skills; take out what is wrong."
    if read.left_out:
        message += f" {len(read.left_out)} lines that try to instruct the reader were left out."
    st.session_state["profile-message"] = message
    st.rerun()


def _change(profile: Profile, **values: Any) -> None:
    try:
        st.session_state["profile"] = make_profile(**profile.model_dump() | values)
    except AdvisorError as error:
        st.session_state["profile-message"] = str(error)


def _keep(store: ProfileStore) -> None:
    store.save(st.session_state["profile"])
    st.session_state["profile-message"] = "Kept in the data folder of this computer."


def _forget(store: ProfileStore) -> None:
    store.delete()
    st.session_state["profile"] = Profile()
    st.session_state["cv-round"] += 1
    # The conversation tells it all again.
    st.session_state["turns"] = []
    st.session_state["profile-message"] = "Forgotten: profile, score cards and this conversation are deleted."

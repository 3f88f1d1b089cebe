"""A profile stays in the data folder, comes back whole, and is really gone when deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.career.interview import Feedback
from advisor.career.profile import HeldSkill, Profile
from advisor.career.store import FILE_NAME, ProfileStore
from advisor.errors import ProfileError
from ingest.role_guide import Quote

PROFILE = Profile(occupation="lighthouse keeper", skills=[HeldSkill(name="SQL", level="deep", words="SQL expert")])
FEEDBACK = Feedback(
    question="Why?", answer="Because of the zanzibar principle.", score=1, points=[], note="A good answer.",
    citation=Quote(chunk_id="c", text="Why?"), remarks=[], judged=False,
)  # fmt: skip


def test_a_profile_comes_back_whole(tmp_path: Path) -> None:
    ProfileStore(tmp_path).save(PROFILE)
    assert ProfileStore(tmp_path).load() == PROFILE
    assert ProfileStore(tmp_path).load("somebody else").is_empty


def test_what_is_deleted_is_gone_from_the_file(tmp_path: Path) -> None:
    store = ProfileStore(tmp_path)
    store.save(PROFILE)
    store.add_feedback("Data engineer", FEEDBACK)
    assert store.load_score_card("Data engineer").score == 1
    assert b"lighthouse" in (tmp_path / FILE_NAME).read_bytes()
    assert store.delete()
    assert not store.delete()
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"lighthouse" not in left and b"zanzibar" not in left


def test_a_damaged_store_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is no database" * 100)
    with pytest.raises(ProfileError, match=r"cannot be opened \(.*\); move that file away or set ADVISOR_DATA_DIR\.$"):
        ProfileStore(tmp_path).load()

"""What all tests share: an environment of their own, and the real embedder, index and advisor, made once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
import pytest

if TYPE_CHECKING:
    from advisor import Advisor
    from ingest.embedding import Embedder

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session", autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting of the person who runs the tests, and nothing of theirs read or written."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("ADVISOR_")]:
            patch.delenv(name)
        patch.setenv("ADVISOR_DATA_DIR", str(tmp_path_factory.mktemp("nobody")))
        yield


@pytest.fixture(autouse=True)
def _own_data_dir(_own_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(tmp_path / "own-data"))


@pytest.fixture(scope="session")
def shared_dir(_own_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data folder that holds the exported embedding model and the index; tests must not change it.

    It begins with a copy of what lies in the user's data folder, so that texts embedded before are not embedded again:
    index_dir brings it in line with the corpus, whatever it was.
    """
    from ingest.adapter import hash_adapter

    folder = tmp_path_factory.mktemp("shared-data")
    before = Path(platformdirs.user_data_dir("career-advisor"))
    for path in [before / "index", *before.glob(f"weights/all-MiniLM-*-{hash_adapter()}")]:
        if path.is_dir():
            shutil.copytree(path, folder / path.relative_to(before))
    return folder


@pytest.fixture(scope="session")
def embedder(shared_dir: Path) -> Embedder:
    """The real embedder on ONNX Runtime."""
    from advisor.settings import Settings
    from ingest.embedding import create_embedder

    return create_embedder(Settings(data_dir=shared_dir))


@pytest.fixture(scope="session")
def index_dir(shared_dir: Path, embedder: Embedder) -> Path:
    """Data folder with a published index of the repository's corpus; tests must not change it."""
    from advisor.settings import Settings
    from ingest.sync import sync_corpus

    sync_corpus(Settings(data_dir=shared_dir), embedder)
    return shared_dir


@pytest.fixture(scope="session")
def advisor(index_dir: Path) -> Iterator[Advisor]:
    """The advisor over the repository's corpus, without a language model."""
    from advisor import Advisor
    from advisor.settings import Settings

    with Advisor(Settings(data_dir=index_dir, llm="extractive")) as advisor:
        yield advisor


@pytest.fixture
def empty_dir(shared_dir: Path, embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, the one of the environment, with the embedding model but no index."""
    folder = tmp_path / "data"
    shutil.copytree(shared_dir / "weights", folder / "weights", copy_function=os.link)
    monkeypatch.setenv("ADVISOR_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def data_dir(empty_dir: Path, index_dir: Path) -> Path:
    """A data folder of the test's own, the one of the environment, with a copy of the index that it may damage."""
    shutil.copytree(index_dir / "index", empty_dir / "index")
    return empty_dir


@pytest.fixture(scope="session")
def weights_dir() -> Path:
    """Data folder with the real local language model; where it is absent, tests are skipped, but in CI they fail."""
    from advisor.weights import find_weights

    # Not ADVISOR_DATA_DIR: that is an empty folder here.
    folder = Path(os.environ.get("CAREER_ADVISOR_TEST_WEIGHTS") or platformdirs.user_data_dir("career-advisor"))
    if find_weights(folder):
        return folder
    reason = f"no verified weights in {folder}; run 'career-advisor models pull'"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)

"""With ADVISOR_CHROMA_URL the vectors live on a real Chroma server, and everything else works as before."""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.embedding import Embedder
from ingest.errors import IndexUnavailable
from ingest.generation import open_generation
from ingest.settings import IngestSettings
from ingest.sync import sync_corpus


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("chroma")),
        "run",
        "--path",
        str(tmp_path / "server"),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=1)
                break
            except OSError:
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def test_a_generation_on_a_server_is_built_searched_and_replaced(
    server: str, embedder: Embedder, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("# Guide\n\nPay differs by city.\n")
    settings = IngestSettings(corpus_dir=corpus, data_dir=tmp_path / "data", chroma_url=server)
    sync_corpus(settings, embedder)
    (corpus / "b.md").write_text("# Interviews\n\nAn interview has three rounds.\n")
    report = sync_corpus(settings, embedder)
    assert report.unchanged == ["a.md"]
    generation = open_generation(settings, embedder)
    found = generation.vectors.search(embedder.embed(["how many interview rounds"])[0], k=1)
    assert generation.passages.get([found[0][0]])[0].source_id == "b.md"
    generation.close()


def test_a_server_that_is_away_is_named(embedder: Embedder, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text("# Guide\n\nPay differs by city.\n")
    settings = IngestSettings(corpus_dir=corpus, data_dir=tmp_path / "data", chroma_url="http://127.0.0.1:9")
    with pytest.raises(IndexUnavailable, match="ADVISOR_CHROMA_URL"):
        sync_corpus(settings, embedder)

"""The ONNX export against sentence-transformers on the same weights, and what happens to weights that are wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from ingest import onnx_export
from ingest.adapter import apply_adapter
from ingest.embedding import Embedder, RememberingEmbedder, create_embedder
from ingest.errors import WeightsError
from ingest.onnx_export import ensure_export, find_packaged_weights, verify_export
from ingest.settings import PLAIN_EMBEDDING_MODEL, IngestSettings

TEXTS = [
    "",
    " ",
    "a",
    "ML",
    "What does an ML engineer do?",
    "The exam costs $450 and takes 90 minutes.",
    "RAG, CI/CD, C++ and C#: what's the difference?",
    "Days 1–3: choose one role — and write it down.",
    "naïve café résumé, façade",
    "ALL CAPITALS AND NO SENSE",
    "1234567890 3.14159 2026-03-18",
    "https://example.org/a/very/long/path?with=query&and=more#fragment",
    "机器学习工程师是做什么的?",
    "Привет, мир",
    "🙂🚀 emoji and\ttabs\nand lines",
    "supercalifragilisticexpialidocious " * 3,
    "- first item\n- second item\n- third item",
    "def f(x):\n    return x * 2\n",
    "one sentence that is repeated until the model has to cut it off. " * 40,
    "word " * 2000,
]


@pytest.mark.parametrize("adapted", [True, False])
def test_export_gives_the_vectors_of_sentence_transformers(embedder: Embedder, tmp_path: Path, adapted: bool) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(find_packaged_weights()), device="cpu")
    if adapted:
        apply_adapter(model[0].auto_model)
    else:
        embedder = create_embedder(IngestSettings(data_dir=tmp_path, embedding_model=PLAIN_EMBEDDING_MODEL))
    expected = model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    got = embedder.embed(TEXTS)
    assert got.shape == expected.shape == (len(TEXTS), 384)
    assert np.abs(got - expected).max() < 1e-5


def test_a_text_has_the_same_vector_alone_and_in_company(embedder: Embedder) -> None:
    alone = np.vstack([embedder.embed([text]) for text in TEXTS])
    assert np.abs(embedder.embed(TEXTS) - alone).max() < 1e-5
    assert np.allclose(np.linalg.norm(alone, axis=1), 1, atol=1e-5)


def test_nothing_to_embed(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_langchain_sees_the_same_vectors(embedder: Embedder) -> None:
    expected = embedder.embed(TEXTS[4:5])[0].tolist()
    assert embedder.embed_query(TEXTS[4]) == embedder.embed_documents(TEXTS[4:5])[0] == expected


def test_tokens_are_counted_before_truncation(embedder: Embedder) -> None:
    assert embedder.count_tokens("") == 2
    assert embedder.count_tokens("word " * 2000) == 2002


def test_packaged_weights_with_another_hash_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "model"
    shutil.copytree(find_packaged_weights(), changed)
    with (changed / "model.safetensors").open("r+b") as file:
        file.seek(1000)
        byte = file.read(1)
        file.seek(1000)
        file.write(bytes([byte[0] ^ 1]))
    monkeypatch.setattr(onnx_export, "find_packaged_weights", lambda: changed)
    with pytest.raises(WeightsError, match="do not have the expected sha256; reinstall"):
        ensure_export(tmp_path / "data")
    assert not list((tmp_path / "data").rglob("*.onnx"))


def test_a_damaged_export_is_found(empty_dir: Path) -> None:
    folder = verify_export(empty_dir)
    content = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").unlink()  # a link to the shared one
    (folder / "model.onnx").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(WeightsError, match="damaged; delete that folder"):
        verify_export(empty_dir)
    (folder / "model.onnx").write_bytes(content[: len(content) // 2])
    with pytest.raises(WeightsError, match="damaged; delete that folder"):
        create_embedder(IngestSettings(data_dir=empty_dir))


def test_an_unknown_embedding_model_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    settings = IngestSettings(data_dir=tmp_path, embedding_model="nobody/no-such-model")
    with pytest.raises(WeightsError) as error:
        create_embedder(settings)
    assert "'nobody/no-such-model' could not be loaded" in str(error.value)
    assert "check ADVISOR_EMBEDDING_MODEL" in str(error.value) and "\n" not in str(error.value)


def test_a_remembering_embedder_gives_the_same_vectors(embedder: Embedder) -> None:
    remembering = RememberingEmbedder(embedder)
    texts = ["how long does it take", "pay", "how long does it take"]
    assert np.allclose(remembering.embed(texts), embedder.embed(texts), atol=1e-6)
    assert np.allclose(remembering.embed(["pay"]), embedder.embed(["pay"]), atol=1e-6)
    assert remembering.embed([]).shape == (0, embedder.dimension)

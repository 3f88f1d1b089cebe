"""The one factory that turns a setting into an embedder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from ingest.adapter import hash_adapter
from ingest.errors import WeightsError
from ingest.onnx_export import MAX_TOKENS, WEIGHTS_SHA256, ensure_export
from ingest.settings import DEFAULT_EMBEDDING_MODEL, PLAIN_EMBEDDING_MODEL, IngestSettings

Vectors = NDArray[np.float32]
BATCH = 64
# Texts of a few questions.
REMEMBERED = 128


class Embedder(Embeddings):
    """A LangChain embedder that also counts tokens and names the exact weights it runs.

    fingerprint: changes whenever the vectors of the same text would change.
    dimension: length of a vector; vectors have unit length.
    """

    fingerprint: str
    dimension: int

    def embed(self, texts: list[str]) -> Vectors:
        """Unit vectors of the texts, shape (len(texts), dimension)."""
        raise NotImplementedError

    def count_tokens(self, text: str) -> int:
        """Number of tokens the model sees for the text, special tokens included, before truncation."""
        raise NotImplementedError

    def is_word(self, word: str) -> bool:
        """Whether a lower-case word is so common that the model has a token for it; a typing error is not."""
        raise NotImplementedError

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [row.tolist() for row in self.embed(texts)]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


class OnnxEmbedder(Embedder):
    """all-MiniLM-L6-v2 on ONNX Runtime, with this project's adapter or without it."""

    dimension = 384

    def __init__(self, folder: Path, *, adapted: bool = True) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = os.cpu_count() or 1
        options.log_severity_level = 3
        # Waiting threads that spin gain nothing on texts this short and starve the language model beside them.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._counter: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # ONNX Runtime raises its own unrelated exception types
            raise WeightsError(
                f"The exported embedding model in {folder} is damaged; delete that folder and run again."
            ) from error
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._counter.no_truncation()
        self._counter.no_padding()
        plain = f"{PLAIN_EMBEDDING_MODEL}:{WEIGHTS_SHA256[:16]}"
        self.fingerprint = f"{DEFAULT_EMBEDDING_MODEL}:{WEIGHTS_SHA256[:16]}+{hash_adapter()}" if adapted else plain

    def embed(self, texts: list[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        encoded = [e.ids for e in self._tokenizer.encode_batch(texts)]
        for rows in _group_by_length([len(ids) for ids in encoded]):
            ids = np.zeros((len(rows), max(len(encoded[i]) for i in rows)), dtype=np.int64)
            mask = np.zeros_like(ids)
            for place, i in enumerate(rows):
                ids[place, : len(encoded[i])] = encoded[i]
                mask[place, : len(encoded[i])] = 1
            vectors[rows] = self._session.run(["embedding"], {"input_ids": ids, "attention_mask": mask})[0]
        return vectors

    def count_tokens(self, text: str) -> int:
        return len(self._counter.encode(text).ids)

    def is_word(self, word: str) -> bool:
        return self._counter.token_to_id(word) is not None


def _group_by_length(lengths: list[int]) -> Iterator[list[int]]:
    """Numbers of texts in batches of like length, so that little is spent on padding."""
    batch: list[int] = []
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if batch and (len(batch) == BATCH or lengths[i] > 1.5 * lengths[batch[0]] + 4):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


class SentenceTransformerEmbedder(Embedder):
    """Any other model, through sentence-transformers."""

    def __init__(self, name: str) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(name)
        except Exception as error:  # the hub client, the file system and torch each raise their own
            raise WeightsError(
                f"The embedding model '{name}' could not be loaded ({type(error).__name__}); check "
                f"ADVISOR_EMBEDDING_MODEL, or unset it to use {DEFAULT_EMBEDDING_MODEL}."
            ) from error
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        self.fingerprint = f"{name}:{self.dimension}"

    def embed(self, texts: list[str]) -> Vectors:
        vectors = self._model.encode(texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32).reshape(len(texts), self.dimension)

    def count_tokens(self, text: str) -> int:
        return len(self._model.tokenizer(text, truncation=False, verbose=False)["input_ids"])

    def is_word(self, word: str) -> bool:
        return word in self._model.tokenizer.get_vocab()


class RememberingEmbedder(Embedder):
    """Keeps the vectors of the last texts, which the steps of one answer ask for again. Safe between threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._recent: dict[str, Vectors] = {}
        self.dimension, self.fingerprint = embedder.dimension, embedder.fingerprint

    def embed(self, texts: list[str]) -> Vectors:
        known = dict(self._recent)
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        known |= zip(missing, self._embedder.embed(missing), strict=True)
        self._recent = {text: known[text] for text in list(known)[-REMEMBERED:]}
        return np.array([known[text] for text in texts], dtype=np.float32).reshape(-1, self.dimension)

    def count_tokens(self, text: str) -> int:
        return self._embedder.count_tokens(text)

    def is_word(self, word: str) -> bool:
        return self._embedder.is_word(word)


def create_embedder(settings: IngestSettings) -> Embedder:
    """The embedder that the settings name.

    Raises WeightsError when its weights cannot be found or loaded.
    """
    if settings.embedding_model in (DEFAULT_EMBEDDING_MODEL, PLAIN_EMBEDDING_MODEL):
        adapted = settings.embedding_model == DEFAULT_EMBEDDING_MODEL
        return OnnxEmbedder(ensure_export(settings.data_dir, adapted=adapted), adapted=adapted)
    return SentenceTransformerEmbedder(settings.embedding_model)

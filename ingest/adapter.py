"""A low-rank adapter that fits the packaged embedding weights to the questions people ask of this corpus.

Trained by eval/fit_embedder.py on the example questions beside the pages, so that two questions about one section come
to lie near each other (low-rank adaptation: Hu et al. 2021). The file holds two thin matrices for each adapted layer,
which are added to its weights when the model is exported; afterwards the model costs what it cost before.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    import torch

ADAPTER_FILE = Path(__file__).with_name("adapter.safetensors")
SCALE = 2.0
# Parts of each transformer layer that are adapted.
ADAPTED = (
    "attention.self.query",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)


def list_adapted(transformer: torch.nn.Module) -> dict[str, torch.nn.Linear]:
    """The linear layers of a BERT encoder that an adapter changes, by name."""
    modules = dict(transformer.named_modules())
    layers = sum(name.count(".") == 2 and name.startswith("encoder.layer.") for name in modules)
    names = [f"encoder.layer.{number}.{part}" for number in range(layers) for part in ADAPTED]
    return {name: cast("torch.nn.Linear", modules[name]) for name in names}


def apply_adapter(transformer: torch.nn.Module, path: Path = ADAPTER_FILE) -> None:
    """Adds the adapter to the weights of the encoder, in place."""
    import torch
    from safetensors.torch import load_file

    stored = load_file(str(path))
    with torch.no_grad():
        for name, layer in list_adapted(transformer).items():
            down, up = stored[f"{name}.down"].float(), stored[f"{name}.up"].float()
            layer.weight += SCALE * (up @ down)


@lru_cache(maxsize=1)
def hash_adapter() -> str:
    """First 16 digits of the sha256 of the adapter file: with another adapter, every vector is another."""
    return hashlib.sha256(ADAPTER_FILE.read_bytes()).hexdigest()[:16]

"""Trains the adapter of the embedding model on the example questions of the corpus; writes ingest/adapter.safetensors.

Run ``python -m eval.fit_embedder``. In every step pairs of one section are drawn, two of its example questions or, each
fourth step, a question and the section's text; each must find its partner among those of all the others (multiple
negatives ranking: Henderson et al. 2017). Golden questions take no part. A step takes some seconds on two cores.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from tqdm import trange
from transformers import AutoModel, AutoTokenizer

from ingest.adapter import ADAPTER_FILE, SCALE, list_adapted
from ingest.embedding import create_embedder
from ingest.generation import open_generation
from ingest.onnx_export import find_packaged_weights
from ingest.questions import plain_question
from ingest.roles import remove_roles
from ingest.settings import IngestSettings

RANK = 16
PAIRS = 160
RATE = 8e-4
WARM_UP = 15
TEMPERATURE = 0.05
QUESTION_TOKENS, PASSAGE_TOKENS = 40, 64
PASSAGE_EVERY = 4
# A section with many questions is drawn more often, but not in proportion.
MOST_QUESTIONS = 40


class Adapted(torch.nn.Module):
    """A linear layer with a low-rank addition, of which only the addition learns."""

    def __init__(self, base: torch.nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.down = torch.nn.Parameter(torch.randn(RANK, base.in_features) / math.sqrt(base.in_features))
        self.up = torch.nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        added = (inputs @ self.down.T) @ self.up.T
        result: torch.Tensor = self.base(inputs) + SCALE * added
        return result


def collect_groups(settings: IngestSettings) -> list[tuple[list[str], list[str]]]:
    """(questions, texts) of every section of the published index that has at least three questions."""
    generation = open_generation(settings, create_embedder(settings))
    chunks = {chunk.id: chunk.search_text for chunk in generation.passages.get_all()}
    sections: dict[frozenset[str], list[str]] = {}
    for chunk_id, questions in generation.questions.list_by_owner().items():
        forms = {form for question in questions for form in (plain_question(question), remove_roles(question))}
        sections.setdefault(frozenset(forms), []).append(chunks[chunk_id])
    generation.close()
    return [(sorted(forms), texts) for forms, texts in sections.items() if len(forms) > 2]


def adapt_model(transformer: Any) -> dict[str, Adapted]:
    """Freezes a transformer and puts an Adapted layer in the place of each that an adapter changes."""
    transformer.requires_grad_(False)
    adapted = {}
    for name, layer in list_adapted(transformer).items():
        parent, _, last = name.rpartition(".")
        adapted[name] = Adapted(layer)
        setattr(transformer.get_submodule(parent), last, adapted[name])
    return adapted


def embed(transformer: Any, tokenizer: Any, texts: Sequence[str], max_tokens: int) -> torch.Tensor:
    """Unit vectors of the texts, with gradients."""
    batch = tokenizer(list(texts), padding=True, truncation=True, max_length=max_tokens, return_tensors="pt")
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = transformer(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1).float()
    return torch.nn.functional.normalize((hidden.float() * mask).sum(1) / mask.sum(1), dim=1)


def train(groups: Sequence[tuple[list[str], list[str]]], steps: int, start: Path | None = None) -> dict[str, Adapted]:
    """The trained layers, by name. start: an adapter to go on from."""
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    source = str(find_packaged_weights())
    tokenizer, transformer = AutoTokenizer.from_pretrained(source), AutoModel.from_pretrained(source).eval()
    adapted = adapt_model(transformer)
    if start:
        load_layers(adapted, start)
    weights = np.sqrt([min(len(questions), MOST_QUESTIONS) for questions, _ in groups])
    weights /= weights.sum()
    optimizer = torch.optim.AdamW([p for layer in adapted.values() for p in (layer.down, layer.up)], lr=RATE)
    target = torch.arange(PAIRS)
    for step in (bar := trange(steps, unit="step")):
        optimizer.param_groups[0]["lr"] = RATE * min(1.0, (step + 1) / WARM_UP) * (1 - step / steps)
        passages = step % PASSAGE_EVERY == PASSAGE_EVERY - 1
        left, right = [], []
        for number in rng.choice(len(groups), PAIRS, replace=False, p=weights):
            questions, texts = groups[number]
            one, other = rng.choice(len(questions), 2, replace=False)
            left.append(questions[one])
            right.append(texts[rng.integers(len(texts))] if passages else questions[other])
        ours = embed(transformer, tokenizer, left, QUESTION_TOKENS)
        theirs = embed(transformer, tokenizer, right, PASSAGE_TOKENS if passages else QUESTION_TOKENS)
        scores = ours @ theirs.T / TEMPERATURE
        loss = (
            torch.nn.functional.cross_entropy(scores, target) + torch.nn.functional.cross_entropy(scores.T, target)
        ) / 2
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_([p for layer in adapted.values() for p in (layer.down, layer.up)], 1.0)
        optimizer.step()
        bar.set_postfix(loss=f"{loss.item():.2f}")
    return adapted


def load_layers(adapted: dict[str, Adapted], path: Path) -> None:
    """Puts a stored adapter into the layers."""
    from safetensors.torch import load_file

    stored = load_file(str(path))
    with torch.no_grad():
        for name, layer in adapted.items():
            layer.down.copy_(stored[f"{name}.down"])
            layer.up.copy_(stored[f"{name}.up"])


def save_layers(adapted: dict[str, Adapted], path: Path = ADAPTER_FILE) -> None:
    """Writes the layers in half precision, which changes no cosine by more than .001."""
    from safetensors.torch import save_file

    tensors = {}
    for name, layer in adapted.items():
        tensors[f"{name}.down"] = layer.down.detach().half().contiguous()
        tensors[f"{name}.up"] = layer.up.detach().half().contiguous()
    save_file(tensors, str(path))


@click.command()
@click.option("--steps", default=250, show_default=True)
@click.option("--go-on", is_flag=True, help="Start from the adapter there is.")
def main(steps: int, go_on: bool) -> None:
    """Trains on the published index and writes the adapter; run 'career-advisor ingest' and the other fits after it."""
    groups = collect_groups(IngestSettings())
    print(f"{len(groups)} sections, {sum(len(questions) for questions, _ in groups)} questions")
    save_layers(train(groups, steps, ADAPTER_FILE if go_on else None))


if __name__ == "__main__":
    main()

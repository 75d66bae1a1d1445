"""The network as torch sees it, for training only. `tagger.score` is the same in numpy."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from inference.tagging.features import FLAGS, LISTS, PAIR_FLAGS, PART_BITS, WORD_BITS
from inference.tagging.tagger import LABELS, REACHES

WORD_SIZE = 32
PART_SIZE = 32
WIDTH = 96
WORD_DROP = 0.2  # share of tokens whose word is hidden, so that parts and neighbours must tell
LISTS_DROP = 0.25
HIDDEN = 0.08  # share of tokens of which only the shape is left, so that the neighbours must tell
LAYER_DROP = 0.1
NOT_SCORED = -100


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Texts one after the other with zeros between them, at least as many as the farthest layer reaches."""

    words: Tensor  # [tokens]
    parts: Tensor  # [parts]
    part_offsets: Tensor  # [tokens]
    marks: Tensor  # [tokens, FLAGS + LISTS + PAIR_FLAGS]
    is_token: Tensor  # [tokens, 1], 0 between texts
    labels: Tensor  # [tokens], NOT_SCORED between texts


def new_parameters() -> dict[str, Tensor]:
    """Random weights by name; the names are those of the weights file."""
    size = WORD_SIZE + PART_SIZE + FLAGS + len(LISTS) + PAIR_FLAGS
    shapes = {"first": (size, WIDTH), "last": (WIDTH, len(LABELS))}
    shapes |= {f"layer{number}": (3 * WIDTH, WIDTH) for number in range(len(REACHES))}
    parameters = {
        "words": torch.randn(1 << WORD_BITS, WORD_SIZE) * 0.1,
        "parts": torch.randn(1 << PART_BITS, PART_SIZE) * 0.1,
    }
    for name, (rows, columns) in shapes.items():
        parameters[f"{name}.weight"] = torch.randn(rows, columns) * (1.4 / rows**0.5)
        parameters[f"{name}.bias"] = torch.zeros(columns)
    return {name: value.requires_grad_() for name, value in parameters.items()}


def score(parameters: dict[str, Tensor], batch: Batch, *, is_training: bool) -> Tensor:
    """[tokens, LABELS]."""
    words = functional.embedding(batch.words, parameters["words"])
    parts = functional.embedding_bag(batch.parts, parameters["parts"], batch.part_offsets, mode="mean")
    marks = batch.marks
    if is_training:
        is_seen = torch.rand(len(words), 1) >= HIDDEN
        parts = parts * is_seen
        words = words * is_seen * (torch.rand(len(words), 1) >= WORD_DROP)
        is_kept = is_seen * (torch.rand(len(marks), 1) >= LISTS_DROP)
        marks = torch.cat([marks[:, :FLAGS], marks[:, FLAGS:] * is_kept], dim=1)
    joined = torch.cat([words, parts, marks], dim=1)
    layer = torch.relu(joined @ parameters["first.weight"] + parameters["first.bias"]) * batch.is_token
    for number, reach in enumerate(REACHES):
        layer = functional.dropout(layer, LAYER_DROP, is_training)
        wide = _with_neighbours(layer, reach)
        new = torch.relu(wide @ parameters[f"layer{number}.weight"] + parameters[f"layer{number}.bias"])
        layer = layer + new * batch.is_token
    return layer @ parameters["last.weight"] + parameters["last.bias"]


def loss(parameters: dict[str, Tensor], batch: Batch) -> Tensor:
    """Mean cross-entropy over the tokens of a batch."""
    return functional.cross_entropy(
        score(parameters, batch, is_training=True), batch.labels, ignore_index=NOT_SCORED, label_smoothing=0.02
    )


def _with_neighbours(layer: Tensor, reach: int) -> Tensor:
    padded = functional.pad(layer, (0, 0, reach, reach))
    return torch.cat([padded[: len(layer)], layer, padded[2 * reach :]], dim=1)

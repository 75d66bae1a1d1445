"""Train the tagger and write its weights.

`python -m inference.tagging.train --out inference/tagging/weights.npz --seed 7` takes some minutes on two cores;
`--sample 300` trains on that many texts only, to see that it runs. The same seed gives the same weights on one kind of
machine. Needs torch and faker, which running does not.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from inference.tagging import network
from inference.tagging.corpus.texts import POOL, Corpus, Example
from inference.tagging.features import Features, build_lists, extract, list_flags, pair_flags, word_rows
from inference.tagging.network import NOT_SCORED, Batch
from inference.tagging.tagger import KINDS, LABELS, REACHES, NetworkTagger, load_weights
from inference.tagging.tokens import Tokens, code_points, tokenize

log = logging.getLogger(__name__)

TEXTS = 170_000
HELD_BACK_TEXTS = 4_000
EPOCHS = 3
BATCH_TOKENS = 4_000
RATE = 4e-3
SAMPLE_POOL = 5  # addresses per locale in a quick run
GAP = max(REACHES)  # zeros between texts, so that none sees its neighbour


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One text ready for the network."""

    features: Features
    marks: NDArray[np.float32]  # [tokens, FLAGS + LISTS + PAIR_FLAGS]
    labels: NDArray[np.int64]  # [tokens]


def train(out: Path, *, seed: int, texts: int = TEXTS, pool: int = POOL) -> None:
    """Write texts, train, save, and log how well templates never seen are read."""
    torch.set_num_threads(1)  # four times faster than two when anything else runs, and the sums come in one order
    torch.manual_seed(seed)
    began = time.monotonic()
    corpus = Corpus(seed, pool=pool)
    word_lists = build_lists(corpus.words_of_lists())
    samples = [prepare(example, word_lists) for example in corpus.examples(texts)]
    log.info("texts written: %d in %.0f s", len(samples), time.monotonic() - began)
    parameters = fit(samples, seed=seed)
    save(out, parameters, word_lists)
    log.info("trained in %.0f s", time.monotonic() - began)
    if texts == TEXTS:
        held_back = Corpus(seed + 1, is_held_back=True, pool=pool).examples(HELD_BACK_TEXTS)
        for kind, figures in measure(NetworkTagger(load_weights(out)), held_back).items():
            log.info("templates held back: %s precision %.3f recall %.3f", kind, *figures)


def fit(samples: list[Sample], *, seed: int) -> dict[str, Tensor]:
    """The parameters after EPOCHS rounds over the samples."""
    parameters = network.new_parameters()
    order = np.random.default_rng(seed)
    batches = len(list(_batches(samples, np.arange(len(samples)))))
    optimizer = torch.optim.Adam(list(parameters.values()), lr=RATE, betas=(0.9, 0.98), fused=True)
    rate = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=EPOCHS * batches + EPOCHS * 50, pct_start=0.1
    )
    for epoch in range(EPOCHS):
        total, steps = 0.0, 0
        for batch in _batches(samples, order.permutation(len(samples))):
            optimizer.zero_grad()
            loss = network.loss(parameters, batch)
            loss.backward()
            optimizer.step()
            rate.step()
            total, steps = total + loss.item(), steps + 1
        log.info("round %d of %d: loss %.4f", epoch + 1, EPOCHS, total / max(1, steps))
    return {name: value.detach() for name, value in parameters.items()}


def save(out: Path, parameters: dict[str, Tensor], word_lists: NDArray[np.uint8]) -> None:
    """The tables are most of the file: a byte for each number, in steps of their columns; half precision else."""
    arrays = {name: value.numpy().astype(np.float16) for name, value in parameters.items()}
    for name in ("words", "parts"):
        table = parameters[name].numpy()
        step = np.maximum(np.abs(table).max(axis=0) / 127, 1e-6).astype(np.float16)
        arrays[name] = np.clip(np.rint(table / step.astype(np.float32)), -127, 127).astype(np.int8)
        arrays[f"{name}.step"] = step
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out, lists=word_lists, **arrays)


def prepare(example: Example, word_lists: NDArray[np.uint8]) -> Sample:
    """Features and labels of a text."""
    tokens = tokenize(code_points(example.text))
    features = extract(tokens)
    lists = (list_flags(features.words, word_lists), pair_flags(features.pairs, word_lists))
    marks = np.concatenate([features.flags, *lists], axis=1)
    return Sample(features=features, marks=marks, labels=_labels(tokens, example))


def batch_of(samples: list[Sample]) -> Batch:
    """Several texts one after the other."""
    words, parts, offsets, marks, is_token, labels = [], [], [], [], [], []
    part_count = 0
    for sample in samples:
        count = len(sample.labels)
        sizes = np.bincount(sample.features.part_owners, minlength=count)
        begins = np.concatenate([[0], np.cumsum(sizes)])
        words.append(np.pad(word_rows(sample.features.words), (0, GAP)))
        parts.append(sample.features.parts)
        offsets.append(np.pad(begins[:-1], (0, GAP), constant_values=begins[-1]) + part_count)
        marks.append(np.pad(sample.marks, ((0, GAP), (0, 0))))
        is_token.append(np.pad(np.ones(count, dtype=np.float32), (0, GAP)))
        labels.append(np.pad(sample.labels, (0, GAP), constant_values=NOT_SCORED))
        part_count += len(sample.features.parts)
    return Batch(
        words=torch.from_numpy(np.concatenate(words)),
        parts=torch.from_numpy(np.concatenate(parts)),
        part_offsets=torch.from_numpy(np.concatenate(offsets)),
        marks=torch.from_numpy(np.concatenate(marks)),
        is_token=torch.from_numpy(np.concatenate(is_token)[:, None]),
        labels=torch.from_numpy(np.concatenate(labels)),
    )


def measure(tagger: NetworkTagger, examples: Iterable[Example]) -> dict[str, tuple[float, float]]:
    """Precision and recall of each kind; a span counts when half of it is covered."""
    counts = {kind: [0, 0, 0, 0] for kind in KINDS}
    for example in examples:
        found = [(span.start, span.end, span.label) for span in tagger.tag(example.text)]
        for kind in KINDS:
            ours = [span for span in found if span[2] == kind]
            theirs = [span for span in example.spans if span[2] == kind]
            counts[kind][0] += sum(_is_covered(span, theirs) for span in ours)
            counts[kind][1] += len(ours)
            counts[kind][2] += sum(_is_covered(span, ours) for span in theirs)
            counts[kind][3] += len(theirs)
    return {kind: (right / max(1, told), seen / max(1, all_)) for kind, (right, told, seen, all_) in counts.items()}


def _is_covered(span: tuple[int, int, str], others: Sequence[tuple[int, int, str]]) -> bool:
    shared = sum(max(0, min(span[1], other[1]) - max(span[0], other[0])) for other in others)
    return 2 * shared >= span[1] - span[0]


def _batches(samples: list[Sample], order: NDArray[np.int64]) -> Iterator[Batch]:
    chosen: list[Sample] = []
    tokens = 0
    for number in order.tolist():
        chosen.append(samples[number])
        tokens += len(samples[number].labels) + GAP
        if tokens >= BATCH_TOKENS:
            yield batch_of(chosen)
            chosen, tokens = [], 0
    if chosen:
        yield batch_of(chosen)


def _labels(tokens: Tokens, example: Example) -> NDArray[np.int64]:
    labels = np.zeros(len(tokens), dtype=np.int64)
    for start, end, label in example.spans:
        inside = np.flatnonzero((tokens.starts >= start) & (tokens.starts < end))
        if not len(inside):
            continue
        if label not in KINDS:
            labels[inside] = LABELS.index(label)
            continue
        first = LABELS.index(f"B-{label}")
        labels[inside] = first + 1
        labels[inside[0]], labels[inside[-1]] = first, first + 2
        if len(inside) == 1:
            labels[inside] = first + 3
    return labels


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the weights file to write")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--sample", type=int, help="train on so many texts only, to see that it runs")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    pool = POOL if options.sample is None else SAMPLE_POOL
    train(options.out, seed=options.seed, texts=options.sample or TEXTS, pool=pool)


if __name__ == "__main__":
    main()

"""Find the names and postal addresses in a text: a small network, run in plain numpy.

Weights come from `python -m inference.tagging.train`. About 1 ms for a message, linear in the length of the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from inference.contract import TaggedSpan
from inference.tagging.features import Features, extract, list_flags, pair_flags, word_rows
from inference.tagging.tokens import BREAK, PUNCTUATION, Tokens, code_points, tokenize

WEIGHTS = Path(__file__).with_name("weights.npz")
KINDS: tuple[Literal["PERSON", "ADDRESS"], ...] = (
    "PERSON",
    "ADDRESS",
)  # what is told; the other labels only help to tell apart
SCORES_MIN = (0.5, 0.5)  # of the kinds; less certain spans are more often words than names, and are not told
LABELS = (
    "O",
    *(f"{place}-{kind}" for kind in KINDS for place in "BIES"),
    "ORGANISATION",
    "PLACE",
    "PRODUCT",
)
REACHES = (1, 2, 4, 8)  # how far each layer looks to both sides, in tokens
REACH = sum(REACHES)
PIECE = 256  # tokens read at a time, beside REACH to both sides
REPEAT_MAX = 192  # code points of a stretch that repeats itself; the rest of it is not read
REPEAT_UNIT_MAX = 8
REPEATS_FROM = 1_000  # shorter texts are read whole

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What training found. h is the width of the layers."""

    words: Array  # [2 ** WORD_BITS, word size]
    parts: Array  # [2 ** PART_BITS, part size]
    lists: NDArray[np.uint8]  # [2 ** LIST_BITS]
    first: tuple[Array, Array]  # [features, h], [h]
    layers: tuple[tuple[Array, Array], ...]  # [3 h, h], [h]; one for each of REACHES
    last: tuple[Array, Array]  # [h, LABELS], [LABELS]


def load_weights(path: Path = WEIGHTS) -> Weights:
    """Read the file; tables are kept there in steps of a byte, the rest in half precision; computing is in single."""
    with np.load(path, allow_pickle=False) as file:
        found = {name: file[name] for name in file.files}
    lists = found.pop("lists")
    for name in ("words", "parts"):
        found[name] = found[name].astype(np.float32) * found.pop(f"{name}.step").astype(np.float32)
    numbers = {name: values.astype(np.float32) for name, values in found.items()}
    return Weights(
        words=numbers["words"],
        parts=numbers["parts"],
        lists=lists,
        first=(numbers["first.weight"], numbers["first.bias"]),
        layers=tuple((numbers[f"layer{n}.weight"], numbers[f"layer{n}.bias"]) for n in range(len(REACHES))),
        last=(numbers["last.weight"], numbers["last.bias"]),
    )


class NetworkTagger:
    """A NameTagger; one serves all threads, for it only reads."""

    def __init__(self, weights: Weights | None = None) -> None:
        self._weights = weights or load_weights()

    def tag(self, text: str) -> list[TaggedSpan]:
        """Names and addresses in order, without overlaps. Never raises."""
        codes, places = _without_repeats(code_points(text))
        tokens = tokenize(codes)
        if not len(tokens):
            return []
        scores = _softmax(score(self._weights, extract(tokens)))
        return [
            TaggedSpan(
                start=int(places[tokens.starts[first]]),
                end=int(places[tokens.ends[last] - 1]) + 1,
                label=KINDS[kind],
                score=certainty,
            )
            for first, last, kind, certainty in _spans(scores, tokens)
        ]


@cache
def name_tagger() -> NetworkTagger:
    """The one tagger of this process; the first call reads the weights."""
    return NetworkTagger()


def score(weights: Weights, features: Features) -> Array:
    """[tokens, LABELS], logarithms of odds up to a constant. A long text is read in pieces, which fit a cache."""
    lists = (list_flags(features.words, weights.lists), pair_flags(features.pairs, weights.lists))
    marks = np.concatenate([features.flags, *lists], axis=1)
    rows, count = word_rows(features.words), len(marks)
    pieces = []
    for begin in range(0, count, PIECE):
        low, high = max(0, begin - REACH), min(count, begin + PIECE + REACH)
        first, last = np.searchsorted(features.part_owners, (low, high))
        owners = features.part_owners[first:last] - low
        parts = _mean_parts(weights.parts, features.parts[first:last], owners, high - low)
        inputs = np.concatenate([weights.words[rows[low:high]], parts, marks[low:high]], axis=1)
        pieces.append(_layers(weights, inputs)[begin - low : begin - low + PIECE])
    return np.concatenate(pieces) if len(pieces) > 1 else pieces[0]


def _layers(weights: Weights, inputs: Array) -> Array:
    layer = np.maximum(inputs @ weights.first[0] + weights.first[1], 0)
    for reach, (weight, bias) in zip(REACHES, weights.layers, strict=True):
        layer = layer + np.maximum(_with_neighbours(layer, reach) @ weight + bias, 0)
    scores: Array = layer @ weights.last[0] + weights.last[1]
    return scores


def _mean_parts(table: Array, parts: NDArray[np.intp], owners: NDArray[np.intp], count: int) -> Array:
    """[tokens, part size], the mean of the rows of each token's parts."""
    means = np.zeros((count, table.shape[1]), dtype=np.float32)
    if len(parts):
        firsts = np.flatnonzero(np.diff(owners, prepend=-1))
        counts = np.diff(firsts, append=len(parts)).astype(np.float32)
        sums = np.add.reduceat(table[parts], firsts, axis=0)
        means[owners[firsts]] = sums / counts[:, None]
    return means


def _with_neighbours(layer: Array, reach: int) -> Array:
    """[tokens, 3 h]: the token `reach` before, itself, the one `reach` after; zeros beyond the ends."""
    count, width = layer.shape
    wide = np.zeros((count, 3 * width), dtype=np.float32)
    wide[reach:, :width] = layer[:-reach]
    wide[:, width : 2 * width] = layer
    wide[:-reach, 2 * width :] = layer[reach:]
    return wide


def _softmax(scores: Array) -> Array:
    odds = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Array = odds / odds.sum(axis=1, keepdims=True)
    return shares


def _spans(shares: Array, tokens: Tokens) -> list[tuple[int, int, int, float]]:
    """First token, last token, kind and score of each span.

    A token belongs to a kind when its four labels together hold the largest share; a run of such tokens is cut where a
    token more likely begins a span than goes on.
    """
    count = len(shares)
    by_place = shares[:, 1 : 1 + 4 * len(KINDS)].reshape(count, len(KINDS), 4)
    kinds_shares = by_place.sum(axis=2)
    others = np.maximum(shares[:, 0], shares[:, 1 + 4 * len(KINDS) :].max(axis=1))
    kinds = np.where(kinds_shares.max(axis=1) > others, kinds_shares.argmax(axis=1), -1)
    if not (kinds >= 0).any():
        return []
    begins = by_place[:, :, [0, 3]].sum(axis=2)[np.arange(count), kinds] > 0.5 * kinds_shares[np.arange(count), kinds]
    is_new = (kinds != np.concatenate([[-1], kinds[:-1]])) | begins
    firsts = np.flatnonzero((kinds >= 0) & is_new)
    is_last = np.concatenate([is_new[1:] | (kinds[1:] < 0), [True]]) & (kinds >= 0)
    is_bare = (tokens.kinds == PUNCTUATION) | (tokens.kinds == BREAK)
    spans = []
    for first, last in zip(firsts.tolist(), np.flatnonzero(is_last).tolist(), strict=True):
        kind = int(kinds[first])
        certainty = float(kinds_shares[first : last + 1, kind].sum()) / (last + 1 - first)
        if certainty >= SCORES_MIN[kind] and not is_bare[first : last + 1].all():
            spans.append((first, last, kind, min(1.0, certainty)))
    return spans


def _without_repeats(codes: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
    """The text with long repetitions cut short, and where each code point left stood before.

    Where every code point equals the one `unit` before it, for more than REPEAT_MAX in a row, nothing new is read.
    """
    places = np.arange(len(codes))
    if len(codes) < REPEATS_FROM:
        return codes, places
    is_read = np.ones(len(codes), dtype=np.bool_)
    for unit in range(1, REPEAT_UNIT_MAX + 1):
        differs = np.ones(len(codes), dtype=np.bool_)
        differs[unit:] = codes[unit:] != codes[:-unit]
        since = places - np.maximum.accumulate(np.where(differs, places, 0))
        is_read &= since <= REPEAT_MAX
    return codes[is_read], places[is_read]

"""Words of passages as numbers: how they are stored with a passage, and looked up over all passages of a tenant."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.knowledge.text.words import words_of

SORTED_FROM = 100_000
"""Words of a tenant's passages below which looking at all is cheaper than to sort them at every first search."""
TERM = np.dtype([("word", "<u4"), ("in_name", "u1")])
"""One word of a passage: its number, and whether its article's name holds it."""


def number_of(word: str) -> int:
    """A word's number; of 10,000 words about one shares its number with another."""
    return zlib.crc32(word.encode())


def pack(name: str, text: str) -> bytes:
    """TERM rows of a passage under its heading path and the article's name at the source."""
    in_name = set(words_of(name))
    rows = [(number_of(word), word in in_name) for word in sorted(in_name.union(words_of(text)))]
    return np.array(rows, dtype=TERM).tobytes()


@dataclass(frozen=True, slots=True)
class Postings:
    """Which passages hold which word. `rows` and `in_name` belong to `words`; lengths are equal."""

    words: NDArray[np.uint32]
    rows: NDArray[np.int32]
    in_name: NDArray[np.bool_]
    is_sorted: bool
    """By word."""

    @classmethod
    def of(cls, packed: Sequence[bytes]) -> Postings:
        """Of passages in their order."""
        terms = np.frombuffer(b"".join(packed), dtype=TERM)
        counts = [len(one) // TERM.itemsize for one in packed]
        rows = np.repeat(np.arange(len(packed), dtype=np.int32), counts)
        words, in_name = np.ascontiguousarray(terms["word"]), terms["in_name"].astype(bool)
        if len(words) < SORTED_FROM:
            return cls(words, rows, in_name, is_sorted=False)
        order = np.argsort(words, kind="stable")
        return cls(words[order], rows[order], in_name[order], is_sorted=True)

    def holding(self, word: str) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
        """Rows of the passages that hold the word, and whether their article's name does."""
        wanted = np.uint32(number_of(word))
        if not self.is_sorted:
            (places,) = np.nonzero(self.words == wanted)
            return self.rows[places], self.in_name[places]
        start, end = np.searchsorted(self.words, [wanted, wanted + np.uint32(1)]) if wanted < 0xFFFFFFFF else (0, 0)
        return self.rows[start:end], self.in_name[start:end]

    @property
    def nbytes(self) -> int:
        """Memory."""
        return self.words.nbytes + self.rows.nbytes + self.in_name.nbytes

"""Fakes that implement the ports: used where something else is tested."""

from __future__ import annotations

import hashlib
import math
from collections.abc import AsyncIterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from assistant.knowledge.text.words import query_words, words_of
from inference.backends.mock import MockEngine
from inference.contract import Delta, EngineUnavailable, GenerationRequest


class LineEngine(MockEngine):
    """Says whole lines at once: quick where it says a lot."""

    async def _deltas(self, request: GenerationRequest) -> AsyncIterator[Delta]:
        for line in self.script(request).splitlines(keepends=True):
            yield Delta(text=line)
        yield Delta(text="", finish="stop")


class WordEmbedder:
    """Vectors of hashed words: texts with the same words are near, without a model."""

    dimensions = 384
    label = ""
    is_multilingual = False

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        return [self._vector(text) for text in texts]

    async def embed_now(self, texts: Sequence[str]) -> list[list[float]]:
        return self.embed(texts)

    def _vector(self, text: str) -> list[float]:
        vector = [0.0] * self.dimensions
        for word in words_of(text):
            vector[int(hashlib.md5(word.encode()).hexdigest(), 16) % self.dimensions] += 1.0
        length = math.sqrt(sum(value * value for value in vector)) or 1.0
        return [value / length for value in vector]


class ContentEmbedder(WordEmbedder):
    """Nearer to a real one: `the` and `is` make no texts near, and different words are far apart, never the same."""

    def _vector(self, text: str) -> list[float]:
        vector = sum((_of_word(word) for word in query_words(text)), np.zeros(self.dimensions))
        return list(map(float, vector / (np.linalg.norm(vector) or 1.0)))


@cache
def _of_word(word: str) -> NDArray[np.float64]:
    return np.random.default_rng(list(word.encode())).choice([-1.0, 1.0], WordEmbedder.dimensions)


class SleepingEmbedder:
    """One whose process does not answer."""

    dimensions = 384
    label = ""
    is_multilingual = False

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        raise EngineUnavailable("asleep")

    async def embed_now(self, texts: Sequence[str]) -> list[list[float]]:
        raise EngineUnavailable("asleep")


def embedder() -> WordEmbedder:
    return WordEmbedder()


def content_embedder() -> ContentEmbedder:
    return ContentEmbedder()


def engine() -> MockEngine:
    return MockEngine()

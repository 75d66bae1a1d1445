"""Fakes that implement the ports: used where something else is tested."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence

from assistant.knowledge.words import words_of
from inference.backends.mock import MockEngine
from inference.contract import EngineUnavailable


class WordEmbedder:
    """Vectors of hashed words: texts with the same words are near, without a model."""

    dimensions = 384

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


class SleepingEmbedder:
    """One whose process does not answer."""

    dimensions = 384

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        raise EngineUnavailable("asleep")

    async def embed_now(self, texts: Sequence[str]) -> list[list[float]]:
        raise EngineUnavailable("asleep")


def embedder() -> WordEmbedder:
    return WordEmbedder()


def engine() -> MockEngine:
    return MockEngine()

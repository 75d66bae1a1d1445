"""What texts mean, as numbers: the embedder as services use it, in batches and outside of transactions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from assistant.foundation.conf import provider
from assistant.foundation.errors import DesksideError
from assistant.knowledge.text.bilingual import NO_TERMS, in_english
from inference.contract import Embedder, EngineUnavailable

AT_ONCE = 64


class EmbedderAway(DesksideError):
    """The process that makes vectors does not answer; nothing was changed."""

    code = "embedder_away"
    status = 503
    retryable = True
    public_message = "The search is starting up. Please try again in a moment."


def vectors_of(texts: Sequence[str]) -> list[list[float]]:
    """One vector for each text: [texts, 384], unit length. Raises EmbedderAway."""
    embedder: Embedder = provider(Embedder)
    texts = [readable(text, embedder) for text in texts]
    try:
        return [
            vector
            for start in range(0, len(texts), AT_ONCE)
            for vector in embedder.embed(texts[start : start + AT_ONCE])
        ]
    except EngineUnavailable as problem:
        raise EmbedderAway from problem


def readable(text: str, embedder: Embedder, own: Mapping[str, str] = NO_TERMS) -> str:
    """A text as the encoder reads it: its Chinese as English words, unless it reads that itself."""
    return text if embedder.is_multilingual else in_english(text, own) or text


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """How near two texts are in meaning, in [-1, 1]; both vectors are of unit length."""
    return sum(a * b for a, b in zip(one, other, strict=True))


def middle_of(vectors: Sequence[Sequence[float]]) -> list[float]:
    """The middle of texts that mean nearly the same, of unit length. There has to be one at least."""
    sums = [sum(values) for values in zip(*vectors, strict=True)]
    length = math.sqrt(sum(value * value for value in sums)) or 1.0
    return [value / length for value in sums]

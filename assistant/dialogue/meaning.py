"""Does a sentence mean what its source says? Words and figures are checked before; here the encoder compares."""

from __future__ import annotations

import structlog

from assistant.knowledge.vectors import cosine, readable
from inference.contract import Embedder, EngineUnavailable

NEAR = 0.6
"""Cosine of a sentence with the sentence that supports it. Chosen, not fitted: the default model rewords little."""

log = structlog.get_logger(__name__)


async def means_the_same(sentence: str, source: str, embedder: Embedder) -> bool:
    """A sentence that was copied costs nothing. Without the encoder words and figures have to do."""
    if sentence in source:
        return True
    try:
        own, theirs = await embedder.embed_now([readable(sentence, embedder), readable(source, embedder)])
    except EngineUnavailable:
        log.warning("embedder.unavailable")
        return True
    return cosine(own, theirs) >= NEAR

"""From what the model writes to what a customer sees: whole sentences that passed support and leak check."""

from __future__ import annotations

import math
import re
import time
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field

from assistant.dialogue.meaning import means_the_same
from assistant.knowledge.grounding import LIST_MARKER, is_supported, sentences
from assistant.knowledge.retrieve import Evidence
from assistant.knowledge.search.key_sentences import Ranked
from assistant.knowledge.text.orders import is_order
from assistant.knowledge.text.visible import visible
from assistant.privacy.leak import mask_leaks
from assistant.privacy.restore import straighten
from assistant.privacy.text import Redacted
from inference.contract import Delta, Embedder, Usage

UNSUPPORTED_LIMIT = 1
"""After so many dropped sentences the model is not worth waiting for: the articles' own are at hand."""
MARKUP = re.compile(
    r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?|<(?![A-Z_]+_\d+>)[^>]{0,200}>|\[\d{1,2}\]|<[a-z!/?][^>]{0,200}$"
)
DOES_NOT_KNOW = re.compile(
    r"\bI (?:do not|don't) know\b|not (?:mentioned|provided|specified) in|我不知道", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A released sentence and the passage that supports it, with the very sentence in it."""

    text: Redacted
    source: Ranked
    follows: str


@dataclass(slots=True)
class Tally:
    """What became of a generation."""

    released: int = 0
    dropped: int = 0
    gave_up: bool = False
    usage: Usage | None = None
    checks_ms: list[float] = field(default_factory=list)
    """What the check of each sentence took."""
    logprob: float = 0.0
    tokens: int = 0

    @property
    def token_probability(self) -> float | None:
        """How likely the model found its own words, as the geometric mean; None where the server does not tell."""
        return math.exp(self.logprob / self.tokens) if self.tokens else None

    @property
    def support(self) -> float | None:
        """Share of its sentences that passed; None when it wrote none."""
        return self.released / (self.released + self.dropped) if self.released + self.dropped else None


async def release(
    deltas: AsyncIterator[Delta],
    *,
    evidence: Evidence,
    embedder: Embedder,
    said: Redacted,
    region: str,
    tally: Tally,
    names: Collection[str] = (),
) -> AsyncIterator[Sentence]:
    """Yield supported sentences as they complete; stop when the model says it does not know or keeps inventing.

    `names`: the conversation's placeholders, which a model may bend.
    """
    pending = ""
    async for delta in deltas:
        pending += delta.text
        tally.usage = delta.usage or tally.usage
        tally.logprob += delta.logprob
        tally.tokens += delta.tokens
        complete = list(sentences(pending))
        is_open = bool(complete) and not _ends(pending) and delta.finish is None
        pending = complete.pop() if is_open else ""
        for written in complete:
            text = straighten(written, names)
            started = time.perf_counter()
            sentence = await check(text, evidence=evidence, said=said, region=region, embedder=embedder)
            tally.checks_ms.append((time.perf_counter() - started) * 1_000)
            if sentence is not None:
                tally.released += 1
                yield sentence
            else:
                tally.dropped += 1
            if DOES_NOT_KNOW.search(text) or tally.dropped >= UNSUPPORTED_LIMIT:
                tally.gave_up = True
                return


async def check(text: str, *, evidence: Evidence, said: Redacted, region: str, embedder: Embedder) -> Sentence | None:
    """The sentence as it may be shown with the passage that supports it in words and meaning, or None."""
    found = _check_words(text, evidence=evidence, said=said, region=region)
    return found if found is not None and await means_the_same(found.text, found.follows, embedder) else None


def _check_words(text: str, *, evidence: Evidence, said: Redacted, region: str) -> Sentence | None:
    """The same by its words alone: what costs no encoding."""
    clean = re.sub(r"\s+", " ", visible(MARKUP.sub("", LIST_MARKER.sub("", text)))).strip()
    if not clean or DOES_NOT_KNOW.search(clean) or is_order(clean):
        return None
    for key in evidence.sentences:
        if is_supported(clean, [key.text], name=key.source.heading, said=said):
            masked = mask_leaks(clean, shown=f"{key.text}\n{said}", region=region)
            return Sentence(text=masked, source=key.source, follows=key.text)
    return None


def _ends(text: str) -> bool:
    """Does the text end with a whole sentence? A digit may still follow the dot of `1.`."""
    return re.search(r"(?:[.!?][\"')\]]*\s+|[。！？]|\n)$", text) is not None

"""From what the model writes to what a customer sees: whole sentences that passed support and leak check."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass

from assistant.knowledge.grounding import LIST_MARKER, is_supported, sentences
from assistant.knowledge.key_sentences import Ranked
from assistant.knowledge.retrieve import Evidence
from assistant.privacy.leak import mask_leaks
from assistant.privacy.restore import straighten
from assistant.privacy.text import Redacted
from inference.contract import Delta, Usage

UNSUPPORTED_LIMIT = 1
"""After so many dropped sentences the model is not worth waiting for: the articles' own are at hand."""
MARKUP = re.compile(r"!\[[^\]]*\]\([^)]*\)|<(?![A-Z_]+_\d+>)[^>]{0,200}>|\[\d{1,2}\]")
INVISIBLE = re.compile("[\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")
DOES_NOT_KNOW = re.compile(
    r"\bI (?:do not|don't) know\b|not (?:mentioned|provided|specified) in|我不知道", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A released sentence and the passage that supports it."""

    text: Redacted
    source: Ranked


@dataclass(slots=True)
class Tally:
    """What became of a generation."""

    released: int = 0
    dropped: int = 0
    gave_up: bool = False
    usage: Usage | None = None


async def release(
    deltas: AsyncIterator[Delta],
    *,
    evidence: Evidence,
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
        complete = list(sentences(pending))
        is_open = bool(complete) and not _ends(pending) and delta.finish is None
        pending = complete.pop() if is_open else ""
        for written in complete:
            text = straighten(written, names)
            sentence = check(text, evidence=evidence, said=said, region=region)
            if sentence is not None:
                tally.released += 1
                yield sentence
            else:
                tally.dropped += 1
            if DOES_NOT_KNOW.search(text) or tally.dropped >= UNSUPPORTED_LIMIT:
                tally.gave_up = True
                return


def check(text: str, *, evidence: Evidence, said: Redacted, region: str) -> Sentence | None:
    """The sentence as it may be shown with the passage that supports it, or None."""
    clean = re.sub(r"\s+", " ", INVISIBLE.sub("", MARKUP.sub("", LIST_MARKER.sub("", text)))).strip()
    if not clean or DOES_NOT_KNOW.search(clean):
        return None
    for key in evidence.sentences:
        if is_supported(clean, [key.text], name=key.source.heading, said=said):
            masked = mask_leaks(clean, shown=f"{key.text}\n{said}", region=region)
            return Sentence(text=masked, source=key.source)
    return None


def _ends(text: str) -> bool:
    """Does the text end with a whole sentence? A digit may still follow the dot of `1.`."""
    return re.search(r"(?:[.!?][\"')\]]*\s+|[。！？]|\n)$", text) is not None

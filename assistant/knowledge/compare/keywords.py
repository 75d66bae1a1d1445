"""The words and phrases that tell what a text is about, as it writes them.

A phrase weighs by how often the text has it and how rare its words are among the tenant's passages (class-based
TF-IDF; the text is the class). Then the phrases that lie near the whole text go first, each as far as it says
something that the ones before did not (maximal marginal relevance). Nothing has to be known: over an empty knowledge
base only the text itself counts, without the embedder only words do.
Sources: Grootendorst, BERTopic, 2022; Carbonell and Goldstein, SIGIR 1998.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray

from assistant.foundation.tenancy import in_tenant
from assistant.knowledge.models import DIMENSIONS
from assistant.knowledge.search.reader import EVERYBODYS
from assistant.knowledge.search.shelf import names_now, shelves
from assistant.knowledge.text.bilingual import glossary
from assistant.knowledge.text.words import HAN, HAN_STOP, STOP_WORDS, fold, words_of
from assistant.knowledge.vectors import readable
from assistant.privacy.text import PLACEHOLDER, Redacted
from inference.contract import Embedder, EngineUnavailable

MOST = 30
"""Keywords that may be asked for."""
LONGEST_PHRASE = 3
LONGEST_HAN_TERM = 6
RERANKED = 40
"""Phrases whose vectors are made."""
NEARNESS = 0.5
"""Share of the vector in a phrase's score; the rest is its weight."""
VARIETY = 0.4
"""What being near a phrase that was chosen before costs."""
PHRASE_BONUS = 0.2
"""For each further word: `daily limit` says more than `limit`."""
CLAUSE = re.compile(r"[^.!?;:,()\[\]{}\"\n|*#。！？；：，、（）“”]+")
WORD = re.compile(r"[^\W_]+(?:[-'’.&][^\W_]+)*|&")
OTHER_STOP_WORDS = frozenset(
    fold(word)
    for words in (
        ["der", "die", "das", "und", "ist", "nicht", "ein", "eine", "einen", "ich", "sie", "wir", "mein", "meine"],
        ["mit", "auf", "für", "von", "zu", "den", "dem", "wie", "kann", "auch", "sich", "bei", "oder", "wird", "sind"],
        ["le", "la", "les", "un", "une", "des", "du", "de", "et", "est", "pas", "je", "vous", "nous", "mon", "ma"],
        ["pour", "dans", "sur", "avec", "que", "qui", "en", "au", "aux", "ce", "cette", "il", "elle", "ne", "plus"],
        ["el", "los", "las", "una", "y", "o", "es", "no", "mi", "su", "por", "para", "con", "del", "al", "lo", "se"],
    )
    for word in words
)
STOPS = (
    STOP_WORDS | OTHER_STOP_WORDS | {"should", "may", "might", "must", "shall", "yesterday", "today", "fine", "still"}
)
JOINING = frozenset(["of", "de", "du", "des", "von", "&"])
"""Words that may stand inside a phrase: `proof of address`."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """A phrase as the text first writes it; `score` from 0 to 1 compares the phrases of one text."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class _Phrase:
    text: str
    words: tuple[str, ...]
    weight: float


async def keywords_of(tenant: UUID, text: Redacted, *, most: int, embedder: Embedder) -> list[Keyword]:
    """The phrases of a text that say most about it, best first; at most `most`, none twice in other words."""
    written = PLACEHOLDER.sub("\n", text)
    whole = await _vectors([written], embedder)
    phrases = await in_tenant(tenant, _weighed, written, whole)
    names = await in_tenant(tenant, names_now)
    vectors = await _vectors([readable(one.text, embedder, names.glossary) for one in phrases], embedder)
    return _choose(phrases, whole, vectors, most=min(most, MOST))


def _weighed(text: str, whole: NDArray[np.float32] | None) -> list[_Phrase]:
    """The heaviest phrases of the text, in the bound tenant."""
    found = Counter[tuple[str, ...]]()
    surface: dict[tuple[str, ...], str] = {}
    for written in _candidates(text):
        key = tuple(words_of(written))
        if key:
            found[key] += 1
            surface.setdefault(key, written)
    rarity = _rarity(whole if whole is not None else np.zeros((1, DIMENSIONS), np.float32))
    times = Counter(words_of(text))
    rare = {word: math.log1p(times[word]) * rarity(word) for key in found for word in key}
    phrases = [_Phrase(surface[key], key, _weight(key, rare, times=found[key])) for key in found]
    return sorted(phrases, key=lambda one: -one.weight)[:RERANKED]


def _weight(words: Sequence[str], rare: Mapping[str, float], *, times: int) -> float:
    """Of a phrase: that of its words, more for a longer one, and much more for one that comes again."""
    mean = sum(map(rare.__getitem__, words)) / len(words)
    return (1 + PHRASE_BONUS * (len(words) - 1)) * math.log1p(times) * mean


def _rarity(whole: NDArray[np.float32]) -> Callable[[str], float]:
    """How few of the tenant's passages hold a word, of any audience."""
    kept = [shelves.of(reader, whole) for reader in EVERYBODYS]
    total = sum(len(shelf.ids) for shelf in kept)

    def rarity(word: str) -> float:
        holding = sum(len(shelf.postings.holding(word)[0]) for shelf in kept)
        return math.log(1 + max(1, total) / max(1, holding))

    return rarity


def _candidates(text: str) -> Iterator[str]:
    """Every phrase of one to three words without a stop word at its ends, and the Chinese terms, as written."""
    for clause in CLAUSE.findall(text):
        yield from _han_terms(clause)
        found = [match for match in WORD.finditer(clause) if not HAN.search(match.group())]
        for start, first in enumerate(found):
            for place, last in enumerate(found[start : start + LONGEST_PHRASE], start=start):
                inner = [match.group() for match in found[start + 1 : place]]
                if any(_is_stop(word) and fold(word) not in JOINING for word in inner):
                    break
                if not (_is_stop(first.group()) or _is_stop(last.group())):
                    yield clause[first.start() : last.end()]


def _is_stop(word: str) -> bool:
    """Function words and bare figures begin and end no keyword."""
    folded = fold(word).replace("'", "").replace("’", "")
    return folded in STOPS or len(folded) < 2 or not any(character.isalpha() for character in folded)


def _han_terms(clause: str) -> Iterator[str]:
    """What the glossary knows, longest first; else the pieces between words that only hold a sentence together."""
    known = glossary()
    for run in HAN.findall(clause):
        start = 0
        rest = ""
        while start < len(run):
            ends = range(min(len(run), start + LONGEST_HAN_TERM), start + 1, -1)
            end = next((end for end in ends if run[start:end] in known), start)
            if any(not _is_stop(word) for word in known.get(run[start:end], "").split()):
                yield run[start:end]
            is_apart = end > start or run[start] in HAN_STOP or run[start : start + 2] in HAN_STOP
            if is_apart and len(rest) > 1:
                yield rest[:LONGEST_HAN_TERM]
            rest = "" if is_apart else rest + run[start]
            start = max(end, start + 1)
        if len(rest) > 1:
            yield rest[:LONGEST_HAN_TERM]


async def _vectors(texts: Sequence[str], embedder: Embedder) -> NDArray[np.float32] | None:
    """[texts, 384], or None without texts or embedder."""
    if not texts:
        return None
    try:
        return np.array(await embedder.embed_now(list(texts)), dtype=np.float32)
    except EngineUnavailable:
        log.warning("embedder.unavailable")
        return None


def _choose(
    phrases: Sequence[_Phrase],
    whole: NDArray[np.float32] | None,  # [1, 384]
    vectors: NDArray[np.float32] | None,  # [phrases, 384]
    *,
    most: int,
) -> list[Keyword]:
    """One after the other, what says most beside what was chosen; a phrase inside a chosen one says nothing new."""
    if not phrases:
        return []
    weight = np.array([one.weight for one in phrases], dtype=np.float32)
    weight /= max(float(weight.max()), 1e-6)
    if vectors is None or whole is None:
        score, alike = weight, np.zeros((len(phrases), len(phrases)), np.float32)
    else:
        score, alike = (1 - NEARNESS) * weight + NEARNESS * (vectors @ whole[0]), vectors @ vectors.T
    chosen: list[int] = []
    left = list(range(len(phrases)))
    while left and len(chosen) < most:
        nearness = alike[:, chosen].max(axis=1) if chosen else np.zeros(len(phrases), np.float32)
        best = max(left, key=lambda one: (float(score[one] - VARIETY * nearness[one]), -one))
        chosen.append(best)
        held = set(phrases[best].words)
        left = [one for one in left if one != best and not _says_the_same(set(phrases[one].words), held)]
    return [Keyword(text=phrases[one].text, score=round(min(1.0, max(0.0, float(score[one]))), 3)) for one in chosen]


def _says_the_same(words: set[str], other: set[str]) -> bool:
    return words <= other or other <= words

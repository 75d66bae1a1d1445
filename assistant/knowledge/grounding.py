"""Does a sentence follow from what was shown? Numbers, names and links exactly, the rest by its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.knowledge.words import fold, query_words, words_of

NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
LIST_MARKER = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+", re.MULTILINE)
LINK = re.compile(r"(?:https?://|www\.)[^\s)\]>\"'<]+|[\w.+-]{1,64}@[\w.-]{1,200}\.\w{2,24}")
NAME = re.compile(r"(?<![.!?:\n*•-] )(?<!^)\b[A-Z][\w&-]+(?: [A-Z][\w&-]+)*")
SUPPORTED_SHARE = 0.8
"""Share of a sentence's meaningful words that must stand in the source sentence, the article's name or the question."""
OWN_SHARE = 0.5
"""Share of them that the source sentence itself must hold."""
NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|cannot|without|except|excluded|unable)\b|n['’]t\b|不|无法|没有|除外|未",
    re.IGNORECASE,
)
"""Whoever says no where the source says yes, or the other way round, says something else."""
DISTINCT_SHARE = 0.5
"""Below it a sentence repeats itself."""
BOUNDARY = re.compile(
    r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!\b\d\.)(?<!\b\d\d\.)(?<!e\.g\.)(?<!i\.e\.)(?<!No\.)[\"')\]]*\s+|(?<=[。！？])|\n+"
)


def sentences(text: str) -> Iterator[str]:
    """Sentences with the white space that follows them; joined they are the text."""
    start = 0
    for match in BOUNDARY.finditer(text):
        if match.end() > start and text[start : match.end()].strip():
            yield text[start : match.end()]
            start = match.end()
    if text[start:].strip():
        yield text[start:]


def numbers(text: str) -> set[str]:
    """Numbers without thousands separators and trailing zeros: `1,500.00` is `1500`. List markers are none."""
    return {_plain(match.group()) for match in NUMBER.finditer(LIST_MARKER.sub("", fold(text)))}


def is_supported(sentence: str, sources: Iterable[str], *, name: str = "", said: str = "") -> bool:
    """Does the sentence follow from one of the source sentences?

    `name` (the article's) and `said` (the customer's question) may lend words, never numbers: a figure belongs to the
    sentence that it stands in. Numbers, links and proper names must occur; of the other words most must, half of them
    in the source itself; and something must be in it that the question did not say.
    """
    return any(_follows(sentence, source, name, said) for source in sources)


def _follows(sentence: str, source: str, name: str, said: str) -> bool:
    folded = fold(f"{source} {name} {said}")
    if (NEGATION.search(sentence) is None) != (NEGATION.search(source) is None):
        return False
    if not numbers(sentence) <= numbers(source) | numbers(name):
        return False
    if any(fold(link).rstrip(".,;") not in fold(source) for link in LINK.findall(sentence)):
        return False
    if any(fold(found) not in folded for found in NAME.findall(sentence.strip())):
        return False
    wanted = query_words(sentence)
    if not wanted or len(set(wanted)) < DISTINCT_SHARE * len(words_of(sentence)) / 2:
        return False
    own, lent = set(words_of(source)), set(words_of(f"{name} {said}"))
    held = sum(word in own for word in wanted)
    lends = sum(word in lent and word not in own for word in wanted)
    is_news = any(word in own and word not in lent for word in wanted)
    return is_news and held >= OWN_SHARE * len(wanted) and held + lends >= SUPPORTED_SHARE * len(wanted)


def _plain(number: str) -> str:
    whole = re.sub(r",(?=\d{3}(?:\D|$))", "", number)
    return re.sub(r"\.0+$|(?<=\.\d)0+$", "", whole)

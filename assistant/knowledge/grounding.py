"""Does a sentence follow from what was shown? Numbers, names and links exactly, the rest by its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.knowledge.words import HAN, fold, query_words

NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
LINK = re.compile(r"(?:https?://|www\.)[^\s)\]>\"'<]+|[\w.+-]{1,64}@[\w.-]{1,200}\.\w{2,24}")
NAME = re.compile(r"(?<![.!?:\n*•-] )(?<!^)\b[A-Z][\w&-]+(?: [A-Z][\w&-]+)*")
SUPPORTED_SHARE = 0.7
"""Share of a sentence's meaningful words that one passage must hold."""
BOUNDARY = re.compile(r"(?<=[.!?])(?<!\b[A-Z]\.)(?<!e\.g\.)(?<!i\.e\.)(?<!No\.)[\"')\]]*\s+|(?<=[。！？])|\n+")


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
    """Numbers without thousands separators and trailing zeros: `1,500.00` is `1500`."""
    return {_plain(match.group()) for match in NUMBER.finditer(fold(text))}


def is_supported(sentence: str, passages: Iterable[str], *, said: str = "") -> bool:
    """Is the sentence supported by one passage, or by the customer's own words `said`?

    Every number, link and proper name must occur there; of its other words most must.
    """
    return any(_follows(sentence, f"{passage}\n{said}") for passage in passages)


def _follows(sentence: str, source: str) -> bool:
    folded = fold(source)
    if not numbers(sentence) <= numbers(source):
        return False
    if any(fold(link).rstrip(".,;") not in folded for link in LINK.findall(sentence)):
        return False
    if any(fold(name) not in folded for name in NAME.findall(sentence.strip())):
        return False
    wanted = query_words(sentence)
    if not wanted:
        return bool(HAN.search(sentence)) is False and sentence.strip() == ""
    held = set(query_words(source))
    return sum(word in held for word in wanted) / len(wanted) >= SUPPORTED_SHARE


def _plain(number: str) -> str:
    whole = re.sub(r",(?=\d{3}(?:\D|$))", "", number)
    return re.sub(r"\.0+$|(?<=\.\d)0+$", "", whole)

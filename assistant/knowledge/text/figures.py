"""The figures of a sentence with the words that they belong to: `daily limit of $1,500` is money, 1500, daily limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.knowledge.grounding import numbers
from assistant.knowledge.text.words import query_words, stem

MISSING_VALUE = "[value not available]"
UNIT = r"(?:business |calendar |working )?-?(?:second|minute|hour|day|week|month|year|cycle|time|point)s?"
FIGURE = re.compile(
    rf"(?P<sign>[$€£¥])?\s?(?P<number>\d+(?:[.,]\d+)*)(?:\s?(?P<share>%|percent)|\s?-?(?P<unit>{UNIT})\b"
    r"|\s?(?P<money>dollars|usd|eur|gbp|元|美元)|\s?(?P<han>天|小时|分钟|个月|年|周))?",
    re.IGNORECASE,
)
CLAUSE_END = re.compile(r"[,;.，；。]|\band\b")
WORDS_BEFORE, WORDS_AFTER = 6, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as written, what it counts (`money £`, `share`, `day`; empty for a bare number) and the words beside."""

    text: str
    number: str
    unit: str
    words: frozenset[str]


def figures_in(sentence: str) -> Iterator[Figure]:
    """The figures of a sentence in its order. Words beside one end at the next; behind it also at a comma."""
    found = list(FIGURE.finditer(sentence))
    for place, match in enumerate(found):
        start = found[place - 1].end() if place else 0
        end = found[place + 1].start() if place + 1 < len(found) else len(sentence)
        before = query_words(sentence[start : match.start()])[-WORDS_BEFORE:]
        after = query_words(CLAUSE_END.split(sentence[match.end() : end], maxsplit=1)[0])[:WORDS_AFTER]
        (number,) = numbers(match["number"]) or {match["number"]}
        yield Figure(text=match.group().strip(), number=number, unit=_unit(match), words=frozenset([*before, *after]))


def _unit(match: re.Match[str]) -> str:
    if match["sign"] or match["money"]:
        return f"money {match['sign'] or match['money']}"
    if match["share"]:
        return "share"
    return stem((match["unit"] or match["han"] or "").strip("- ").lower())


def lacks_value(text: str) -> bool:
    """Does it say that its source does not know the value? That is no answer."""
    return MISSING_VALUE in text.casefold()

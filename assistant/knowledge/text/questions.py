"""A question as retrieval needs it: in English words, cut into the things it asks, with the kinds of value it wants."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.knowledge.text.bilingual import in_english
from assistant.knowledge.text.names import Mention, Names
from assistant.knowledge.text.words import fold, query_words, stem
from assistant.privacy.text import Redacted
from assistant.privacy.topic import topic_of

NOTHING = Redacted("")
MOST_PARTS = 3
FEWEST_WORDS = 2
"""Words of its own that a part needs: `and what is the interest rate?` leans on what was said before."""
WH = (
    r"(?:for |by |until |at |from |up to |till |in )?"
    r"(?:how|what|whats|what's|when|whens|when's|where|wheres|which|who|why)\b"
)
AUXILIARY = (
    r"(?:can|could|do|does|did|is|are|am|will|would|should|may)\s+"
    r"(?:i|you|u|we|my|me|the|there|it|they|she|he|this|that|a|an|your|our|any)\b"
)
ASKING = f"(?:{WH}|{AUXILIARY})"
BREAK = re.compile(
    rf"(?<=[?？])[?？!\s]*|[;；]\s*|,?\s+(?:and|also|plus|oh and|&)\s+(?={ASKING})"
    rf"|[,.!]\s*(?=(?:also|anyway,?|and)?\s*{WH})|\.\s+(?=also\b)|另外|还有[,，]?|以及",
    re.IGNORECASE,
)
IS_QUESTION = re.compile(
    rf"(?:^|[.!,:;–-]\s*|\b(?:and|also|so|but|anyway|or|then|quick)[,:]?\s+){ASKING}|[?？]", re.IGNORECASE
)
IS_CHINESE_QUESTION = re.compile("多少|几|什么|怎么|哪|吗|能否|是否|多久|谁")
COUNTING = ("max", "maximum", "number", "amount", "rate")
CHATTING = ("two", "things", "question", "quick", "few", "q", "qs", "couple", "also", "far", "long", "anyway")
FILLING = frozenset(map(stem, COUNTING + CHATTING))
"""Words that a part may hold without asking anything of its own."""


class Value(StrEnum):
    """Kinds of value that a question may want and a sentence may hold."""

    MONEY = "money"
    SHARE = "share"
    DURATION = "duration"
    DATE = "date"
    CLOCK = "clock"
    NUMBER = "number"


WANTED: dict[Value, re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        Value.MONEY: r"how much|cost|\bfees?\b|charge|price|[$€£¥]|bucks|dollars|euros|pounds|amount|\blimit|\bcap\b"
        r"|\bmax|\bmin\b|minimum|balance|money|多少钱|费|收费|上限|限额|金额",
        Value.SHARE: r"%|percent|\brate|\bapr\b|\bapy\b|\bbump|\bboost|discount|interest|利率|返现|百分",
        Value.DURATION: r"how (?:long|fast|quick|soon)|when (?:will|do|does|is|can)|by when|how far back"
        r"|how many (?:business )?(?:days|hours|months|weeks|minutes|seconds|years)"
        r"|多久|多少天|几天|多长|几个月|多少分钟|几小时",
        Value.DATE: r"until when|last day|deadline|how often|what date|\bwhen\b|哪天|截止|什么时候",
        Value.CLOCK: r"what (?:time|hours)|at night|\bopen\b|几点",
        Value.NUMBER: r"how (?:many|much)|number of|\bmax|minimum|lowest|highest|at what|what size|几|最多|最少",
    }.items()
}
HELD: dict[Value, re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        Value.MONEY: r"[$€£¥]\s?\d|\d\s?(?:dollars|usd|eur|gbp|kr\b|元|美元)",
        Value.SHARE: r"\d\s?%|percent|百分",
        Value.DURATION: r"\b(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|same|next)[-–\d]*\s*\+?\s*"
        r"(?:business |calendar |working )?-?(?:second|minute|hour|day|week|month|year|cycle)s?"
        r"|\binstant|immediately|within|\d+\s?(?:天|小时|分钟|个月|年|周)",
        Value.DATE: r"\b\d{4}-\d\d-\d\d\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d"
        r"|\b(?:monthly|daily|annually|quarterly|weekly|every|semester)\b|\d月",
        Value.CLOCK: r"\b\d{1,2}(?::\d\d)?\s?(?:am|pm|a\.m|p\.m)|24/7|\b\d\d:\d\d\b|\d点",
        Value.NUMBER: r"\d",
    }.items()
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One thing asked.

    `text` in English words as it is embedded; `topic` the same without the products that it names, which would
    outweigh everything else; `words` what full text looks for; `own_words` those of them that are not of a product.
    """

    text: str
    topic: str
    words: tuple[str, ...]
    own_words: tuple[str, ...]
    values: frozenset[Value]
    mentions: tuple[Mention, ...]
    around: frozenset[str] = frozenset()
    """Products that the whole question may be about, by name."""
    said: tuple[str, str] = ("", "")
    """`text` and `topic` in the customer's own language, for an encoder that reads it."""


def understand(question: Redacted, names: Names, *, before: Redacted = NOTHING) -> list[Asked]:
    """The things that a question asks, in its order, at most three.

    A follow-up is understood with the question `before`: about the product that it names itself, if it names one.
    """
    topic = names.written_out(topic_of(question))
    if before:
        return [_asked(_followed_up(names.written_out(topic_of(before)), topic, names), names)]
    parts = [_asked(part, names) for part in _parts(topic, names)][:MOST_PARTS] or [_asked(topic, names)]
    around = frozenset(name for part in parts for mention in part.mentions for name in mention.products)
    return [replace(part, around=around) for part in parts]


def _followed_up(before: str, question: str, names: Names) -> str:
    english = in_english(question, names.glossary)
    if not names.mentions(english):
        return f"{before} {question}"
    earlier = in_english(before, names.glossary) or before
    of_products = {word for mention in names.mentions(earlier) for word in mention.words}
    return f"{_without(earlier, of_products)} {question}"


def values_in(text: str) -> frozenset[Value]:
    """Kinds of value that a sentence holds."""
    return frozenset(kind for kind, pattern in HELD.items() if pattern.search(text))


def _asked(part: str, names: Names) -> Asked:
    english = in_english(part, names.glossary)
    mentions = tuple(names.mentions(english))
    of_products = {word for mention in mentions for word in mention.words}
    words = _words(part, english)
    return Asked(
        text=english or part,
        topic=_without(english or part, of_products),
        words=words,
        own_words=tuple(word for word in words if word not in of_products),
        values=frozenset(kind for kind, pattern in WANTED.items() if pattern.search(part) or pattern.search(english)),
        mentions=mentions,
        said=(part, _without(part, of_products)),
    )


def _words(part: str, english: str) -> tuple[str, ...]:
    """English words, and the Chinese pairs: an article may be Chinese as well."""
    return tuple(dict.fromkeys([*query_words(english), *(query_words(part) if part != english else ())]))


def _without(text: str, stems: Iterable[str]) -> str:
    left = [word for word in text.split() if stem(re.sub(r"\W", "", fold(word))) not in stems]
    return " ".join(left) or text


def _parts(text: str, names: Names) -> list[str]:
    """What stands between breaks and asks something of its own; what does not goes to its neighbour."""
    parts: list[str] = []
    before = ""
    for piece in filter(None, (piece.strip() for piece in BREAK.split(text))):
        if _asks(piece) and len(_own_words(piece, names)) >= FEWEST_WORDS:
            parts.append(f"{before} {piece}".strip())
            before = ""
        elif parts and not before:
            parts[-1] += f" {piece}"
        else:
            before = f"{before} {piece}".strip()
    if parts and before:
        parts[-1] += f" {before}"
    return parts if len(parts) > 1 else [text]


def _asks(piece: str) -> bool:
    return IS_QUESTION.search(piece) is not None or IS_CHINESE_QUESTION.search(piece) is not None


def _own_words(piece: str, names: Names) -> list[str]:
    english = in_english(piece, names.glossary)
    of_products = {word for mention in names.mentions(english) for word in mention.words}
    return [word for word in query_words(english) if word not in of_products | FILLING]

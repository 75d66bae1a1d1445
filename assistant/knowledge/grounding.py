"""Does a sentence follow from what was shown? Numbers, names and links exactly, the rest by its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.knowledge.text.words import fold, has_han, query_words, stem, words_of

NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*")
WORD = re.compile(r"[a-z]+")
UNITS = frozenset({"second", "minute", "hour", "day", "week", "month", "quarter", "year"})
LIST_MARKER = re.compile(r"^[^\S\n]*(?:[-*•]|\d{1,2}[.)])\s+", re.MULTILINE)
LINK = re.compile(
    r"(?<=\]\()\s*[^\s)]+|(?:\b[a-z][a-z0-9+.-]{1,20}:)?//[^\s)\]>\"'<]+"
    r"|\b(?:javascript|vbscript|data|blob|file|intent|mailto|tel|sms):[^\s)\]>\"'<]+"
    r"|[\w.+-]{1,64}@[\w.-]{1,200}\.\w{2,24}|\b(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}\b(?:[:/?#][^\s)\]>\"'<]*)?",
    re.IGNORECASE,
)
"""Whatever leads somewhere: addresses with any scheme or none, targets of Markdown links, e-mail, bare hosts."""
NAME = re.compile(r"(?<![.!?:\n*•-] )(?<!^)\b[A-Z][\w&-]+(?: [A-Z][\w&-]+)*")
SUPPORTED_SHARE = 0.8
"""Share of a sentence's meaningful words that must stand in the source sentence, the article's name or the question."""
OWN_SHARE = 0.5
"""Share of them that the source sentence itself must hold."""
LONGEST_RUN = 1
LONGEST_RUN_HAN = 4
"""So many words in a row (of Chinese: pairs, of which a word has several) may be new: one word is a paraphrase, several
are something else that is said beside, for instance what a customer's message ordered.
"""
NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|cannot|without|except|excluded|unable)\b|n['’]t\b|不|无法|没有|除外|未",
    re.IGNORECASE,
)
"""Whoever says no where the source says yes, or the other way round, says something else."""
SPANS = {
    "hourly": "hour",
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
} | dict.fromkeys(("yearly", "annual", "annually", "annum"), "year")
"""A limit for a month is none for a day: spans of time have to stand in the source, as numbers have to."""
OPPOSITES = tuple(
    (stem(one), stem(other))
    for one, other in (
        *(("minimum", "maximum"), ("least", "most"), ("before", "after"), ("increase", "decrease"), ("raise", "lower")),
        *(("higher", "lower"), ("more", "less"), ("above", "below"), ("over", "under"), ("credit", "debit")),
        *(("deposit", "withdrawal"), ("send", "receive"), ("incoming", "outgoing"), ("domestic", "international")),
        *(("domestic", "foreign"), ("first", "last"), ("open", "close"), ("enable", "disable"), ("include", "exclude")),
        *(("always", "never"), ("weekday", "weekend"), ("start", "end"), ("approve", "reject"), ("add", "remove")),
        *(("accept", "decline"), ("lock", "unlock"), ("freeze", "unfreeze"), ("allow", "forbid"), ("gain", "lose")),
        *(("buy", "sell"), ("eligible", "ineligible"), ("fixed", "variable")),
        *(("personal", "business"), ("physical", "virtual"), ("new", "existing"), ("optional", "mandatory")),
    )
)
"""Whoever says one where the source says the other says something else, however many words are the same."""
QUESTION = re.compile(r"[?？]\W*$")
CODE = re.compile(r"[{}=\\~^<>\[\]]|--")
"""Signs of code rather than of words."""
LABEL = re.compile(r"(\w+)\s?[:：](?!\d)")
"""A word before a colon may name who speaks."""
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


def links(text: str) -> set[str]:
    """Where a text leads, without what makes no difference: `https://www.shop.example/` is `shop.example`."""
    found = (fold(link).strip().rstrip(".,;:!?/") for link in LINK.findall(text))
    return {re.sub(r"^https?://(?:www\.)?|^www\.", "", link) for link in found}


def is_supported(sentence: str, sources: Iterable[str], *, name: str = "", said: str = "") -> bool:
    """Does the sentence follow from one of the source sentences?

    `name` (the article's) and `said` (the customer's question) may lend words, never numbers: a figure belongs to the
    sentence that it stands in. What the customer said lends no proper names either, for anybody may say anything.
    Numbers, links and proper names must occur; of the other words most must, half of them in the source itself; and
    something must be in it that the question did not say.
    """
    return any(_follows(sentence, source, name, said) for source in sources)


def _follows(sentence: str, source: str, name: str, said: str) -> bool:
    folded = fold(f"{source} {name}")
    if (NEGATION.search(sentence) is None) != (NEGATION.search(source) is None):
        return False
    if not _spans(sentence) <= _spans(f"{source} {name}") or _turns_round(sentence, source, f"{name} {said}"):
        return False
    if QUESTION.search(sentence) and not QUESTION.search(source):
        return False
    if not set(CODE.findall(sentence)) <= set(CODE.findall(source)):
        return False
    if not set(words_of(" ".join(LABEL.findall(sentence)))) <= set(words_of(f"{source} {name}")) | {"http"}:
        return False
    if not numbers(sentence) <= numbers(source) | numbers(name):
        return False
    if not links(sentence) <= links(source):
        return False
    if any(fold(found) not in folded for found in NAME.findall(sentence.strip())):
        return False
    wanted = query_words(sentence)
    if not wanted or len(set(wanted)) < DISTINCT_SHARE * len(words_of(sentence)) / 2:
        return False
    own, lent = set(words_of(source)) | _spans(source), set(words_of(f"{name} {said}"))
    if _longest_run_without(wanted, own | set(words_of(name))) > (
        LONGEST_RUN_HAN if has_han(sentence) else LONGEST_RUN
    ):
        return False
    held = sum(word in own for word in wanted)
    lends = sum(word in lent and word not in own for word in wanted)
    is_news = any(word in own and word not in lent for word in wanted)
    return is_news and held >= OWN_SHARE * len(wanted) and held + lends >= SUPPORTED_SHARE * len(wanted)


def _spans(text: str) -> set[str]:
    found = {SPANS.get(word, word.removesuffix("s")) for word in WORD.findall(fold(text))}
    return found & UNITS


def _turns_round(sentence: str, source: str, lent: str) -> bool:
    own, theirs, others = set(words_of(sentence)), set(words_of(source)), set(words_of(lent))
    return any(
        said in own and said not in theirs | others and meant in theirs and meant not in own
        for pair in OPPOSITES
        for said, meant in (pair, pair[::-1])
    )


def _longest_run_without(words: list[str], known: set[str]) -> int:
    longest = run = 0
    for word in words:
        run = 0 if word in known else run + 1
        longest = max(longest, run)
    return longest


def _plain(number: str) -> str:
    whole = re.sub(r",(?=\d{3}(?:\D|$))", "", number)
    return re.sub(r"\.0+$|(?<=\.\d)0+$", "", whole)

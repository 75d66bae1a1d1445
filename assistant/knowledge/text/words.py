"""Words as both sides of full-text search see them.

The embedded server has no unaccent and no Chinese configuration, so case, accents and width are folded here, and
Chinese runs become overlapping bigrams; the result is indexed under PostgreSQL's configuration `simple`.
"""

from __future__ import annotations

import re
import unicodedata

TOKEN = re.compile(r"[^\W_]+(?:[.,'’][^\W_]+)*", re.UNICODE)
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
PIECE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+|[^\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")

STOP_WORDS = frozenset(
    [
        "a",
        "about",
        "after",
        "all",
        "also",
        "am",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "before",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "get",
        "got",
        "had",
        "has",
        "have",
        "he",
        "her",
        "here",
        "hi",
        "hello",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "like",
        "me",
        "my",
        "need",
        "no",
        "not",
        "of",
        "on",
        "or",
        "our",
        "out",
        "please",
        "she",
        "so",
        "some",
        "tell",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "up",
        "us",
        "want",
        "was",
        "we",
        "were",
        "what",
        "whats",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "yours",
        "im",
        "ive",
        "id",
        "dont",
        "cant",
        "thanks",
        "thank",
        "hey",
        "ok",
        "okay",
        "much",
        "many",
    ]
)
HAN_STOP = frozenset(
    [
        "的",
        "了",
        "吗",
        "呢",
        "我",
        "你",
        "您",
        "是",
        "在",
        "有",
        "和",
        "就",
        "都",
        "请",
        "问",
        "请问",
        "可以",
        "怎么",
        "什么",
        "多少",
        "哪",
        "个",
        "一个",
        "这",
        "那",
        "要",
        "会",
        "能",
        "吧",
        "啊",
    ]
)


def fold(text: str) -> str:
    """Without case, accents and width."""
    if text.isascii():
        return text.lower()
    # Twice: styled letters (𝐁) become capitals only in the first pass, and folding may compose anew in the second.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def words_of(text: str) -> list[str]:
    """Folded, stemmed words and Chinese bigrams, in order."""
    words: list[str] = []
    for token in TOKEN.findall(fold(text)):
        for piece in PIECE.findall(token):
            words += _bigrams(piece) if HAN.fullmatch(piece) else [stem(piece)]
    return words


def query_words(text: str) -> list[str]:
    """The words of a question that carry meaning, once each."""
    kept: dict[str, None] = {}
    for token in TOKEN.findall(fold(text)):
        for piece in PIECE.findall(token):
            if HAN.fullmatch(piece):
                kept |= dict.fromkeys(pair for pair in _bigrams(piece) if pair not in HAN_STOP)
            elif piece.replace("'", "").replace("’", "") not in STOP_WORDS:
                kept[stem(piece)] = None
    return list(kept)


def stem(word: str) -> str:
    """A light English stem: plural and common verb endings, the same on both sides."""
    word = word.replace("’", "'").removesuffix("'s").replace("'", "")
    if any(character.isdigit() for character in word):
        return word.replace(",", "")
    for ending, rest, shortest in (("ies", "y", 5), ("sses", "ss", 6), ("ing", "", 6), ("ed", "", 5), ("es", "e", 5)):
        if word.endswith(ending) and len(word) >= shortest:
            word = word[: -len(ending)] + rest
            break
    else:
        if word.endswith("s") and not word.endswith("ss") and len(word) > 3:
            word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def has_han(text: str) -> bool:
    """Is any of it Chinese?"""
    return HAN.search(text) is not None


def _bigrams(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]

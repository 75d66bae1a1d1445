"""Values that only the word before them gives away: `Kundennummer: KD-44 719`, `passport no. is 12AB34567`."""

from __future__ import annotations

import re

from assistant.privacy.view import View

NUMBER = (
    r"numbers?|no|nr|num|nbr|numéro|numero|número|nummer|n°|nº|nº|ids?|code|identifier|card|carte|karte|tarjeta|number is"
    r"|号码?|编号|號碼?"
)
IS = r"is|was|ist|war|lautet|est|es|era|its|it's|to|auf|en|por|是|为|為|改成|改为|：|:|=|->|=>"
LINK = re.compile(
    rf"[\s-]{{0,2}}(?:(?:{NUMBER})(?![a-z])[\s.:#-]{{0,3}}){{0,3}}[\s.:#=(\[\"'`*-]{{0,4}}"
    rf"(?:(?:{IS})(?![a-z])[\s:#(\"'`*]{{0,4}}){{0,2}}"
)
PIECE = re.compile(r"[^\W_]+")
GAP_MAX = 3
GAP_MARKS = frozenset(" \t\n./_-")
LONGEST = 34
LETTERS_FIRST = 6


def value_after(view: View, end: int, *, fewest: int, longest: int = LONGEST) -> tuple[int, int] | None:
    """The letters and digits that follow a word, in as many pieces as hold digits; None with too few digits.

    The first piece may be letters when digits follow at once, a later one may be a single letter: `KD 447 19 B`.
    """
    link = LINK.match(view.lower, end)
    start = at = link.end() if link else end
    text = view.lower
    last = start
    digits = length = 0
    while (piece := PIECE.match(text, at)) is not None:
        word = piece.group()
        count = sum(character.isdecimal() for character in word)
        is_prefix = at == start and len(word) <= LETTERS_FIRST and word.isascii() and _digit_follows(text, piece.end())
        if not word.isascii() and (word := _ascii_head(word)):
            count = sum(character.isdecimal() for character in word)
        if (
            not word.isascii()
            or not (count or is_prefix or (len(word) == 1 and digits))
            or length + len(word) > longest
        ):
            break
        digits += count
        length += len(word)
        if count or len(word) == 1:
            last = at + len(word)
        if len(word) < len(piece.group()):
            break
        at = piece.end()
        while at < len(text) and text[at] in GAP_MARKS and at - piece.end() < GAP_MAX:
            at += 1
        if at == piece.end():
            break
    if digits < fewest:
        return None
    return start, last


def _digit_follows(text: str, end: int) -> bool:
    return text[end : end + 1].isdecimal() or (text[end : end + 1] in GAP_MARKS and text[end + 1 : end + 2].isdecimal())


def _ascii_head(word: str) -> str:
    """Chinese goes on without a space: `账号7730019284显示`."""
    for place, character in enumerate(word):
        if not character.isascii():
            return word[:place]
    return word

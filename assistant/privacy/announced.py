"""Values that only the word before them gives away: `Kundennummer: KD-44 719`, `passport no. is 12AB34567`."""

from __future__ import annotations

import re

from assistant.privacy.patterns import words
from assistant.privacy.things import names_a_thing
from assistant.privacy.view import View

NUMBER = (
    r"numbers?|no|nr|num|nbr|numéro|numero|número|nummer|n°|nº|ids?|code|identifier|card|carte|karte|tarjeta|number is"
)
IS = r"is|was|ist|war|lautet|est|es|era|its|it's|to|auf|en|por"
LINK = words(
    r"(?: (?:of|for|von|de|del|para|pour|für|der) (?:my |mi |ma |mon |meine[rs]? |seine[rs]? |la |el |the |his |her )[a-zà-ÿ]{2,12})?"
    rf"[\s-]{{0,2}}(?:(?:(?:{NUMBER})\B>|号码?|编号|號碼?)[\s.:#-]{{0,3}}){{0,3}}[\s.:#=(\[\"'`*-]{{0,4}}"
    rf"(?:(?:(?:{IS})\B>|是|为|為|改成|改为|->|=>)[\s:#(\"'`*]{{0,4}}){{0,2}}"
)
PIECE = re.compile(r"[^\W_]+")
GAP_MAX = 3
GAP_MARKS = frozenset(" \t\r\n./_-·")
LONGEST = 34
LETTERS_FIRST = 6
CAPITALS_FIRST = 3
CODE_MIN = 7
DASH = " - "
"""Ends a number, unless all of it is written so: `4471 9022 - two cards`, `384 - 116 - 686`."""
DASHED_MAX = 4


def value_after(
    view: View, end: int, *, fewest: int, longest: int = LONGEST, may_be_letters: bool = False
) -> tuple[int, int] | None:
    """The letters and digits that follow a word, in as many pieces as hold digits; None with too few digits.

    The first piece may be letters when digits follow at once, a later one may be a single letter: `KD 447 19 B`.
    `may_be_letters`: capitals with a single digit are enough, as in `KGTTLV0XH`.
    """
    link = LINK.match(view.lower, end)
    start = at = link.end() if link else end
    text = view.lower
    last = start
    digits = length = 0
    gaps: set[str] = set()
    while (piece := PIECE.match(text, at)) is not None:
        word = piece.group()
        count = sum(character.isdecimal() for character in word)
        is_prefix = at == start and word.isascii() and _is_prefix(view.plain, at, piece.end())
        if not word.isascii():
            word = _ascii_head(word)
            count = sum(character.isdecimal() for character in word)
        is_letter = len(word) == len(piece.group()) == 1 and digits > 0 and view.plain[at].isupper()
        if not word or not (count or is_prefix or is_letter) or length + len(word) > longest:
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
        is_first = not gaps
        gaps.add(text[piece.end() : at])
        if (
            at == piece.end()
            or (DASH in gaps and len(gaps) > 1)
            or (gaps == {DASH} and digits > DASHED_MAX and is_first)
        ):
            break
    if names_a_thing(view.lower[end:start]):  # the customer's order 12345
        return None
    is_code = may_be_letters and digits > 0 and length >= CODE_MIN and view.plain[start:last].isupper()
    return (start, last) if digits >= fewest or is_code else None


def _is_prefix(plain: str, start: int, end: int) -> bool:
    """Letters that belong to the number after them: `KD-447`, `WH54`; apart from it only a few capitals, as `KD 447`."""
    if plain[end : end + 1].isdecimal() or (plain[end : end + 1] in "._-" and plain[end + 1 : end + 2].isdecimal()):
        return end - start <= LETTERS_FIRST
    is_apart = plain[end : end + 1] in GAP_MARKS and plain[end + 1 : end + 2].isdecimal()
    return is_apart and end - start <= CAPITALS_FIRST and plain[start:end].isupper()


def _ascii_head(word: str) -> str:
    """Chinese goes on without a space: `账号7730019284显示`."""
    for place, character in enumerate(word):
        if not character.isascii():
            return word[:place]
    return word

"""Cut a text into tokens, all at once and in time that grows with its length.

A token is a word (a run of letters, marks and digits), one Chinese or Japanese character, a run of one punctuation
mark, or a run of line breaks. Spaces are no tokens. No regular expression and no loop over characters: every step is
one array operation, so that a text of any shape costs the same per character.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

SPACE, WORD, IDEOGRAPH, PUNCTUATION, BREAK = range(5)
TABLE_END = 0x20000  # code points from here on are rare ideographs
LINE_BREAKS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
BASE_LETTERS = {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "ß": "s", "æ": "a", "œ": "o", "þ": "t", "ð": "d", "ħ": "h"}
NOT_FOLDED = 0  # folded value of marks and invisible characters: they take part in no hash


@dataclass(frozen=True, slots=True, kw_only=True)
class Alphabet:
    """What is known about each code point below TABLE_END; arrays of that length."""

    kinds: NDArray[np.uint8]
    folded: NDArray[np.uint32]  # lower case, without accents, digits as 0; NOT_FOLDED for marks
    uppers: NDArray[np.bool_]
    letters: NDArray[np.bool_]
    digits: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens of one text in order; the first three arrays are [tokens], `owners` is [code points]."""

    codes: NDArray[np.uint32]  # [code points] of the text, those from TABLE_END on as one
    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    kinds: NDArray[np.uint8]
    owners: NDArray[np.intp]  # which token a code point belongs to; meaningless for spaces

    def __len__(self) -> int:
        return len(self.starts)


def code_points(text: str) -> NDArray[np.uint32]:
    """[code points] of any text, also of one with lone surrogates."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.minimum(codes, np.uint32(TABLE_END - 1))


def tokenize(codes: NDArray[np.uint32]) -> Tokens:
    """The tokens of a text given as `code_points`; offsets are places in it."""
    kinds = alphabet().kinds[codes]
    before_kinds = np.concatenate([[SPACE], kinds[:-1]])
    is_other_mark = np.ones(len(codes), dtype=np.bool_)
    is_other_mark[1:] = codes[1:] != codes[:-1]
    is_new = (kinds != before_kinds) | (kinds == IDEOGRAPH) | ((kinds == PUNCTUATION) & is_other_mark)
    begins = is_new & (kinds != SPACE)
    starts = np.flatnonzero(begins)
    owners = np.cumsum(begins) - 1
    sizes = np.bincount(owners[kinds != SPACE], minlength=len(starts)) if len(starts) else np.zeros(0, dtype=np.intp)
    return Tokens(codes=codes, starts=starts, ends=starts + sizes, kinds=kinds[starts], owners=owners)


@cache
def alphabet() -> Alphabet:
    """The tables, made once from the Unicode data of the interpreter."""
    kinds = np.zeros(TABLE_END, dtype=np.uint8)
    folded = np.zeros(TABLE_END, dtype=np.uint32)
    uppers, letters, digits = (np.zeros(TABLE_END, dtype=np.bool_) for _ in range(3))
    for code in range(TABLE_END):
        character = chr(code)
        category = unicodedata.category(character)
        kinds[code] = _kind(character, category, code)
        folded[code] = _fold(character, category)
        uppers[code] = category in ("Lu", "Lt")
        letters[code] = category[0] == "L"
        digits[code] = category[0] == "N"
    kinds[TABLE_END - 1] = IDEOGRAPH
    return Alphabet(kinds=kinds, folded=folded, uppers=uppers, letters=letters, digits=digits)


def _kind(character: str, category: str, code: int) -> int:
    if character in LINE_BREAKS:
        return BREAK
    if category in ("Zs", "Cc", "Cn", "Cs", "Co"):
        return SPACE
    if category == "Lo" and (0x2E80 <= code <= 0x312F or 0x31A0 <= code <= 0xA4CF or 0xF900 <= code <= 0xFAFF):
        return IDEOGRAPH
    if category[0] in "LMN" or category == "Cf":
        return WORD
    return PUNCTUATION


def _fold(character: str, category: str) -> int:
    if category[0] == "M" or category in ("Cf", "Zs", "Cc", "Cn", "Cs", "Co"):
        return NOT_FOLDED
    if category[0] == "N":
        return ord("0")
    lower = character.lower()[0]
    plain = unicodedata.normalize("NFKD", lower)[0].lower()[0]
    return ord(BASE_LETTERS.get(plain, plain))

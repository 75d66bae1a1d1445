"""What the network sees of each token: hashes of the word and its parts, shape flags, and lists it stands in.

Shared by training and running, so that both see the same. Every step is one array operation over the whole text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.tagging.tokens import (
    BREAK,
    IDEOGRAPH,
    NOT_FOLDED,
    PUNCTUATION,
    WORD,
    Tokens,
    alphabet,
    code_points,
    tokenize,
)

WORD_BITS = 16  # the table of words has 2 ** WORD_BITS rows
PART_BITS = 16
LIST_BITS = 21  # the filter of the word lists has 2 ** LIST_BITS bytes, one bit of each for every list
LETTERS_MAX = 24  # letters of a word that count; longer words are no names
PART_LENGTHS = (3, 4, 5)  # letters of a part; the edges of the word count as one letter
FLAGS = 24
LISTS = ("given", "family", "common", "place", "street", "organisation", "title", "product")
PAIR_FLAGS = 2  # whether an ideograph begins, and whether it ends, two that stand in a common word
LIST_SHIFTS = (0, 21, 43)

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_POWERS = np.cumprod(np.full(LETTERS_MAX + 8, 0x100000001B3, dtype=np.uint64))


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The features of the tokens of one text."""

    words: NDArray[np.uint64]  # [tokens], hash of the folded word
    pairs: NDArray[np.uint64]  # [tokens], hash of an ideograph and the one after it; 0 where there is none
    parts: NDArray[np.intp]  # [parts], rows of the table of parts
    part_owners: NDArray[np.intp]  # [parts], ascending: the token that a part belongs to
    flags: NDArray[np.float32]  # [tokens, FLAGS], 0 or 1


def extract(tokens: Tokens) -> Features:
    """Look at each token."""
    table = alphabet()
    folded = table.folded[tokens.codes]
    is_inside = np.zeros(len(folded), dtype=np.bool_)
    places = np.arange(len(folded)) - tokens.starts[tokens.owners] if len(tokens) else np.zeros(0, dtype=np.intp)
    if len(tokens):
        is_inside = (
            (places < LETTERS_MAX) & (np.arange(len(folded)) < tokens.ends[tokens.owners]) & (tokens.owners >= 0)
        )
    counts = is_inside & (folded != NOT_FOLDED)
    letters, owners = folded[counts], tokens.owners[counts]
    parts, part_owners = _parts(tokens, letters, owners)
    return Features(
        words=_word_hashes(letters, owners, len(tokens)),
        pairs=_pair_hashes(tokens),
        parts=parts,
        part_owners=part_owners,
        flags=_flags(tokens),
    )


def word_rows(words: NDArray[np.uint64]) -> NDArray[np.intp]:
    """[tokens], rows of the table of words."""
    return (words & np.uint64((1 << WORD_BITS) - 1)).astype(np.intp)


def list_flags(words: NDArray[np.uint64], word_lists: NDArray[np.uint8]) -> NDArray[np.float32]:
    """[tokens, len(LISTS)], 1 where the word stands in a list (or, once in a hundred, only seems to)."""
    seen = _look_up(words, word_lists)
    return np.unpackbits(seen[:, None], axis=1, bitorder="little")[:, : len(LISTS)].astype(np.float32)


def pair_flags(pairs: NDArray[np.uint64], word_lists: NDArray[np.uint8]) -> NDArray[np.float32]:
    """[tokens, PAIR_FLAGS]: begins, ends two ideographs that stand side by side in a common word."""
    flags = np.zeros((len(pairs), PAIR_FLAGS), dtype=np.float32)
    firsts = np.flatnonzero(pairs)
    if len(firsts):
        firsts = firsts[(_look_up(pairs[firsts], word_lists) >> LISTS.index("common")) & 1 == 1]
        flags[firsts, 0] = 1
        flags[firsts + 1, 1] = 1
    return flags


def build_lists(words_of: Mapping[str, Iterable[str]]) -> NDArray[np.uint8]:
    """[2 ** LIST_BITS], a Bloom filter for each list, one bit of every byte each."""
    word_lists = np.zeros(1 << LIST_BITS, dtype=np.uint8)
    for bit, name in enumerate(LISTS):
        hashes = hash_words(sorted(set(words_of[name])))
        if name == "common":
            pairs = extract(tokenize(code_points("\n".join(words_of[name])))).pairs
            hashes = np.concatenate([hashes, pairs[pairs != 0]])
        for shift in LIST_SHIFTS:
            np.bitwise_or.at(word_lists, _list_row(hashes, shift), np.uint8(1 << bit))
    return word_lists


def hash_words(words: Sequence[str]) -> NDArray[np.uint64]:
    """The hashes of all words and ideographs in `words`, as `extract` gives them; a name of two words gives two."""
    tokens = tokenize(code_points("\n".join(words)))
    hashes: NDArray[np.uint64] = extract(tokens).words[(tokens.kinds == WORD) | (tokens.kinds == IDEOGRAPH)]
    return hashes


def _look_up(words: NDArray[np.uint64], word_lists: NDArray[np.uint8]) -> NDArray[np.uint8]:
    first, second, third = (word_lists[_list_row(words, shift)] for shift in LIST_SHIFTS)
    seen: NDArray[np.uint8] = first & second & third
    return seen


def _list_row(words: NDArray[np.uint64], shift: int) -> NDArray[np.intp]:
    return ((words >> np.uint64(shift)) & np.uint64((1 << LIST_BITS) - 1)).astype(np.intp)


def _mix(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    hashes = (hashes ^ (hashes >> np.uint64(31))) * _PRIME
    return hashes ^ (hashes >> np.uint64(29))


def _word_hashes(letters: NDArray[np.uint32], owners: NDArray[np.intp], tokens: int) -> NDArray[np.uint64]:
    """Sum of letter times power of its place, then mixed."""
    sums = np.zeros(tokens, dtype=np.uint64)
    if len(letters):
        firsts = np.flatnonzero(np.diff(owners, prepend=-1))
        places = np.arange(len(letters)) - np.repeat(firsts, np.diff(firsts, append=len(letters)))
        sums[owners[firsts]] = np.add.reduceat(letters * _POWERS[places], firsts)
    return _mix(sums)


def _parts(
    tokens: Tokens, letters: NDArray[np.uint32], owners: NDArray[np.intp]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows of the parts of words, and of each ideograph with the one before and the one after."""
    is_word = tokens.kinds[owners] == WORD
    rows, row_owners = _letter_parts(letters[is_word].astype(np.uint64), owners[is_word])
    pairs, pair_owners = _ideograph_pairs(tokens)
    if not len(pairs):
        return rows, row_owners
    rows, row_owners = np.concatenate([rows, pairs]), np.concatenate([row_owners, pair_owners])
    order = np.argsort(row_owners, kind="stable")
    return rows[order], row_owners[order]


def _letter_parts(letters: NDArray[np.uint64], owners: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The words side by side with a zero between, then every run of 3, 4 and 5 that holds no zero inside."""
    ranks = np.cumsum(np.diff(owners, prepend=-1) != 0)
    padded = np.zeros(len(letters) + (int(ranks[-1]) if len(ranks) else 0) + max(PART_LENGTHS), dtype=np.uint64)
    holders = np.zeros(len(padded), dtype=np.intp)
    places = np.arange(len(letters)) + ranks
    padded[places], holders[places] = letters, owners
    length = len(padded) - max(PART_LENGTHS) + 1
    sums = padded[:length] * _POWERS[0] + padded[1 : length + 1] * _POWERS[1]
    is_whole = np.ones(length, dtype=np.bool_)
    rows, starts = [], []
    for size in range(3, max(PART_LENGTHS) + 1):
        is_whole = is_whole & (padded[size - 2 : length + size - 2] != 0)
        sums = sums + padded[size - 1 : length + size - 1] * _POWERS[size - 1]
        begin = np.flatnonzero(is_whole)
        rows.append(_part_row(sums[begin], size))
        starts.append(begin)
    first = np.concatenate(starts)
    order = np.argsort(first, kind="stable")
    return np.concatenate(rows)[order], holders[first[order] + 1]


def _pair_hashes(tokens: Tokens) -> NDArray[np.uint64]:
    hashes = np.zeros(len(tokens), dtype=np.uint64)
    left = _left_ideographs(tokens)
    if len(left):
        codes = tokens.codes[tokens.starts].astype(np.uint64)
        hashes[left] = _mix(_mix(codes[left] * _POWERS[3] + codes[left + 1]))
    return hashes


def _left_ideographs(tokens: Tokens) -> NDArray[np.intp]:
    is_ideograph = tokens.kinds == IDEOGRAPH
    if not is_ideograph.any():
        return np.zeros(0, dtype=np.intp)
    return np.flatnonzero(is_ideograph[:-1] & is_ideograph[1:] & (tokens.starts[1:] == tokens.ends[:-1]))


def _ideograph_pairs(tokens: Tokens) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    left = _left_ideographs(tokens)
    if not len(left):
        return left, left
    codes = tokens.codes[tokens.starts].astype(np.uint64)
    sums = codes[left] * _POWERS[1] + codes[left + 1] * _POWERS[2]
    return np.concatenate([_part_row(sums, 9), _part_row(sums, 11)]), np.concatenate([left, left + 1])


def _part_row(sums: NDArray[np.uint64], salt: int) -> NDArray[np.intp]:
    return ((_mix(sums + np.uint64(salt)) >> np.uint64(17)) & np.uint64((1 << PART_BITS) - 1)).astype(np.intp)


def _flags(tokens: Tokens) -> NDArray[np.float32]:
    """Kind, case, digits, length, what stands before, and the case of the whole text."""
    table, count = alphabet(), len(tokens)
    flags = np.zeros((count, FLAGS), dtype=np.float32)
    if not count:
        return flags
    starts, ends, kinds, codes = tokens.starts, tokens.ends, tokens.kinds, tokens.codes
    sizes = ends - starts
    uppers, letters, digits = (_counts(marks[codes], tokens) for marks in (table.uppers, table.letters, table.digits))
    begins_upper = table.uppers[codes[starts]]
    gaps = np.concatenate([[0], starts[1:] - ends[:-1]])
    after_break = np.concatenate([[True], kinds[:-1] == BREAK])
    text_uppers, text_letters = uppers.sum(), max(1, letters.sum())
    is_word = kinds == WORD
    columns = (
        is_word,
        kinds == IDEOGRAPH,
        kinds == PUNCTUATION,
        kinds == BREAK,
        gaps > 0,
        after_break,
        is_word & (letters > 0) & (uppers == 0),
        begins_upper & (uppers == 1) & (letters > 1),
        begins_upper & (uppers == letters) & (letters > 1),
        begins_upper & (letters == 1) & (sizes == 1),
        (uppers > 0) & (uppers < letters) & ~(begins_upper & (uppers == 1)),
        (digits > 0) & (digits == sizes),
        (digits > 0) & (digits < sizes),
        (sizes == 1) & is_word,
        (sizes == 2) & is_word,
        (sizes == 3) & is_word,
        (sizes >= 4) & (sizes <= 6),
        (sizes >= 7) & (sizes <= 9),
        sizes >= 10,
        _counts((codes >= 0x80) & table.letters[codes], tokens) > 0,
        np.full(count, text_uppers == 0),
        np.full(count, text_uppers > 0.7 * text_letters),
        (digits == 5) & (sizes == 5),
        np.arange(count) == count - 1,
    )
    for place, column in enumerate(columns):
        flags[:, place] = column
    return flags


def _counts(marks: NDArray[np.bool_], tokens: Tokens) -> NDArray[np.intp]:
    """How many code points of each token are marked."""
    sums = np.concatenate([[0], np.cumsum(marks)])
    counts: NDArray[np.intp] = sums[tokens.ends] - sums[tokens.starts]
    return counts

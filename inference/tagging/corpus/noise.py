"""How people type: all lower case, all capitals, without accents, with slips."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from random import Random

from inference.tagging.corpus.grammar import Piece, capitalised

STRANGE_TEXTS = 0.3  # share of texts in which some words are made up
STRANGE_WORDS = 0.15  # share of their words


def disturb(pieces: list[Piece], random: Random, language: str, make_up: Callable[[], str]) -> list[Piece]:
    """The same text typed otherwise; labels stay with their stretches. `make_up` gives a word that nobody knows."""
    draw = random.random()
    if language == "zh" and random.random() < STRANGE_TEXTS:
        pieces = [piece if piece.label else Piece(_with_strange_ends(piece.text, random, make_up)) for piece in pieces]
    if language != "zh":
        if random.random() < STRANGE_TEXTS:
            pieces = [
                piece if piece.label else Piece(_with_strange_words(piece.text, random, make_up)) for piece in pieces
            ]
        if draw < 0.22:
            pieces = [Piece(piece.text.lower(), piece.label) for piece in pieces]
        elif draw < 0.26:
            pieces = [Piece(piece.text.upper(), piece.label) for piece in pieces]
        elif draw < 0.29:
            pieces = [Piece(piece.text.lower() if piece.label else piece.text, piece.label) for piece in pieces]
        elif draw < 0.31:
            pieces = [Piece(piece.text.title(), piece.label) for piece in pieces]
        elif draw < 0.33:
            pieces = [
                Piece(piece.text.upper() if piece.label == "PERSON" else piece.text, piece.label) for piece in pieces
            ]
        elif draw < 0.75:
            pieces = _in_sentences(pieces)
        if random.random() < 0.12:
            pieces = [Piece(without_accents(piece.text), piece.label) for piece in pieces]
        if random.random() < 0.12:
            pieces = [piece if piece.label else Piece(_slip(piece.text, random), "") for piece in pieces]
        if random.random() < 0.05:
            pieces = [Piece(piece.text.replace("'", "’"), piece.label) for piece in pieces]
        if random.random() < 0.03:
            pieces = [
                Piece(piece.text.replace("'", "") if not piece.label else piece.text, piece.label) for piece in pieces
            ]
    if random.random() < 0.03:
        mark = random.choice(("> ", ">", "> > "))
        pieces = [Piece(mark), *(Piece(piece.text.replace("\n", f"\n{mark}"), piece.label) for piece in pieces)]
    if random.random() < 0.02:
        pieces = [Piece(random.choice((" ", "\n", "- ", "* ", '"', "   ", "<p>"))), *pieces]
    return pieces


def without_accents(text: str) -> str:
    """`José` becomes `Jose`."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _in_sentences(pieces: list[Piece]) -> list[Piece]:
    """A large letter at the beginning of each sentence."""
    done: list[Piece] = []
    is_start = True
    for piece in pieces:
        text = piece.text
        if is_start and text[:1].islower() and not text.startswith(("http", "www")):
            text = capitalised([Piece(text)])[0].text
        if not piece.label:
            for mark in (". ", "? ", "! ", "\n"):
                head, *rest = text.split(mark)
                text = mark.join([head, *(part[:1].upper() + part[1:] for part in rest)])
            words = text.split(" ")
            text = " ".join("I" if word == "i" else word for word in words)
        done.append(Piece(text, piece.label))
        if text.strip():
            is_start = text.rstrip(" ").endswith((".", "!", "?", "\n", '"')) if not piece.label else False
    return done


def _with_strange_words(text: str, random: Random, make_up: Callable[[], str]) -> str:
    words = text.split(" ")
    for at, word in enumerate(words):
        if len(word) > 3 and word.isalpha() and random.random() < STRANGE_WORDS:
            words[at] = make_up().capitalize() if word[0].isupper() else make_up()
    return " ".join(words)


def _with_strange_ends(text: str, random: Random, make_up: Callable[[], str]) -> str:
    """Another word before, behind, or after a comma."""
    if random.random() < 0.2:
        text = make_up() + text
    if random.random() < 0.1:
        text += make_up()
    return text.replace("，", f"，{make_up()}", 1) if random.random() < 0.3 else text


def _slip(text: str, random: Random) -> str:
    """A letter left out, doubled or swapped, here and there."""
    letters = list(text)
    for at in range(1, len(letters) - 1):
        if letters[at].isalpha() and random.random() < 0.015:
            kind = random.randrange(3)
            if kind == 0:
                letters[at] = ""
            elif kind == 1:
                letters[at] *= 2
            elif letters[at + 1].isalpha():
                letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)

"""What can be wrong with one document, by a stable code. One bad document never stops the others."""

from __future__ import annotations

from dataclasses import dataclass

PROBLEMS: dict[str, str] = {
    "bad_field": "A field is missing or wrong.",
    "wrong_format": "The content is not what the file's name says.",
    "unknown_format": "Files of this kind cannot be imported.",
    "unreadable": "The file is damaged and cannot be read.",
    "encrypted": "The file is protected by a password.",
    "empty": "There is no text in it.",
    "no_text": "There are only pictures in it; text in pictures is not read.",
    "too_big": "It is too big, or becomes too big when it is unpacked.",
    "too_many": "There is too much in it; the rest was left out.",
    "took_too_long": "Reading it took too long.",
    "duplicate": "Another document of this import has the same name.",
    "address_refused": "The address may not be asked.",
    "not_reached": "Nobody answers under the address.",
    "egress": "The web site could not be asked.",
    "bad_answer": "The answer of the web site cannot be used.",
    "http_error": "The web site answered with an error.",
    "log_in_needed": "The page is only shown after a log-in.",
    "robots_refused": "The web site asks machines not to read this (robots.txt).",
    "moved_away": "The page leads to another web site.",
    "limit_reached": "A limit of the source was reached; the rest was left out.",
    "gave_up": "The web site failed too often in a row; the rest was left for the next time.",
    "internal": "Something went wrong on our side.",
    "encoding_guessed": "The file does not say how its letters are stored; they were guessed.",
}
"""Code -> a sentence for whoever looks at the source."""
NOTES = frozenset({"encoding_guessed", "limit_reached"})
"""Codes of remarks: the document was imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why one document was not imported: where in the source, and which document when that is known."""

    code: str
    message: str = ""
    place: str = ""
    external_id: str = ""

    @property
    def is_note(self) -> bool:
        """The document was imported all the same."""
        return self.code in NOTES

    @property
    def sentence(self) -> str:
        """The message, or what the code means."""
        return self.message or PROBLEMS[self.code]


class Unusable(Exception):
    """Raised inside an importer for a whole file; the reader makes a Problem of it."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.code, self.message = code, message

"""Names and addresses, which no pattern knows: the tagger's finds, and what is known of this contact already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from assistant.foundation.conf import provider
from assistant.privacy.detectors import Candidate
from assistant.privacy.view import View
from inference.contract import NameTagger

KNOWN_RANK = 1
RANKS = {"ADDRESS": 46, "PERSON": 60}
SHORTEST_KNOWN = 3

Known = Sequence[tuple[str, str]]
"""Kind and value of what is known of a person, such as their own name and e-mail."""


def tagged(view: View) -> list[Candidate]:
    """What the tagger finds, in places of the original text."""
    try:
        tagger: NameTagger = provider(NameTagger)
    except LookupError:  # TEMPORARY
        return []
    return [(RANKS[span.label], *view.place(span.start, span.end), span.label) for span in tagger.tag(view.plain)]


def known_in(view: View, known: Known) -> Iterable[Candidate]:
    """Values that are known exactly, in any case; of a name also each part that is no common short word."""
    for kind, value in known:
        words = value.split()
        parts = [
            value,
            *(word for word in words if kind == "PERSON" and len(words) > 1 and len(word) >= SHORTEST_KNOWN),
        ]
        for part in parts:
            pattern = r"\s{1,3}".join(map(re.escape, part.lower().split()))
            if len(part) >= SHORTEST_KNOWN - 1 and pattern:
                for match in re.finditer(rf"(?<![a-z0-9]){pattern}(?![a-z0-9])", view.lower):
                    if part == value or view.plain[match.start()].isupper():
                        yield KNOWN_RANK, *view.place(*match.span()), kind

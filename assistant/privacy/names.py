"""Names and addresses, which no pattern knows: the tagger's finds, and what is known of this contact already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.foundation.conf import provider
from assistant.privacy.detectors import Candidate
from assistant.privacy.detectors.date_of_birth import beside_a_name
from assistant.privacy.places import is_a_city
from assistant.privacy.topic import GREETINGS
from assistant.privacy.view import HAN, View, view_of
from inference.contract import NameTagger, TaggedSpan

KNOWN_RANK = 1
RANKS = {"ADDRESS": 46, "PERSON": 60}
SHORTEST_KNOWN = 3
BLANK = "#"
SURE = 0.5
"""Below this the tagger guesses."""
SURE_WITHOUT_NUMBER = 0.9
"""An address without a single number is rare."""
SHORTEST_ADDRESS = 4

FEW_WORDS = 3
NAMES_MAX = 20
LONGEST_ACRONYM = 5
INTRODUCED = re.compile(
    r"\b(?:name(?:'?s| is|:)?|named|i'?m|i am|this is|call me|under|ms|mr|mrs|dr|miss|regards|signed|cheers|dear"
    r"|hei(?:ß|ss)e|ich bin|hier ist|m'appelle|je suis|me llamo|soy|nombre(?: es)?|nom(?: est)?)[\s:,.]{1,3}\Z",
    re.IGNORECASE,
)

GREETING = re.compile(GREETINGS, re.IGNORECASE)
LEAD = re.compile(
    rf"(?:{GREETINGS})[\s,!]+(?=\w)|(?:the )?corner of "
    r"|(?:我|我的|家)?(?:住址|地址|收货地址|寄到|送到|家住|住)?(?:改成|是|在|为|:|：)?\s?(?=[一-鿿])",
    re.IGNORECASE,
)

Known = Sequence[tuple[str, str]]
"""Kind and value of what is known of a person, such as their own name and e-mail."""


def tagged(text: str, found: Sequence[Candidate]) -> list[Candidate]:
    """What the tagger finds beside what patterns found already, in places of the text.

    It reads the text with those blanked: a number whose kind is known is neither a house nor a name.
    """
    tagger: NameTagger = provider(NameTagger)
    view = view_of(_blanked(text, (one for one in found if one[3] not in RANKS)))
    spans = (
        span
        for span in tagger.tag(view.plain)
        if span.label != "PERSON" or not _is_no_person(text, *view.place(span.start, span.end))
    )
    return candidates_of(text, view, spans, beside=found)


def candidates_of(
    text: str, view: View, spans: Iterable[TaggedSpan], *, beside: Iterable[Candidate] = ()
) -> list[Candidate]:
    """What a model found in `view.plain`, in places of the text: the plausible, and what follows from them.

    `beside` is what was found before: a date behind one of those names is a birthday, too.
    """
    placed = ((span, _without_lead(text, *view.place(span.start, span.end))) for span in spans)
    candidates = [
        (RANKS[span.label], *place, span.label) for span, place in placed if _is_plausible(span, text[slice(*place)])
    ]
    return [*candidates, *_again(text, candidates), *_births(text, [*beside, *candidates])]


def known_in(view: View, known: Known) -> Iterable[Candidate]:
    """Values that are known exactly, in any case; of a name also each part that is written like one."""
    for kind, value in known:
        words = value.split()
        parts = [value, *(word for word in words if kind == "PERSON" and len(words) > 1)]
        for part in parts:
            pattern = r"\s{1,3}".join(map(re.escape, part.lower().split()))
            if len(part) >= SHORTEST_KNOWN:
                for match in re.finditer(rf"(?<![a-z0-9]){pattern}(?![a-z0-9])", view.lower):
                    if part == value or view.plain[match.start()].isupper():
                        yield KNOWN_RANK, *view.place(*match.span()), kind


def _blanked(text: str, found: Iterable[Candidate]) -> str:
    spans = [(start, end) for _, start, end, _ in found]
    if not spans:
        return text
    characters = list(text)
    for start, end in spans:
        characters[start:end] = [BLANK if character != "\n" else character for character in characters[start:end]]
    return "".join(characters)


def _again(text: str, tagged: Iterable[Candidate]) -> Iterator[Candidate]:
    """Where a name of several words stands once more: the whole of it, or its last word with its capital."""
    names = {text[start:end] for _, start, end, kind in tagged if kind == "PERSON"}
    for name in sorted(names)[:NAMES_MAX]:
        *first, last = re.split(r"\s+", name)
        if first and len(last) > SHORTEST_KNOWN:
            pattern = rf"(?:{re.escape(name)}|(?-i:{re.escape(last)}))"
            for match in re.finditer(rf"(?<![^\W_]){pattern}(?![^\W_])", text, re.IGNORECASE):
                yield RANKS["PERSON"], *match.span(), "PERSON"


def _births(text: str, tagged: Iterable[Candidate]) -> Iterator[Candidate]:
    """Dates right behind names and identity numbers."""
    lower = text.lower()
    if len(lower) != len(text):  # places would not fit
        return
    for _, _, end, kind in tagged:
        date = beside_a_name(lower, end) if kind in ("PERSON", "NATIONAL_ID") else None
        if date is not None:
            yield RANKS["PERSON"], *date, "DATE_OF_BIRTH"


def _without_lead(text: str, start: int, end: int) -> tuple[int, int]:
    """`住址是浙江省…`, `the corner of Mill Lane`, `Hej Maria`: the words that introduce it do not belong to it."""
    lead = LEAD.match(text, start, end)
    return (lead.end() if lead and lead.end() < end else start), end


def _is_no_person(text: str, start: int, end: int) -> bool:
    return (
        GREETING.fullmatch(text, start, end) is not None
        or _is_in_passing(text, start, end)
        or is_a_city(text, start, end)
    )


def _is_in_passing(text: str, start: int, end: int) -> bool:
    """A single name that nothing introduces, in small letters or a few capitals: `ask bill`, `NIF`.

    It may be a word, and names hardly anybody.
    """
    value = text[start:end]
    is_small = value.islower() and HAN.search(value) is None
    is_acronym = value.isupper() and len(value) <= LONGEST_ACRONYM and not text.isupper()
    is_alone = not any(map(str.isspace, value)) and (is_small or is_acronym)
    return is_alone and len(text.split()) > FEW_WORDS and INTRODUCED.search(text[max(0, start - 16) : start]) is None


def _is_plausible(span: TaggedSpan, value: str) -> bool:
    """No name holds a digit; an address holds words, and hardly ever no number."""
    has_digit = any(map(str.isdecimal, value))
    if span.label == "PERSON":
        return span.score >= SURE and not has_digit and len(value) > 1
    letters = sum(map(str.isalpha, value))
    return letters > 1 and len(value) >= SHORTEST_ADDRESS and span.score >= (SURE if has_digit else SURE_WITHOUT_NUMBER)

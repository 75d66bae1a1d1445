"""Turns text into Redacted text. The only door."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from assistant.privacy.detectors import Candidate, Found, candidates_in, normal_of, without_overlaps
from assistant.privacy.ledger import Ledger, MemoryLedger
from assistant.privacy.names import Known, known_in, tagged
from assistant.privacy.policy import SAFE, Rules, Treatment
from assistant.privacy.restore import LITERAL, OPEN, restore, typed
from assistant.privacy.text import DESTROYED, PLACEHOLDER, Redacted, placeholder
from assistant.privacy.view import view_of

MASK = "█"
TRACEBACK = "Traceback (most recent call last)"
LOG_REGION = "US"
REGIONS = {"en": "US", "zh": "CN", "de": "DE", "fr": "FR", "es": "ES", "sv": "SE", "it": "IT", "pt": "PT"}
LITERAL_RANK = 0
TITLE_MAX = 16
TITLE = re.compile(
    r"(?:^|[\W\d_])(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|herrn?|frau|monsieur|madame|mademoiselle|mme|mlle|señor|señora"
    r"|sra?|don|doña)\.? {0,2}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A text and what became of the personal data in it.

    `spellings`: which placeholder of the text, from 0 -> which spelling of its value stood there, where not the first.
    """

    text: Redacted
    found: tuple[Found, ...] = field(repr=False)
    destroyed: frozenset[str] = frozenset()
    spellings: Mapping[int, int] = field(default_factory=dict)
    values: Mapping[str, list[str]] = field(default_factory=dict, repr=False)

    def restore(self, text: str | None = None) -> str:
        """The text as it was, or another one in which its placeholders stand. What was destroyed is gone."""
        if text is not None:
            return restore(text, self.value)
        places = count()

        def back(match: re.Match[str]) -> str:
            spelling = self.spellings.get(next(places), 0)
            spellings = self.values.get(match.group())
            return match.group() if spellings is None else spellings[spelling]

        return PLACEHOLDER.sub(back, self.text)

    def value(self, name: str) -> str | None:
        """What stands behind a placeholder, as it was first written."""
        spellings = self.values.get(name)
        return spellings[0] if spellings else None


def redact(
    text: str,
    language: str | None = None,
    *,
    region: str | None = None,
    rules: Rules = SAFE,
    extra: Iterable[Candidate] = (),
) -> Redaction:
    """Replace the personal data of a text by numbered placeholders; `.restore()` brings it back.

    `language` is a hint (`en`, `zh`, `de`, `fr`, `es`): where phone numbers without a country code are at home.
    `extra` is what the caller knows better.
    """
    ledger = MemoryLedger()
    at = region or REGIONS.get((language or "en")[:2].lower(), "US")
    redaction = redact_into(ledger, text, region=at, rules=rules, extra=extra)
    return replace(redaction, values=ledger.spellings)


def redact_into(
    ledger: Ledger,
    text: str,
    *,
    region: str,
    rules: Rules,
    known: Known = (),
    extra: Iterable[Candidate] = (),
    has_names: bool = True,
) -> Redaction:
    """Replace personal data by placeholders that `ledger` numbers; `extra` is what the caller knows better.

    Text that looks like a placeholder but was typed becomes one itself: nobody conjures another's value.
    """
    found = find(text, region=region, rules=rules, known=known, extra=extra, has_names=has_names)
    pieces: list[str] = []
    spellings: dict[int, int] = {}
    destroyed: set[str] = set()
    end = 0
    normals = _normals(text, found, ledger.known("PERSON"))
    for place, one in enumerate(found):
        pieces.append(text[end : one.start])
        end = one.end
        if rules.treatment(one.kind) == Treatment.DESTROY:
            destroyed.add(one.kind)
            pieces.append(placeholder(one.kind, DESTROYED))
        else:
            kept = ledger.keep(kind=one.kind, value=one.value, normal=normals[place])
            pieces.append(kept.placeholder)
            if kept.spelling:
                spellings[place] = kept.spelling
    pieces.append(text[end:])
    return Redaction(
        text=Redacted("".join(pieces)), found=tuple(found), destroyed=frozenset(destroyed), spellings=spellings
    )


def find(
    text: str,
    *,
    region: str,
    rules: Rules = SAFE,
    known: Known = (),
    extra: Iterable[Candidate] = (),
    has_names: bool = True,
) -> list[Found]:
    """All personal data of a text under a policy, in order, without overlaps. `has_names` asks the tagger too."""
    view = view_of(text)
    candidates = [*extra, *candidates_in(view, region), *known_in(view, known)]
    for pattern in rules.patterns:
        candidates += pattern.candidates(text)
    candidates += _literals(text, rules.own_kinds())
    if has_names:
        candidates += (one for one in tagged(text, candidates) if not _is_of_own_name(one, text, rules))
    return [
        Found(start=start, end=end, kind=kind, value=text[start:end])
        for start, end, kind in without_overlaps(candidates, text)
        if kind == LITERAL or not (rules.treatment(kind) == Treatment.KEEP or rules.is_allowed(text[start:end]))
    ]


def _is_of_own_name(candidate: Candidate, text: str, rules: Rules) -> bool:
    _, start, end, kind = candidate
    return kind == "PERSON" and rules.is_of_own_name(text, start, end)


def redact_forever(text: str, *, region: str, rules: Rules = SAFE) -> Redacted:
    """Replace personal data by its kind alone, keeping nothing: for text that needs no way back."""
    return Redacted(replaced(text, find(text, region=region, rules=rules), _kind))


def scrub(text: str) -> str:
    """For log records: the last net under everything that should have been redacted before.

    Lines of code in a traceback hold no names of persons; what its last line quotes may.
    """
    if not text.startswith(TRACEBACK):
        return redact_forever(text, region=LOG_REGION)
    lines = text.split("\n")
    return "\n".join(
        replaced(line, find(line, region=LOG_REGION, has_names=not line.startswith(" ")), _kind) for line in lines
    )


def _literals(text: str, own: frozenset[str]) -> Iterator[Candidate]:
    """What is written like a placeholder, of ours or of nobody's."""
    if "_" in text or any(mark in text for mark in OPEN):
        for pattern in (typed(own), PLACEHOLDER):
            for match in pattern.finditer(text):
                yield LITERAL_RANK, *match.span(), LITERAL


def _kind(one: Found) -> str:
    return f"<{one.kind}>"


def replaced(text: str, found: Iterable[Found], by: Callable[[Found], str]) -> str:
    """The text with something else where personal data was found."""
    pieces: list[str] = []
    end = 0
    for one in found:
        pieces += [text[end : one.start], by(one)]
        end = one.end
    return "".join([*pieces, text[end:]])


def _normals(text: str, found: Sequence[Found], known: Mapping[str, int]) -> list[str]:
    """The form that spellings share, of each; `Ms Okafor` is Maria Okafor when no other Okafor is about."""
    normals = [normal_of(one.kind, one.value) for one in found]
    names = {normal for normal, one in zip(normals, found, strict=True) if one.kind == "PERSON"} | set(known)
    bearers: dict[str, set[str]] = {}
    for name in names:
        if " " in name:
            bearers.setdefault(name.rsplit(" ", 1)[1], set()).add(name)
    for place, one in enumerate(found):
        full = bearers.get(normals[place], set()) if one.kind == "PERSON" else set()
        if len(full) == 1 and TITLE.search(text[max(0, one.start - TITLE_MAX) : one.start]) is not None:
            (normals[place],) = full
    return normals

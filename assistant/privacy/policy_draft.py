"""A policy on its way: checked before it is stored, and tried on a text before anybody stores it."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import re2

from assistant.foundation.audit import record
from assistant.foundation.errors import BadInput, Conflict
from assistant.privacy.detectors import kinds
from assistant.privacy.models import PrivacyPolicy, tenant_policy
from assistant.privacy.name_model import check_name_model
from assistant.privacy.names import RANKS
from assistant.privacy.policy import (
    ALLOWED_MAX,
    DEFAULTS,
    KIND,
    PATTERN_LENGTH_MAX,
    PATTERNS_MAX,
    RESERVED,
    BadPattern,
    OwnPattern,
    Rules,
    Treatment,
    checked_pattern,
    compiled,
    essence,
)

ALLOWED_LENGTH_MAX = 200
NAME_LENGTH_MAX = 80
RETENTION_DAYS_MAX = 36_500
PROGRAM_MAX = 4_000
"""Instructions of a compiled pattern: one look at 20,000 characters takes about 0.1 s at most."""
PROBE_LENGTH = 2_000
PROBE_BUDGET_S = 0.15
"""Time of this thread's own, some fifty times what a good pattern needs and a tenth of what a bad one takes."""
TRIAL_BUDGET_S = 0.3
SHOWN_IN_AUDIT = ("must_give_reason", "retention_days", "name_model")


class SlowPattern(BadPattern):
    """Linear for each match, but with so many steps, or begun anew so often, that a text could keep us busy."""

    public_message = "This pattern takes too long on some texts. Repeat less: {0,200} is 200 patterns in a row."


class UnknownKind(BadInput):
    """A treatment for a kind that neither a detector nor an own pattern finds."""

    code = "unknown_kind"


class TooMany(BadInput):
    """More own patterns or allowed texts than there may be."""

    code = "too_many"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPattern:
    """An own pattern as people write it; perhaps not a valid one yet."""

    name: str
    kind: str
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A whole policy; perhaps not a valid one yet. `treatments` may leave out kinds: they get the default."""

    treatments: Mapping[str, Treatment]
    patterns: Sequence[NamedPattern] = ()
    allowed: Sequence[str] = ()
    must_give_reason: bool = False
    retention_days: int = 180
    name_model: str = ""

    @property
    def version(self) -> str:
        """Another one for every other content."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternTrial:
    """An own pattern against a text: `refused` is empty, `kind`, `length`, `syntax`, `empty` or `slow`."""

    refused: str = ""
    detail: str = ""
    matches: int = 0


def known_kinds(patterns: Iterable[NamedPattern] = ()) -> list[str]:
    """Every kind that something finds: detectors, the tagger, own patterns."""
    return sorted({*kinds(), *RANKS, *(pattern.kind for pattern in patterns)})


def default_of(kind: str) -> Treatment:
    """What happens to a kind as long as nobody chose."""
    return DEFAULTS.get(kind, Treatment.PLACEHOLDER)


def stored_draft() -> Draft:
    """The bound tenant's policy with a treatment for every known kind."""
    return _draft_of(tenant_policy())


def store(draft: Draft, *, by: str, version: str = "") -> Draft:
    """Replace the bound tenant's policy. Audited: which fields changed, never an allowed text or a pattern.

    Raises BadPattern, UnknownKind, TooMany, UnknownNameModel, BadInput, and Conflict when the policy is no longer at
    `version`.
    """
    check(draft)
    PrivacyPolicy.objects.get_or_create()
    row = PrivacyPolicy.objects.select_for_update().get()
    before = _draft_of(row)
    if version and version != before.version:
        raise Conflict
    if draft.name_model != before.name_model:  # one that is gone from the folder must not keep others from a change
        check_name_model(draft.name_model)
    row.treatments = {
        kind: treatment.value for kind, treatment in draft.treatments.items() if treatment != default_of(kind)
    }
    row.patterns = [asdict(pattern) for pattern in draft.patterns]
    row.allowed = list(draft.allowed)
    row.must_give_reason = draft.must_give_reason
    row.retention_days = draft.retention_days
    row.name_model = draft.name_model
    after = _draft_of(row)
    if after != before:
        row.save()
        record("privacy.changed", actor=by, subject=row.id, **_changes(before, after))
    return after


def check(draft: Draft) -> None:
    """Raises BadPattern, UnknownKind, TooMany or BadInput with the first thing that is wrong."""
    if len(draft.patterns) > PATTERNS_MAX:
        raise TooMany(f"Field 'patterns': at most {PATTERNS_MAX}.")
    for place, pattern in enumerate(draft.patterns, start=1):
        try:
            checked(pattern)
        except BadPattern as problem:
            raise BadPattern(f"Pattern {place}: {problem.public_message}") from problem
        if not pattern.name.strip() or len(pattern.name) > NAME_LENGTH_MAX:
            raise BadInput(f"Pattern {place}: a name has 1 to {NAME_LENGTH_MAX} characters.")
    if len(draft.allowed) > ALLOWED_MAX:
        raise TooMany(f"Field 'allowed': at most {ALLOWED_MAX}.")
    for place, text in enumerate(draft.allowed, start=1):
        if not essence(text) or len(text) > ALLOWED_LENGTH_MAX:
            raise BadInput(f"Allowed text {place}: 1 to {ALLOWED_LENGTH_MAX} characters, a letter or digit among them.")
    if unknown := set(draft.treatments) - set(known_kinds(draft.patterns)):
        raise UnknownKind(f"Field 'treatments': nothing finds the kind {min(unknown)}.")
    if not 1 <= draft.retention_days <= RETENTION_DAYS_MAX:
        raise BadInput(f"Field 'retention_days': from 1 to {RETENTION_DAYS_MAX}.")


def checked(pattern: NamedPattern) -> OwnPattern:
    """An own pattern as it may be stored. Raises BadPattern with what is wrong."""
    own = checked_pattern(pattern.kind, pattern.pattern)
    if is_slow(own.pattern):
        raise SlowPattern
    return own


@lru_cache(maxsize=1_000)
def is_slow(pattern: str) -> bool:
    """Is a compiled pattern too large, or does one of the texts that its own characters make keep it busy?

    Asked twice before it is believed: a collection of garbage may fall into the first look, and the verdict is kept.
    """
    return _looks_slow(pattern) and _looks_slow(pattern)


def _looks_slow(pattern: str) -> bool:
    if compiled(pattern).programsize > PROGRAM_MAX:
        return True
    characters = list(dict.fromkeys(character for character in pattern if character.isalnum()))[:16]
    own = OwnPattern("", pattern)
    deadline = time.thread_time() + PROBE_BUDGET_S
    for piece in [*characters, "".join(characters), "x ", "0"]:
        for _ in own.candidates((piece * PROBE_LENGTH)[:PROBE_LENGTH]):
            if time.thread_time() > deadline:
                return True
    return time.thread_time() > deadline


def rules_of_draft(draft: Draft) -> Rules:
    """What would happen under a draft whose own patterns may be stored. Texts that can not be allowed are left out."""
    return Rules(
        treatments=dict(draft.treatments),
        patterns=tuple(OwnPattern(one.kind, one.pattern) for one in draft.patterns),
        allowed=frozenset(filter(None, map(essence, draft.allowed))),
        name_model=draft.name_model,
    )


def try_pattern(pattern: NamedPattern, text: str) -> PatternTrial:
    """May it be stored, and how often would it match?"""
    try:
        return PatternTrial(matches=_count(checked(pattern), text))
    except BadPattern as problem:
        return PatternTrial(refused=_refusal(pattern, problem), detail=problem.public_message)


def _count(own: OwnPattern, text: str) -> int:
    """Matches. Raises SlowPattern when this text is one that keeps it busy."""
    deadline = time.thread_time() + TRIAL_BUDGET_S
    matches = 0
    for _ in own.candidates(text):
        matches += 1
        if time.thread_time() > deadline:
            raise SlowPattern
    return matches


def _refusal(pattern: NamedPattern, problem: BadPattern) -> str:
    if isinstance(problem, SlowPattern):
        return "slow"
    if KIND.fullmatch(pattern.kind) is None or pattern.kind in RESERVED:
        return "kind"
    if not pattern.pattern or len(pattern.pattern) > PATTERN_LENGTH_MAX:
        return "length"
    return "syntax" if isinstance(problem.__cause__, re2.error) else "empty"


def _draft_of(policy: PrivacyPolicy) -> Draft:
    patterns = [NamedPattern(**one) for one in policy.patterns]
    chosen = policy.treatments
    return Draft(
        treatments={kind: Treatment(chosen.get(kind, default_of(kind))) for kind in known_kinds(patterns)},
        patterns=patterns,
        allowed=list(policy.allowed),
        must_give_reason=policy.must_give_reason,
        retention_days=policy.retention_days,
        name_model=policy.name_model,
    )


def _changes(before: Draft, after: Draft) -> dict[str, Any]:
    """For the audit: `fields`, and old and new of what is no free text. (Any: JSON values.)"""
    old, new = asdict(before), asdict(after)
    treatments = {
        kind: [before.treatments.get(kind, default_of(kind)), treatment]
        for kind, treatment in after.treatments.items()
        if treatment != before.treatments.get(kind, default_of(kind))
    }
    fields = [name for name in old if old[name] != new[name] and (name != "treatments" or treatments)]
    shown = {name: [old[name], new[name]] for name in SHOWN_IN_AUDIT if name in fields}
    return {"fields": fields, **shown, **({"treatments": treatments} if treatments else {})}

"""What a tenant wants done with each kind of personal data, and what it added: own patterns, allowed texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

import re2

from assistant.foundation.conf import provider
from assistant.foundation.errors import BadInput
from assistant.ports import HouseNames
from assistant.privacy.detectors import Candidate, kinds
from assistant.privacy.models import PrivacyPolicy, tenant_policy
from assistant.privacy.view import view_of

OWN_RANK = 2
PATTERNS_MAX = 40
PATTERN_LENGTH_MAX = 300
ALLOWED_MAX = 500
KIND = re.compile(r"[A-Z][A-Z_]{1,22}[A-Z]")
RESERVED = frozenset({"TEXT"})
PATTERN_MEMORY = 1 << 20


class Treatment(StrEnum):
    """What happens to a kind."""

    KEEP = "keep"
    PLACEHOLDER = "placeholder"
    DESTROY = "destroy"


DEFAULTS: Mapping[str, Treatment] = {"PASSWORD": Treatment.DESTROY, "SECRET": Treatment.DESTROY}
"""Every other kind becomes a placeholder. What opens an account is not even kept in the vault."""


class BadPattern(BadInput):
    """An own pattern that is not one, that is not linear, or that would match nothing at all."""

    code = "bad_pattern"


@dataclass(frozen=True, slots=True)
class OwnPattern:
    """A tenant's pattern, in RE2: it takes time linear in the text whatever it says."""

    kind: str
    pattern: str

    def candidates(self, text: str) -> Iterable[Candidate]:
        """Where it matches."""
        for match in compiled(self.pattern).finditer(text):
            if match.end() > match.start():
                yield OWN_RANK, match.start(), match.end(), self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A policy, ready to apply."""

    treatments: Mapping[str, Treatment] = field(default_factory=dict)
    patterns: tuple[OwnPattern, ...] = ()
    allowed: frozenset[str] = frozenset()
    name_model: str = ""

    def treatment(self, kind: str) -> Treatment:
        """What happens to this kind."""
        return self.treatments.get(kind) or DEFAULTS.get(kind, Treatment.PLACEHOLDER)

    def is_allowed(self, value: str) -> bool:
        """Did the tenant list this text as never personal?"""
        return bool(self.allowed) and essence(value) in self.allowed

    def own_kinds(self) -> frozenset[str]:
        """Kinds that only this tenant has."""
        return frozenset(pattern.kind for pattern in self.patterns) - kinds()


SAFE = Rules()
"""The default for text of nobody in particular."""


def tenant_rules() -> Rules:
    """The bound tenant's policy; the names of its own products are allowed without being listed."""
    house: HouseNames = provider(HouseNames)
    rules = rules_of(tenant_policy())
    return replace(rules, allowed=rules.allowed | frozenset(map(essence, house.names())))


def rules_of(policy: PrivacyPolicy) -> Rules:
    """A stored policy as rules."""
    return Rules(
        treatments={kind: Treatment(treatment) for kind, treatment in policy.treatments.items()},
        patterns=tuple(OwnPattern(one["kind"], one["pattern"]) for one in policy.patterns),
        allowed=frozenset(map(essence, policy.allowed)),
        name_model=policy.name_model,
    )


def essence(value: str) -> str:
    """Letters and digits of a text in lower case: how two spellings of an allowed text are the same."""
    return "".join(character for character in view_of(value).lower if character.isalnum())


def checked_pattern(kind: str, pattern: str) -> OwnPattern:
    """An own pattern as it may be stored. Raises BadPattern with what is wrong."""
    if KIND.fullmatch(kind) is None or kind in RESERVED:
        raise BadPattern("A kind is 3 to 24 capitals and underscores, such as POLICY_NUMBER.")
    if not pattern or len(pattern) > PATTERN_LENGTH_MAX:
        raise BadPattern(f"A pattern has 1 to {PATTERN_LENGTH_MAX} characters.")
    try:
        found = compiled(pattern)
    except re2.error as problem:
        reason = problem.args[0].decode() if isinstance(problem.args[0], bytes) else str(problem.args[0])
        raise BadPattern(f"Not a pattern that runs in linear time: {reason}.") from problem
    if found.search("") is not None:
        raise BadPattern("The pattern matches nothing at all, so it would match everywhere.")
    return OwnPattern(kind, pattern)


@lru_cache(maxsize=1_000)
def compiled(pattern: str) -> re2._Regexp[str]:
    """Case is ignored. Raises re2.error: look-around and back references are not linear, so RE2 has none."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = PATTERN_MEMORY
    return re2.compile(pattern, options)

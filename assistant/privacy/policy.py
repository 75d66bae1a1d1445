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
LETTERS = r"[^\W_\u3400-\u9fff]+"  # a Chinese text has no spaces around a name
WORD = re.compile(LETTERS)
LAST_WORD = re.compile(f"{LETTERS}[ -]$")
FIRST_WORD = re.compile(f"[ -]{LETTERS}")
NEAR = 40
"""Characters in which a neighbouring word stands."""
SHORTEST = 3
"""Letters of a short form."""


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
    own_names: tuple[frozenset[str], ...] = ()
    """Words of each of the tenant's own names."""
    name_model: str = ""

    def treatment(self, kind: str) -> Treatment:
        """What happens to this kind."""
        return self.treatments.get(kind) or DEFAULTS.get(kind, Treatment.PLACEHOLDER)

    def is_allowed(self, value: str) -> bool:
        """Did the tenant list this text as never personal?"""
        return bool(self.allowed) and essence(value) in self.allowed

    def is_of_own_name(self, text: str, start: int, end: int) -> bool:
        """Is what stands there a part of an own name, of which the text says another word in it or right beside it?

        `Silver` of `Business Silver`, or `green acct`; not the `Hunter` who signs.
        """
        if not self.own_names:
            return False
        words = list(map(essence, WORD.findall(text[start:end])))
        before = LAST_WORD.search(text, max(0, start - NEAR), start)
        after = FIRST_WORD.match(text, end, end + NEAR)
        beside = [essence(found.group()) for found in (before, after) if found]
        return any(
            words
            and all(_is_short_for(word, name) for word in words)
            and sum(_is_short_for(word, name) for word in (*words, *beside)) > 1
            for name in self.own_names
        )

    def own_kinds(self) -> frozenset[str]:
        """Kinds that only this tenant has."""
        return frozenset(pattern.kind for pattern in self.patterns) - kinds()


SAFE = Rules()
"""The default for text of nobody in particular."""


def tenant_rules() -> Rules:
    """The bound tenant's policy; the names of its own products are allowed without being listed."""
    house: HouseNames = provider(HouseNames)
    rules, (allowed, own_names) = rules_of(tenant_policy()), _own(frozenset(house.names()))
    return replace(rules, allowed=rules.allowed | allowed, own_names=own_names)


@lru_cache(maxsize=100)
def _own(names: frozenset[str]) -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
    """(essences of the names, words of each); every message asks, and the names seldom change."""
    words = {frozenset(map(essence, WORD.findall(name))) for name in names}
    return frozenset(map(essence, names)), tuple(words)


def rules_of(policy: PrivacyPolicy) -> Rules:
    """A stored policy as rules."""
    return Rules(
        treatments={kind: Treatment(treatment) for kind, treatment in policy.treatments.items()},
        patterns=tuple(OwnPattern(one["kind"], one["pattern"]) for one in policy.patterns),
        allowed=frozenset(map(essence, policy.allowed)),
        name_model=policy.name_model,
    )


def _is_short_for(word: str, name: frozenset[str]) -> bool:
    """Is it a word of the name, or one without some of its letters, as `acct` for account?"""
    if word in name:
        return True
    longer = (one for one in name if len(word) >= SHORTEST and one.startswith(word[:1]) and len(one) > len(word))
    return any(all(letter in rest for letter in word) for rest in map(iter, longer))


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

"""A message on its way in: redacted into its conversation's vault, also when a number came in two messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.privacy.detectors import Candidate, normal_of
from assistant.privacy.names import Known
from assistant.privacy.policy import Rules, Treatment, essence, tenant_rules
from assistant.privacy.redactor import Redaction, find, redact_into
from assistant.privacy.text import DESTROYED, PLACEHOLDER, Redacted, placeholder
from assistant.privacy.vault import ConversationLedger, Thread
from assistant.privacy.view import view_of

FIRST_PART = re.compile(r"(?P<part>[0-9][0-9 \t./-]{1,24}[0-9]|[0-9]{3,})[\s.,:…-]{0,4}$")
SECOND_PART = re.compile(r"^(?P<lead>[^0-9\n]{0,24})(?P<part>[0-9][0-9 \t./-]{0,24}[0-9]|[0-9]{3,})")
CONTEXT = 60
SPLIT_KINDS = frozenset({"CREDIT_CARD", "IBAN", "NATIONAL_ID", "PHONE", "ACCOUNT_ID"})
FIRST_RANK = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """A message as it is stored, and the message before it when that one has to change."""

    redaction: Redaction
    previous: Redacted | None = None
    part: str = ""
    """The digits that were cut out of the previous message, for other copies of them."""
    name: str = ""
    """What they are called now."""


def redact_inbound(
    text: str,
    *,
    thread: Thread,
    region: str,
    known: Known = (),
    previous: Redacted | None = None,
    agent: str = "",
    named: Sequence[Candidate] = (),
) -> Inbound:
    """Redact a message and keep its values in the conversation's vault. The caller holds the conversation's lock.

    `previous` is the same person's message just before, as stored: when it ends with the first half of a number that
    this one completes, both halves become placeholders. `agent` is the name of the colleague who is in the
    conversation: everybody there sees it, and `Thank you, Tom` is not the customer's personal data. `named` is what a
    larger model found in the text.
    """
    rules = tenant_rules()
    if agent:
        rules = replace(rules, allowed=rules.allowed | {essence(agent), essence(agent.split(maxsplit=1)[0])})
    ledger = ConversationLedger(thread)
    joined = _joined(previous, text, region, rules) if previous else None
    extra = [*named] if joined is None else [*named, joined.second]
    redaction = redact_into(ledger, text, region=region, rules=rules, known=known, extra=extra)
    if joined is None or previous is None:
        ledger.save()
        return Inbound(redaction=redaction)
    part = previous[joined.start : joined.end]
    name = placeholder(joined.kind, DESTROYED)
    if rules.treatment(joined.kind) != Treatment.DESTROY:
        name = ledger.keep(kind=joined.kind, value=part, normal=normal_of(joined.kind, part)).placeholder
    ledger.save()
    changed = Redacted(f"{previous[: joined.start]}{name}{previous[joined.end :]}")
    return Inbound(redaction=redaction, previous=changed, part=part, name=name)


@dataclass(frozen=True, slots=True)
class _Joined:
    """A number over two messages: the place of its first half in the one before, and its second half here."""

    start: int
    end: int
    second: Candidate

    @property
    def kind(self) -> str:
        return self.second[3]


def _joined(previous: Redacted, text: str, region: str, rules: Rules) -> _Joined | None:
    earlier, later = view_of(previous), view_of(text)
    first, second = FIRST_PART.search(earlier.plain[-CONTEXT:]), SECOND_PART.match(later.plain)
    if first is None or second is None:
        return None
    offset = max(0, len(earlier.plain) - CONTEXT)
    start, end = offset + first.start("part"), offset + first.end("part")
    before = PLACEHOLDER.sub("", earlier.plain[:end])
    whole = f"{before} {second['part']}"
    for one in find(whole, region=region, rules=rules, has_names=False):
        covers_both = one.start < len(before) < one.end - 1 and one.start <= len(before) - (end - start)
        if one.kind in SPLIT_KINDS and covers_both:
            return _Joined(*earlier.place(start, end), (FIRST_RANK, *later.place(*second.span("part")), one.kind))
    return None

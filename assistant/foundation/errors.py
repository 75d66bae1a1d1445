"""What can go wrong, in one tree.

DesksideError
├── NotFound            absent or forbidden: from outside they look the same
├── NotAllowed          the reader may see it, but not do this
├── BadInput            a field is wrong; says which and why
├── Conflict            the state changed meanwhile, or an id was reused
│   ├── IdReused        same client id, other body
│   ├── ConversationClosed  takes no messages any more
│   ├── NameTaken       another one has this name
│   └── SourceBusy      a knowledge source is being read
├── RateLimited         too much; says when to try again
├── Erased              the person's data was destroyed on purpose
├── TooLarge            the body of a request is larger than the limit
├── EgressError         another machine could not be asked (all of them through `foundation/egress.py`)
│   ├── AddressRefused  may not be asked: form, scheme, port, host or address
│   │   └── MovedAway   leads to a host that nobody listed
│   ├── NotReached      no such name, nobody answers, or the certificate is not valid
│   ├── TookTooLong     the whole answer did not come in time
│   ├── TooBig          the answer is larger than the limit, packed or unpacked
│   └── BadAnswer       not HTTP, too many redirects, an encoding that we did not ask for
├── Unauthenticated     no valid key, session or log-in
└── TenantNotBound      a programming error: tenant rows without a tenant

REST problem details and socket error frames are both made from these, in one place each
(`interfaces/api/errors.py`, `interfaces/sockets/connection.py`).
"""

from __future__ import annotations


class DesksideError(Exception):
    """Base of everything that a caller may be told: a stable code, an HTTP status and a sentence for people."""

    code = "internal"
    status = 500
    retryable = False
    public_message = "Something went wrong on our side."

    def __init__(self, public_message: str | None = None, *, retry_after_s: float | None = None) -> None:
        super().__init__(public_message or self.public_message)
        self.public_message = public_message or self.public_message
        self.retry_after_s = retry_after_s


class NotFound(DesksideError):
    """Absent, or not visible to this reader."""

    code = "not_found"
    status = 404
    public_message = "There is nothing here under this name."


class NotAllowed(DesksideError):
    """Visible, but this reader may not do that."""

    code = "not_allowed"
    status = 403
    public_message = "You may not do this."


class BadInput(DesksideError):
    """Something sent to us is wrong; `field` names it where a form can show that."""

    code = "bad_field"
    status = 400
    public_message = "A field is wrong."

    def __init__(self, public_message: str | None = None, *, field: str = "") -> None:
        super().__init__(public_message)
        self.field = field


class Conflict(DesksideError):
    """It changed meanwhile."""

    code = "conflict"
    status = 409
    public_message = "This changed meanwhile."


class NameTaken(Conflict):
    """Names are told apart by people."""

    code = "name_taken"
    public_message = "There is one of this name already."


class SourceBusy(Conflict):
    """What is on its way would be stored as it was asked for."""

    code = "source_busy"
    retryable = True
    public_message = "This source is being read. Wait for the end of that, or stop it."


class IdReused(Conflict):
    """A client id came again with another body."""

    code = "id_reused"
    public_message = "This id was already used for another message."


class ConversationClosed(Conflict):
    """The conversation takes no messages any more."""

    code = "conversation_closed"
    public_message = "This conversation is closed."


class Erased(DesksideError):
    """The personal data of this person was destroyed on purpose; there is no way back."""

    code = "erased"
    status = 410
    public_message = "The personal data of this person was erased."


class TooLarge(DesksideError):
    """The body of a request is larger than the limit; it was not read to its end."""

    code = "too_large"
    status = 413
    public_message = "This is too large."


class EgressError(DesksideError):
    """Base of what can go wrong on the way out."""

    code = "egress"
    status = 502
    public_message = "Another machine could not be asked."


class AddressRefused(EgressError):
    """The address may not be asked."""

    code = "address_refused"
    status = 400
    public_message = "This address may not be asked."


class MovedAway(AddressRefused):
    """It leads to a host that nobody listed."""

    code = "moved_away"
    public_message = "It leads to another host."


class NotReached(EgressError):
    """Nobody answers under that name."""

    code = "not_reached"
    retryable = True
    public_message = "Nobody answers under this address."


class TookTooLong(EgressError):
    """The answer did not come in time."""

    code = "took_too_long"
    retryable = True
    public_message = "It took too long."


class TooBig(EgressError):
    """The answer is larger than the limit."""

    code = "too_big"
    public_message = "It is too big."


class BadAnswer(EgressError):
    """The answer cannot be used."""

    code = "bad_answer"
    public_message = "The answer cannot be used."


class RateLimited(DesksideError):
    """Too many requests; `retry_after_s` says how long to wait."""

    code = "rate_limited"
    status = 429
    retryable = True
    public_message = "Too many requests. Please wait a moment."


class Unauthenticated(DesksideError):
    """No valid key, session or log-in."""

    code = "unauthenticated"
    status = 401
    public_message = "A valid key or log-in is needed."


class TenantNotBound(DesksideError):
    """Tenant rows were asked for without a tenant. Never shown: it is our mistake."""

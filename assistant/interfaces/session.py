"""Who a visitor is: the visitor secret, the signed identity, and the short token that opens a socket."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import jwt
from django.core import signing

from assistant.conversations.models import Contact, Inbox
from assistant.conversations.services import identify_contact, new_contact
from assistant.foundation.clock import now
from assistant.foundation.crypto import unseal
from assistant.foundation.errors import DesksideError, NotFound
from assistant.foundation.segments import segments_of

SESSION_S = 600
VISITOR_LIFE = timedelta(days=90)
ROTATE_AFTER = timedelta(days=7)
IDENTITY_LIFE_S = 3_600
LEEWAY_S = 10
ALGORITHMS = ("HS256", "RS256", "ES256", "EdDSA")
SALT = "deskside.session"


class BadIdentity(DesksideError):
    """The signed identity is forged, expired or for somebody else."""

    code = "bad_identity"
    status = 401
    public_message = "The signed identity was not accepted."


class SessionEnded(DesksideError):
    """The token is expired or not ours: ask for a new one."""

    code = "session_ended"
    status = 401
    public_message = "The session ended. Please ask for a new one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What a token says: it opens sockets of this tenant, inbox, contact and origin, for ten minutes."""

    tenant_id: UUID
    inbox_id: UUID
    contact_id: UUID
    origin: str


def sign_session(session: Session) -> str:
    """The token."""
    parts = [session.tenant_id.hex, session.inbox_id.hex, session.contact_id.hex, session.origin]
    return signing.dumps(parts, salt=SALT)


def read_session(token: str) -> Session:
    """Raises SessionEnded for a forged, altered or old token."""
    try:
        tenant, inbox, contact, origin = signing.loads(token, salt=SALT, max_age=SESSION_S)
        return Session(tenant_id=UUID(tenant), inbox_id=UUID(inbox), contact_id=UUID(contact), origin=str(origin))
    except (signing.BadSignature, ValueError, TypeError) as problem:
        raise SessionEnded from problem


def find_or_make_contact(inbox: Inbox, *, visitor: str) -> tuple[Contact, str]:
    """The person of a visitor secret, or a new anonymous contact; with the secret to keep from now on.

    The predecessor of a rotated secret stays valid until its successor was used once: a lost answer loses no chat.
    """
    contact = _by_visitor(inbox, visitor) if visitor else None
    if contact is None:
        secret = new_secret()
        contact = new_contact(inbox, visitor_hash=hash_visitor(secret))
        _keep(contact, visitor_until=now() + VISITOR_LIFE)
        return contact, secret
    person = contact.same_as or contact
    if person.is_blocked:
        raise NotFound
    if contact.visitor_hash == hash_visitor(visitor) and contact.previous_visitor_hash:
        _keep(contact, previous_visitor_hash="")
    if contact.visitor_until is not None and contact.visitor_until < now() + VISITOR_LIFE - ROTATE_AFTER:
        secret = new_secret()
        _keep(
            contact,
            previous_visitor_hash=hash_visitor(visitor),
            visitor_hash=hash_visitor(secret),
            visitor_until=now() + VISITOR_LIFE,
        )
        return person, secret
    return person, visitor


def identify(inbox: Inbox, contact: Contact, token: str) -> Contact:
    """The contact that a signed identity proves. Raises BadIdentity."""
    claims = read_identity(inbox, token)
    email = str(claims.get("email") or "") if claims.get("email_verified") is True else ""
    name = str(claims.get("name") or "")[:120]
    try:
        segments = segments_of(claims.get("segments") or [])
    except (ValueError, TypeError) as problem:
        raise BadIdentity from problem
    return identify_contact(contact, external_id=str(claims["sub"]), email=email, name=name, segments=segments)


def read_identity(inbox: Inbox, token: str) -> dict[str, Any]:
    """The claims of an identity token. The algorithm is the key's, never the token's. (Any: JSON claims.)"""
    for key in inbox.identity_keys:
        if key["alg"] not in ALGORITHMS:
            continue
        secret = unseal(key["sealed"], purpose="identity-key", place=inbox.key)
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                secret,
                algorithms=[key["alg"]],
                audience=inbox.key,
                options={"require": ["exp", "sub", "aud"]},
                leeway=LEEWAY_S,
            )
        except jwt.PyJWTError:
            continue
        latest = now().timestamp() + IDENTITY_LIFE_S + LEEWAY_S
        is_text = all(str(claims.get(name, "")).isprintable() for name in ("sub", "email", "name"))
        if is_text and isinstance(claims["sub"], str) and 0 < len(claims["sub"]) <= 200 and claims["exp"] <= latest:
            return claims
    raise BadIdentity


def new_secret() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def hash_visitor(secret: str) -> str:
    """As stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _by_visitor(inbox: Inbox, visitor: str) -> Contact | None:
    digest = hash_visitor(visitor)
    rows = Contact.objects.select_related("same_as").filter(inbox=inbox, visitor_until__gt=now(), erased_at=None)
    return rows.filter(visitor_hash=digest).first() or rows.filter(previous_visitor_hash=digest).first()


def _keep(contact: Contact, **fields: object) -> None:
    for name, value in fields.items():
        setattr(contact, name, value)
    contact.save(update_fields=list(fields))

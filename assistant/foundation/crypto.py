"""Sealing and keyed hashing, per tenant and purpose.

Keys are derived from the installation's master keys (HKDF-SHA-256) with tenant and purpose; the additional data of
AES-256-GCM names both again, so a ciphertext moved to another tenant, row or purpose does not open.
A contact's values are sealed with the contact's own key instead, see `keyring`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assistant.foundation import tenancy
from assistant.foundation.conf import conf

KEY_BYTES = 32
NONCE_BYTES = 12


class NotOpened(Exception):
    """The ciphertext belongs to another tenant, place or key, or was altered."""


@dataclass(slots=True, kw_only=True)
class Rotated:
    """What became of sealed things: sealed anew, sealed so already, and such that no master key opens."""

    changed: int = 0
    current: int = 0
    unopened: int = 0

    def __add__(self, other: Rotated) -> Rotated:
        return Rotated(
            changed=self.changed + other.changed,
            current=self.current + other.current,
            unopened=self.unopened + other.unopened,
        )


def seal(plain: str, *, purpose: str, place: str = "") -> str:
    """Encrypt text of the bound tenant. `place` (a row's id) must be given again to open it."""
    key_id = newest_key()
    key = _derived(tenancy.required(), purpose, _master_keys()[key_id])
    return f"{key_id}.{encrypt(key, plain, about=_about(purpose, place))}"


def unseal(sealed: str, *, purpose: str, place: str = "") -> str:
    """Decrypt text of the bound tenant. Raises NotOpened."""
    key_id, _, body = sealed.partition(".")
    master = _master_keys().get(key_id)
    if master is None:
        raise NotOpened
    return decrypt(_derived(tenancy.required(), purpose, master), body, about=_about(purpose, place))


def newest_key() -> str:
    """Id of the master key that seals."""
    return next(iter(_master_keys()))


def old_keys() -> tuple[str, ...]:
    """Ids of the master keys that only open what was sealed before."""
    return tuple(_master_keys())[1:]


def last_key() -> str:
    """Id of the oldest master key."""
    return list(_master_keys())[-1]


def key_of(sealed: str) -> str:
    """Id of the master key that a sealed text needs."""
    return sealed.partition(".")[0]


def fingerprint(value: str, *, purpose: str) -> str:
    """A keyed hash of the bound tenant (64 hex digits): equal values match, nothing can be read back.

    Fingerprints are compared over years: they have a key of their own, which rotation leaves alone.
    """
    key = _derived(tenancy.required(), purpose, _fingerprint_key())
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


def encrypt(key: bytes, plain: str, *, about: str) -> str:
    """AES-256-GCM under a fresh nonce, as base64. `about` is authenticated and must be given again."""
    nonce = os.urandom(NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, plain.encode(), about.encode())).decode()


def decrypt(key: bytes, sealed: str, *, about: str) -> str:
    """The reverse. Raises NotOpened."""
    try:
        raw = base64.urlsafe_b64decode(sealed)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], about.encode()).decode()
    except (ValueError, InvalidTag) as problem:
        raise NotOpened from problem


def _about(purpose: str, place: str) -> str:
    return f"{tenancy.required()}|{purpose}|{place}"


@lru_cache(maxsize=4_096)
def _derived(tenant: UUID, purpose: str, master: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=tenant.bytes, info=purpose.encode()).derive(master)


def _master_keys() -> dict[str, bytes]:
    return _parsed(conf().master_keys.get_secret_value())


def _fingerprint_key() -> bytes:
    """The oldest master key where none is set: so it was before fingerprints had a key of their own."""
    own = conf().fingerprint_key.get_secret_value()
    return base64.b64decode(own) if own else list(_master_keys().values())[-1]


@lru_cache(maxsize=4)
def _parsed(keys: str) -> dict[str, bytes]:
    pairs = (pair.split(":", 1) for pair in keys.split(",") if pair)
    return {key_id: base64.b64decode(value) for key_id, value in pairs}

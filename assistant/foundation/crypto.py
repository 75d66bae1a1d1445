"""Sealing and keyed hashing, per tenant and purpose.

Keys are derived from the installation's master keys (HKDF-SHA-256) with tenant and purpose; the additional data of
AES-256-GCM names both again, so a ciphertext moved to another tenant, row or purpose does not open.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from functools import lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from assistant.foundation import tenancy
from assistant.foundation.conf import conf

NONCE_BYTES = 12


class NotOpened(Exception):
    """The ciphertext belongs to another tenant, place or key, or was altered."""


def seal(plain: str, *, purpose: str, place: str = "") -> str:
    """Encrypt text of the bound tenant. `place` (a row's id) must be given again to open it."""
    key_id = next(iter(_master_keys()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(_key(tenancy.required(), purpose, key_id)).encrypt(nonce, plain.encode(), _aad(purpose, place))
    return f"{key_id}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def unseal(sealed: str, *, purpose: str, place: str = "") -> str:
    """Decrypt text of the bound tenant. Raises NotOpened."""
    key_id, _, body = sealed.partition(".")
    try:
        raw = base64.urlsafe_b64decode(body)
        key = _key(tenancy.required(), purpose, key_id)
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _aad(purpose, place)).decode()
    except (KeyError, ValueError, InvalidTag) as problem:
        raise NotOpened from problem


def fingerprint(value: str, *, purpose: str) -> str:
    """A keyed hash of the bound tenant (64 hex digits): equal values match, nothing can be read back."""
    # Always the oldest key: fingerprints are compared over years, and rotation must not part equal values.
    key_id = list(_master_keys())[-1]
    return hmac.new(_key(tenancy.required(), purpose, key_id), value.encode(), hashlib.sha256).hexdigest()


def _aad(purpose: str, place: str) -> bytes:
    return f"{tenancy.required()}|{purpose}|{place}".encode()


@lru_cache(maxsize=4_096)
def _key(tenant: UUID, purpose: str, key_id: str) -> bytes:
    derive = HKDF(algorithm=SHA256(), length=32, salt=tenant.bytes, info=purpose.encode())
    return derive.derive(_master_keys()[key_id])


@lru_cache(maxsize=1)
def _master_keys() -> dict[str, bytes]:
    pairs = (pair.split(":", 1) for pair in conf().master_keys.get_secret_value().split(",") if pair)
    return {key_id: base64.b64decode(value) for key_id, value in pairs}

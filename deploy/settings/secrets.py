"""Secrets of this installation: made on first start, kept in one file that only its owner reads."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from assistant.foundation.conf import ProductSettings

NAMES = (
    *("secret_key", "master_keys", "fingerprint_key"),
    *("superuser_password", "owner_password", "app_password", "demo_password"),
)


def read_secrets(home: Path) -> dict[str, str]:
    """The secrets by name; missing ones are made and kept. Two processes at once agree on the same."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "secrets.json"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        known: dict[str, str] = json.loads(file.read() or "{}")
        missing = [name for name in NAMES if name not in known]
        if missing:
            if "master_keys" in known and "fingerprint_key" in missing:  # fingerprints made so far used the oldest
                known["fingerprint_key"] = known["master_keys"].strip(",").split(",")[-1].split(":", 1)[1]
            known = {name: _make(name) for name in missing} | known
            file.seek(0)
            json.dump(known, file, indent=1)
            file.truncate()
    return known


def own_secrets(given: ProductSettings, kept: dict[str, str]) -> dict[str, SecretStr]:
    """The product's secrets: those given in the environment, or ours.

    Our fingerprint key goes with our master keys only: several machines with `MASTER_KEYS` given must agree on it.
    """
    secret, master, prints = given.secret_key, given.master_keys, given.fingerprint_key
    own_prints = "" if master.get_secret_value() else kept["fingerprint_key"]
    return {
        "secret_key": SecretStr(secret.get_secret_value() or kept["secret_key"]),
        "master_keys": SecretStr(master.get_secret_value() or kept["master_keys"]),
        "fingerprint_key": SecretStr(prints.get_secret_value() or own_prints),
    }


def _make(name: str) -> str:
    if name == "master_keys":
        return "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()
    if name == "fingerprint_key":
        return base64.b64encode(secrets.token_bytes(32)).decode()
    if name == "demo_password":
        return "-".join(secrets.choice(_WORDS) for _ in range(4))
    return secrets.token_urlsafe(48)


_WORDS = (
    *("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron"),
    *("inlet", "jetty", "kelp", "larch", "maple", "north", "ocean", "pearl"),
)

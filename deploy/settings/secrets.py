"""Secrets of this installation: made on first start, kept in one file that only its owner reads."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from pathlib import Path

NAMES = ("secret_key", "master_keys", "superuser_password", "owner_password", "app_password", "demo_password")


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
            known |= {name: _make(name) for name in missing}
            file.seek(0)
            json.dump(known, file, indent=1)
            file.truncate()
    return known


def _make(name: str) -> str:
    if name == "master_keys":
        return "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()
    if name == "demo_password":
        return "-".join(secrets.choice(_WORDS) for _ in range(4))
    return secrets.token_urlsafe(48)


_WORDS = (
    *("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron"),
    *("inlet", "jetty", "kelp", "larch", "maple", "north", "ocean", "pearl"),
)

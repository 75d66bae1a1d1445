"""Settings of the product, typed. Values come from the environment through `deploy/settings/env.py` only."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.utils.module_loading import import_string
from pydantic import BaseModel, Field, SecretStr


class ProductSettings(BaseModel):
    """What the product itself needs to know."""

    public_url: str = Field(
        "", description="Address under which browsers reach this installation; made of host and port when empty."
    )
    redis_url: str | None = Field(
        None, description="Redis for sockets of several web processes and shared rate limits."
    )
    secret_key: SecretStr = Field(SecretStr(""), description="Signs sessions; generated on first start when empty.")
    master_keys: SecretStr = Field(
        SecretStr(""),
        description="Encrypts personal data: `id:base64` of 32 bytes each, comma-separated, the first one encrypts; "
        "generated on first start when empty.",
    )
    fingerprint_key: SecretStr = Field(
        SecretStr(""),
        description="Makes keyed hashes by which equal values find each other, base64 of 32 bytes. "
        "Generated on first start when empty; beside `MASTER_KEYS` of your own the oldest of those. Never change it.",
    )
    keys_folder: Path | None = Field(
        None,
        description="Folder of the contacts' keys (default: `keys` in `DESKSIDE_HOME`). Keep it out of the database's "
        "back-ups; several machines share one.",
    )
    trusted_proxies: int = Field(0, ge=0, description="How many proxies in front of us set X-Forwarded-For.")
    answer_max_tokens: int = Field(128, ge=16, le=2_048, description="Longest answer, in tokens of the model.")
    first_words_within_s: float = Field(
        1.5,
        gt=0,
        description="A model that says nothing usable for so long is left: the articles' own sentences answer.",
    )
    answer_deadline_s: float = Field(30.0, gt=0, description="An answer that takes longer continues from the articles.")

    search_memory_mb: int | None = Field(
        None,
        ge=16,
        description="The most memory of each process for the passages of the tenants that were asked last: a tenth of "
        "the machine's where nothing is said. A thousand passages take 2.2 MB.",
    )

    egress_allow: str = Field(
        "",
        description="Hosts of your own network that knowledge sources may be read from: `host[:port]`, "
        "comma-separated; `tenant@host` for one tenant only. All other addresses must be public; metadata services "
        "are never asked.",
    )
    upload_max_mb: int = Field(50, ge=1, le=500, description="Largest file of a knowledge source, in megabytes.")
    parse_memory_mb: int = Field(
        1_024, ge=256, description="Memory that the reading of one uploaded file or page may take, in megabytes."
    )
    parse_seconds: int = Field(60, ge=1, description="Processor time that the reading of one file or page may take.")

    @property
    def own_origins(self) -> tuple[str, ...]:
        """Origins of our own pages. A local installation is reached under both names of the machine."""
        return (self.public_url, self.public_url.replace("//127.0.0.1:", "//localhost:"))


def conf() -> ProductSettings:
    """The product's settings as read at start."""
    return cast(ProductSettings, settings.DESKSIDE)


_built: dict[str, Any] = {}


def provider(port: type[Any] | str) -> Any:  # Any: the caller names the Protocol it expects
    """What `deploy/wiring.py` bound to this port, made once per process. Raises LookupError for an unknown port."""
    name = port if isinstance(port, str) else port.__name__
    if name not in _built:
        try:
            factory = import_string(settings.PORTS[name])
        except KeyError:
            raise LookupError(f"nothing serves the port {name}; bind it in deploy/wiring.py") from None
        _built[name] = factory()
    return _built[name]

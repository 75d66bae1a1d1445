"""The environment, read once, typed; all problems are listed at once. The configuration table comes from here."""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pydantic import Field, ValidationError, model_validator

from assistant.foundation.conf import ProductSettings
from inference.config import InferenceSettings

ROOT = Path(__file__).resolve().parents[2]


class Environment(ProductSettings, InferenceSettings):
    """Every setting of the installation. The variable is the field's name in capitals."""

    deskside_home: Path = Field(
        ROOT / "var", description="The one folder for data, logs, sockets, secrets and caches (default: `var`)."
    )
    database_url: str | None = Field(
        None,
        description="`postgresql://desk_app:…@host/desk` of a server with pgvector; without it an embedded one starts.",
    )
    database_owner_url: str | None = Field(
        None, description="The same for the role that owns the tables; used by `migrate` only."
    )
    database_pool_size: int = Field(8, ge=1, le=64, description="Database connections of one web process.")
    broker_url: str | None = Field(
        None, description="Celery's broker (`redis://` or `amqp://`); without it a folder of files is the doorbell."
    )
    web_host: str = Field("127.0.0.1", description="Address the web server listens on.")
    web_port: int = Field(8_000, ge=1, le=65_535, description="Port the web server listens on.")
    allowed_hosts: str = Field(
        "127.0.0.1,localhost", description="Host names under which this installation is reached, comma-separated."
    )
    debug: bool = Field(False, description="Django's debug pages; never on a reachable machine.")

    @model_validator(mode="after")
    def _from_others(self) -> Environment:
        if not self.public_url:
            self.public_url = f"http://{self.web_host}:{self.web_port}"
        if self.keys_folder is None:
            self.keys_folder = self.deskside_home / "keys"
        return self

    @property
    def sockets(self) -> Path:
        """Folder of Unix sockets; moved to /tmp when the home's path is too long for one (108 bytes)."""
        folder = self.deskside_home / "run"
        if len(bytes(folder)) > 80:
            return Path("/tmp") / f"deskside-{os.getuid()}-{zlib.crc32(bytes(folder)):08x}"  # noqa: S108 made 0700
        return folder


def read_environment(variables: Mapping[str, str]) -> Environment:
    """Build the settings. Raises ValidationError that names every wrong variable."""
    names = Environment.model_fields
    given = {name: variables[name.upper()] for name in names if variables.get(name.upper(), "") != ""}
    return Environment.model_validate(given)


@lru_cache
def environment() -> Environment:
    """The settings of this process; ends it with a readable list when some are wrong."""
    try:
        return read_environment(os.environ)
    except ValidationError as problem:
        lines = [f"  {str(error['loc'][0]).upper()}: {error['msg']}" for error in problem.errors()]
        sys.exit("These settings are wrong:\n" + "\n".join(lines))

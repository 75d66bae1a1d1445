"""The doorbell as a folder of files: Celery's broker where none is configured.

kombu's own transport for folders opens a message where the worker looks for it and fills it afterwards. A worker that
looks between the two reads half a message and ends with "Unrecoverable error". Here a message appears whole or not at
all, one that is broken all the same is dropped, and no file says which exchange feeds which queue.
A lost ring costs two seconds: the job is a row, and the sweeper rings again.
"""

from __future__ import annotations

import time
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

import structlog
from kombu.transport import TRANSPORT_ALIASES, filesystem, virtual
from kombu.utils.json import dumps

URL = "folder://localhost//"

log = structlog.get_logger(__name__)


class Channel(filesystem.Channel):
    """Any here: kombu has hardly any types, and these are its own signatures."""

    def _put(self, queue: Any, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # two names above
        folder = Path(self.data_folder_out)
        name = f"{time.monotonic_ns() // 1_000_000}_{uuid4()}"
        growing = folder / f"{name}.part"
        growing.write_text(dumps(payload))  # type: ignore[no-untyped-call]
        growing.rename(folder / f"{name}.{queue}.msg")

    def _get(self, queue: Any, timeout: Any = None) -> Any:
        try:
            return super()._get(queue)  # type: ignore[no-untyped-call]
        except ValueError as problem:
            log.warning("doorbell.broken_ring", error=type(problem).__name__)
            raise Empty from problem

    def get_table(self, exchange: Any) -> Any:
        """Bindings as this process declared them, which each does before it sends or listens; no shared file."""
        return virtual.Channel.get_table(self, exchange)  # type: ignore[no-untyped-call]

    def _queue_bind(self, *binding: Any) -> None:
        """Nothing to store."""


class Transport(filesystem.Transport):
    """Known to kombu by its scheme, `folder`."""

    Channel = Channel


TRANSPORT_ALIASES["folder"] = f"{__name__}:Transport"

"""Hints over the channel layer: 'conversation X is at N'. They may be lost; rows and a poll make things certain."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from assistant.foundation.conf import conf
from assistant.foundation.tenancy import bound, tenant_key

log = structlog.get_logger(__name__)

_loop: asyncio.AbstractEventLoop | None = None


def attach_loop() -> None:
    """Called by every socket: hints of this process are sent on the loop its sockets live on."""
    global _loop  # noqa: PLW0603 one server loop per process
    _loop = asyncio.get_running_loop()


def conversation_group(tenant: UUID, conversation: UUID) -> str:
    """The group of those who watch one conversation."""
    with bound(tenant):
        return tenant_key("conversation", conversation.hex)


def desk_group(tenant: UUID) -> str:
    """The group of a tenant's dashboards."""
    with bound(tenant):
        return tenant_key("desk")


def hint_conversation(tenant: UUID, conversation: UUID, sequence: int) -> None:
    """Tell watchers and dashboards that a conversation is at `sequence`."""
    message = {"type": "hint", "c": conversation.hex, "s": sequence}
    send_hint(conversation_group(tenant, conversation), message)
    send_hint(desk_group(tenant), message)


def send_hint(group: str, message: dict[str, Any]) -> None:
    """Send a small message to a group, from a thread. Never raises: a lost hint costs at most one poll."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        if _loop is not None and _loop.is_running():
            asyncio.run_coroutine_threadsafe(layer.group_send(group, message), _loop)
        elif conf().redis_url:
            async_to_sync(layer.group_send)(group, message)
    except (OSError, RuntimeError) as problem:
        log.warning("hint.lost", kind=type(problem).__name__)

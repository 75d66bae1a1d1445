"""The larger model that a tenant may choose for names. It is asked before the transaction that stores a message.

What it finds joins what patterns and the small tagger find. When it is away, slow or unusable those decide alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import structlog
from django.db import connection

from assistant.foundation.conf import provider
from assistant.foundation.errors import BadInput
from assistant.foundation.tenancy import in_tenant
from assistant.privacy.detectors import Candidate
from assistant.privacy.models import tenant_policy
from assistant.privacy.names import candidates_of
from assistant.privacy.view import View, view_of
from inference.contract import EngineError, NameModels, TaggedSpan

WAIT_S = 0.3
"""A customer or an agent waits no longer than this for a name."""
WAIT_FOR_TEXT_S = 5.0
"""Nobody is typing at the other end, and the text may be long."""

log = structlog.get_logger(__name__)


class UnknownNameModel(BadInput):
    """A policy names a model that the operator does not offer."""

    code = "unknown_name_model"
    public_message = "Field 'name_model': no folder of this name is among the models."


def name_models() -> list[str]:
    """The models that a tenant may choose."""
    models: NameModels = provider(NameModels)
    return list(models.names())


def check_name_model(name: str) -> None:
    """Raises UnknownNameModel; nothing chosen is fine."""
    if name and name not in name_models():
        raise UnknownNameModel


def chosen_model() -> str:
    """The bound tenant's choice; empty without one, and without a question where there is nothing to choose."""
    return tenant_policy().name_model if name_models() else ""


async def named_now(tenant: UUID, text: str) -> list[Candidate]:
    """What the tenant's model finds in a text that somebody just sent. Never raises for the model's sake."""
    model = await in_tenant(tenant, chosen_model) if name_models() else ""
    if not model:
        return []
    models: NameModels = provider(NameModels)
    view = view_of(text)
    try:
        (spans,) = await models.tag_now([view.plain], model, within_s=WAIT_S)
    except EngineError as problem:
        log.warning("name_model.unavailable", model=model, error=str(problem))
        return []
    return candidates_of(text, view, _inside(view, spans))


def named(text: str, model: str, *, within_s: float = WAIT_S) -> list[Candidate]:
    """The same for a caller without an event loop, of the model that it read before. Outside of any transaction."""
    if not model:
        return []
    assert not connection.in_atomic_block, "a slow model would hold the transaction open"
    models: NameModels = provider(NameModels)
    view = view_of(text)
    try:
        (spans,) = models.tag([view.plain], model, within_s=within_s)
    except EngineError as problem:
        log.warning("name_model.unavailable", model=model, error=str(problem))
        return []
    return candidates_of(text, view, _inside(view, spans))


def _inside(view: View, spans: Iterable[TaggedSpan]) -> list[TaggedSpan]:
    """Another process said them."""
    return [span for span in spans if 0 <= span.start < span.end <= len(view.plain)]

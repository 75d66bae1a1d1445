"""The people who write to the tenant: forget one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant.conversations.access import access_person
from assistant.conversations.erasure import erase_contact
from assistant.foundation.errors import BadInput
from assistant.foundation.permissions import May
from assistant.interfaces.api.conversations import ERRORS, actor_of

REASON_MAX = 300


class ErasureOut(serializers.Serializer[Any]):
    """How much there was; nothing when it was done before. (Any: a serializer of no model.)"""

    contacts = serializers.IntegerField(help_text="The contact and those that are the same person.")
    conversations = serializers.IntegerField()
    values = serializers.IntegerField(help_text="Values behind placeholders.")


class OneContact(APIView):
    """One person."""

    may: ClassVar = {"DELETE": May.ERASE}

    @extend_schema(
        operation_id="contact_erase",
        parameters=[OpenApiParameter("reason", str, description="Kept in the audit; no personal data, please.")],
        responses={200: ErasureOut, **ERRORS},
    )
    def delete(self, request: Request, contact_id: UUID) -> Response:
        """Destroy what this person told us, for ever and in back-ups too; a repeat is harmless. Audited."""
        actor = actor_of(request)
        contact = access_person(actor, contact_id, to=May.ERASE)
        reason = request.query_params.get("reason", "")
        if len(reason) > REASON_MAX or "\x00" in reason:
            raise BadInput(f"Field 'reason': at most {REASON_MAX} characters, none of them NUL.")
        erased = erase_contact(contact.id, by=actor.name, reason=reason)
        return Response(ErasureOut(asdict(erased)).data)

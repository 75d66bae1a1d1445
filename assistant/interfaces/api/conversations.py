"""Conversations of the tenant: list, read, take over, reply, hand back, resolve, reveal, customer."""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict
from datetime import datetime
from typing import Any, ClassVar, cast
from uuid import UUID

from django.db.models import Q
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant.conversations import services
from assistant.conversations.access import Actor, access_conversation
from assistant.conversations.models import Conversation, Message
from assistant.conversations.reveal import reveal
from assistant.conversations.selectors import PAGE, list_conversations
from assistant.foundation.conf import provider
from assistant.foundation.errors import BadInput
from assistant.foundation.permissions import TABLE, May, Role
from assistant.interfaces.api.errors import Problem
from assistant.interfaces.api.steps import ViewInSteps
from assistant.interfaces.doors import tenant_in
from assistant.interfaces.rows import row_of
from assistant.interfaces.sockets.protocol import MAX_TEXT_CODE_POINTS
from assistant.ports import CustomerDirectory
from assistant.privacy.name_model import chosen_model, named

FILTERS = ("", "assistant", "queued", "human", "resolved", "waiting", "mine")
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 429), Problem)


class RowOut(serializers.Serializer[Any]):
    """One line of the list. (Any here and below: serializers of no model.)"""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=["assistant", "queued", "human", "resolved"])
    pending = serializers.CharField(allow_blank=True)
    contact = serializers.CharField()
    is_verified = serializers.BooleanField()
    inbox = serializers.CharField()
    preview = serializers.CharField(allow_blank=True)
    language = serializers.CharField()
    reason = serializers.CharField(allow_blank=True)
    assignee = serializers.CharField(allow_null=True)
    is_mine = serializers.BooleanField()
    waiting_since = serializers.DateTimeField(allow_null=True)
    s = serializers.IntegerField(help_text="Last sequence number.")
    updated_at = serializers.DateTimeField()


class ListOut(serializers.Serializer[Any]):
    """A page of the list."""

    results = RowOut(many=True)
    next = serializers.CharField(allow_null=True, help_text="Give it as `cursor` for the next page.")
    counts = serializers.DictField(child=serializers.IntegerField())


class MessageOut(serializers.Serializer[Any]):
    """One utterance; personal data are placeholders."""

    m = serializers.UUIDField(source="id")
    s = serializers.IntegerField(source="sequence")
    kind = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    at = serializers.DateTimeField()
    citations = serializers.JSONField()


class ConversationOut(RowOut):
    """A conversation with its messages."""

    contact_id = serializers.UUIDField()
    messages = MessageOut(many=True)


class ReplyIn(serializers.Serializer[Any]):
    """An agent's message; `id` is made by the client and makes a repeat harmless."""

    id = serializers.UUIDField()
    text = serializers.CharField(max_length=MAX_TEXT_CODE_POINTS)


class ReplyOut(serializers.Serializer[Any]):
    """Where it was stored."""

    m = serializers.UUIDField()
    s = serializers.IntegerField()


class RevealIn(serializers.Serializer[Any]):
    """A placeholder such as `<EMAIL_1>`, or all of the conversation."""

    placeholder = serializers.CharField(max_length=40, default="")
    all = serializers.BooleanField(default=False)
    reason = serializers.CharField(max_length=300, allow_blank=True, default="", help_text="Kept in the audit.")


class RevealOut(serializers.Serializer[Any]):
    """The value behind it, and all that were asked for by placeholder."""

    value = serializers.CharField(allow_null=True)
    values = serializers.DictField(child=serializers.CharField())


class MeOut(serializers.Serializer[Any]):
    """Who is logged in, and what they may do."""

    member = serializers.UUIDField(allow_null=True)
    name = serializers.CharField()
    email = serializers.CharField()
    role = serializers.CharField()
    may = serializers.ListField(child=serializers.CharField())
    tenant = serializers.DictField(child=serializers.CharField())


class CustomerOut(serializers.Serializer[Any]):
    """The customer joined to the contact, if one is."""

    customer = serializers.DictField(allow_null=True)
    orders = serializers.ListField(child=serializers.DictField())
    tickets = serializers.ListField(child=serializers.DictField())


class Me(APIView):
    """Who is logged in."""

    may: ClassVar = {"GET": May.SEE_CONVERSATIONS}

    @extend_schema(responses={200: MeOut, **ERRORS})
    def get(self, request: Request) -> Response:
        """Name, role and permissions in this tenant."""
        actor = actor_of(request)
        tenant = tenant_in(request._request)
        member = actor.member
        return Response(
            {
                "member": member.id if member else None,
                "name": member.name if member else actor.name,
                "email": member.user.email if member else "",
                "role": actor.role,
                "may": sorted(TABLE[Role(actor.role)]),
                "tenant": {"slug": tenant.slug, "name": tenant.name},
            }
        )


class Conversations(APIView):
    """The list."""

    may: ClassVar = {"GET": May.SEE_CONVERSATIONS}

    @extend_schema(
        operation_id="conversations_list",
        parameters=[
            OpenApiParameter("state", str, enum=[name for name in FILTERS if name]),
            OpenApiParameter("q", str),
            OpenApiParameter("cursor", str),
        ],
        responses={200: ListOut, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        """A page of conversations, newest activity first."""
        actor = actor_of(request)
        state, search = request.query_params.get("state", ""), request.query_params.get("q", "")
        if state not in FILTERS:
            raise BadInput(f"Field 'state': one of {', '.join(name for name in FILTERS if name)}.")
        if len(search) > 200 or "\x00" in search:
            raise BadInput("Field 'q': at most 200 characters, none of them NUL.")
        member = actor.member.id if actor.member else None
        rows = list_conversations(state=state, member=member, search=search)
        if cursor := request.query_params.get("cursor", ""):
            at, last = _read_cursor(cursor)
            rows = rows.filter(Q(updated_at__lt=at) | Q(updated_at=at, id__gt=last))
        page = list(rows[: PAGE + 1])
        following = _cursor(page[PAGE - 1]) if len(page) > PAGE else None
        names = [name for name in FILTERS if name]
        return Response(
            {
                "results": [row_of(found, member=member).model_dump(mode="json") for found in page[:PAGE]],
                "next": following,
                "counts": {name: list_conversations(state=name, member=member).count() for name in names},
            }
        )


class OneConversation(APIView):
    """One thread."""

    may: ClassVar = {"GET": May.SEE_CONVERSATIONS}

    @extend_schema(operation_id="conversation_retrieve", responses={200: ConversationOut, **ERRORS})
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """The conversation with its last 200 messages."""
        conversation = access_conversation(actor_of(request), conversation_id)
        messages = Message.objects.filter(conversation=conversation).order_by("-sequence")[:200]
        row = _row(request, conversation)
        return Response(
            row | {"contact_id": conversation.contact_id, "messages": MessageOut(reversed(messages), many=True).data}
        )


class TakeOver(APIView):
    """An agent takes the conversation."""

    may: ClassVar = {"POST": May.TAKE_OVER}

    @extend_schema(request=None, responses={200: RowOut, **ERRORS})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """The assistant falls silent in the same instant."""
        actor = actor_of(request)
        access_conversation(actor, conversation_id, to=May.TAKE_OVER)
        services.take_over(conversation_id, actor.as_member())
        return _current(request, conversation_id)


class HandBack(APIView):
    """The assistant answers again."""

    may: ClassVar = {"POST": May.TAKE_OVER}

    @extend_schema(request=None, responses={200: RowOut, **ERRORS})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """Only by the agent who has it."""
        actor = actor_of(request)
        access_conversation(actor, conversation_id, to=May.TAKE_OVER)
        services.hand_back(conversation_id, actor.as_member())
        return _current(request, conversation_id)


class Resolve(APIView):
    """The conversation is done."""

    may: ClassVar = {"POST": May.RESOLVE}

    @extend_schema(request=None, responses={200: RowOut, **ERRORS})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """The customer may reopen it by writing again."""
        actor = actor_of(request)
        access_conversation(actor, conversation_id, to=May.RESOLVE)
        services.resolve(conversation_id, actor.as_member())
        return _current(request, conversation_id)


class Reply(ViewInSteps):
    """An agent writes."""

    may: ClassVar = {"POST": May.REPLY}

    @extend_schema(request=ReplyIn, responses={201: ReplyOut, 410: Problem, **ERRORS})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """Stored once, however often it is sent."""
        actor = actor_of(request)
        with self.step():
            access_conversation(actor, conversation_id, to=May.REPLY)
            model = chosen_model()
        body = ReplyIn(data=request.data)
        body.is_valid(raise_exception=True)
        client_id, text = body.validated_data["id"], body.validated_data["text"]
        member = actor.as_member()
        found = named(text, model)
        with self.step():
            message = services.reply(conversation_id, member, client_id=client_id, text=text, named=found)
        return Response({"m": message.id, "s": message.sequence}, status=201)


class Reveal(APIView):
    """Look behind a placeholder."""

    may: ClassVar = {"POST": May.REVEAL}

    @extend_schema(request=RevealIn, responses={200: RevealOut, 410: Problem, 422: Problem, **ERRORS})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """One value of this conversation or all of them; each look is audited, with its reason."""
        actor = actor_of(request)
        conversation = access_conversation(actor, conversation_id, to=May.REVEAL)
        body = RevealIn(data=request.data)
        body.is_valid(raise_exception=True)
        placeholder, wants_all = body.validated_data["placeholder"], body.validated_data["all"]
        if bool(placeholder) == wants_all:
            raise BadInput("Give either 'placeholder' or 'all'.")
        values = reveal(conversation, placeholder, by=actor.name, reason=body.validated_data["reason"])
        return Response({"value": values.get(placeholder), "values": values})


class Customer(APIView):
    """Who this is in the company's business system."""

    may: ClassVar = {"GET": May.SEE_CUSTOMERS}

    @extend_schema(responses={200: CustomerOut, **ERRORS})
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """The customer of an identified contact with orders and tickets; `customer` is null for anybody else."""
        conversation = access_conversation(actor_of(request), conversation_id, to=May.SEE_CUSTOMERS)
        directory: CustomerDirectory = provider(CustomerDirectory)
        card = directory.card(conversation.contact_id)
        if card is None:
            return Response({"customer": None, "orders": [], "tickets": []})
        return Response(asdict(card))


def actor_of(request: Request) -> Actor:
    """The actor that the authenticators found."""
    return cast(Actor, request.user)  # HasPermission lets nobody else in


def _current(request: Request, conversation_id: UUID) -> Response:
    return Response(_row(request, access_conversation(actor_of(request), conversation_id)))


def _row(request: Request, conversation: Conversation) -> dict[str, Any]:
    member = actor_of(request).member
    return row_of(conversation, member=member.id if member else None).model_dump(mode="json")


def _cursor(conversation: Conversation) -> str:
    # Microseconds: `wire` cuts them, and a page must not repeat or skip a row.
    text = f"{conversation.updated_at.isoformat()}|{conversation.id}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        at, _, last = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError("no time zone")
        return moment, UUID(last)
    except (ValueError, binascii.Error, UnicodeError) as problem:
        raise BadInput("Field 'cursor': not one of ours.") from problem

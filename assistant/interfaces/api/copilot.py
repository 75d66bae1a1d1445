"""Help for agents: conversations like one, its summary, a draft reply, an article from what was resolved."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from asgiref.sync import async_to_sync
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assistant.conversations.alike import similar_conversations
from assistant.desk import copilot
from assistant.foundation import limits
from assistant.foundation.conf import provider
from assistant.foundation.permissions import May
from assistant.foundation.tenancy import required, tenant_key
from assistant.interfaces.api.conversations import ERRORS, RowOut, actor_of
from assistant.interfaces.api.errors import Problem
from assistant.interfaces.api.steps import ViewInSteps
from assistant.interfaces.api.texts import MadeOut, most_of, writer_for
from assistant.interfaces.rows import row_of
from inference.contract import Embedder


class SimilarConversationOut(RowOut):
    """A line of the list, what it is about, and how like the two beginnings are."""

    about = serializers.CharField(help_text="What the customer wrote first, without personal data.")
    score = serializers.FloatField()


class SimilarConversationsOut(serializers.Serializer[Any]):
    """Best first. (Any here and below: serializers of no model.)"""

    conversations = SimilarConversationOut(many=True)


class ArticleDraftIn(serializers.Serializer[Any]):
    """Resolved conversations."""

    conversations = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=copilot.MOST_CONVERSATIONS
    )


class SimilarConversations(ViewInSteps):
    """Others with the same concern."""

    may: ClassVar = {"GET": May.SEE_CONVERSATIONS}

    @extend_schema(
        operation_id="conversation_similar",
        parameters=[OpenApiParameter("most", int)],
        responses={200: SimilarConversationsOut, 503: Problem, **ERRORS},
    )
    def get(self, request: Request, conversation_id: UUID) -> Response:
        """By what the customers wrote first, without their personal data."""
        actor = actor_of(request)
        limits.take("text.actor", tenant_key(actor.name))
        find = async_to_sync(similar_conversations)
        found = find(required(), actor, conversation_id, most=most_of(request), embedder=provider(Embedder))
        member = actor.member.id if actor.member else None
        with self.step():
            rows = [row_of(one.conversation, member=member).model_dump(mode="json") for one in found]
        scored = [row | {"about": one.about, "score": one.score} for row, one in zip(rows, found, strict=True)]
        return Response({"conversations": scored})


class Summary(ViewInSteps):
    """A conversation in a few sentences."""

    may: ClassVar = {"POST": May.SEE_CONVERSATIONS}

    @extend_schema(operation_id="conversation_summary", request=None, responses={200: MadeOut, **ERRORS})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """What was asked and answered; every sentence names its message. Personal data stay placeholders."""
        actor = actor_of(request)
        summarise = async_to_sync(copilot.summarise)
        made = summarise(writer_for(actor), actor, conversation_id, embedder=provider(Embedder))
        return Response(MadeOut(made).data)


class DraftReply(ViewInSteps):
    """A reply to start from."""

    may: ClassVar = {"POST": May.REPLY}

    @extend_schema(operation_id="conversation_draft", request=None, responses={200: MadeOut, **ERRORS})
    def post(self, request: Request, conversation_id: UUID) -> Response:
        """From public articles only, with their names; empty when none answers. Nothing is sent."""
        actor = actor_of(request)
        draft = async_to_sync(copilot.draft_reply)
        made = draft(writer_for(actor), actor, conversation_id, embedder=provider(Embedder))
        return Response(MadeOut(made).data)


class ArticleDraft(ViewInSteps):
    """An article to start from."""

    may: ClassVar = {"POST": May.SEE_KNOWLEDGE}

    @extend_schema(operation_id="knowledge_draft", request=ArticleDraftIn, responses={200: MadeOut, **ERRORS})
    def post(self, request: Request) -> Response:
        """From what was answered in resolved conversations, without personal data. Nothing is published."""
        body = ArticleDraftIn(data=request.data)
        body.is_valid(raise_exception=True)
        actor = actor_of(request)
        draft = async_to_sync(copilot.draft_article)
        made = draft(writer_for(actor), actor, body.validated_data["conversations"], embedder=provider(Embedder))
        return Response(MadeOut(made).data)

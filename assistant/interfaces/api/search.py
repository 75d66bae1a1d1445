"""Search as a customer would see it, with what each passage scored."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, ClassVar

from asgiref.sync import async_to_sync
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assistant.conversations.states import Pending
from assistant.dialogue.clarify import choices
from assistant.foundation.conf import provider
from assistant.foundation.permissions import May
from assistant.foundation.tenancy import required
from assistant.interfaces.api.conversations import ERRORS
from assistant.interfaces.api.segments import SegmentsField
from assistant.interfaces.api.steps import ViewInSteps
from assistant.interfaces.doors import tenant_in
from assistant.interfaces.sockets.protocol import MAX_TEXT_CODE_POINTS
from assistant.knowledge.models import Audience
from assistant.knowledge.retrieve import SHOWN, Evidence, find_evidence
from assistant.knowledge.search.confidence import confidence, sure_of
from assistant.knowledge.search.key_sentences import Ranked
from assistant.knowledge.search.reader import Reader
from assistant.privacy.policy import tenant_rules
from assistant.privacy.redactor import redact


class SearchIn(serializers.Serializer[Any]):
    """A question as a customer types it. (Any here and below: serializers of no model.)"""

    question = serializers.CharField(max_length=MAX_TEXT_CODE_POINTS)
    audience = serializers.ChoiceField(choices=Audience.values, default=Audience.PUBLIC)
    segments = SegmentsField(default=list, help_text="As a customer in these segments would see it; null: all.")


class PassageOut(serializers.Serializer[Any]):
    """A passage that was found, and why."""

    id = serializers.UUIDField()
    document = serializers.UUIDField()
    title = serializers.CharField()
    heading = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    language = serializers.CharField()
    scores = serializers.DictField(child=serializers.FloatField(), help_text="What each part of the search says.")


class KeySentenceOut(serializers.Serializer[Any]):
    """A sentence that matters for the question."""

    text = serializers.CharField()
    document = serializers.UUIDField()


class SearchOut(serializers.Serializer[Any]):
    """What was found, best first."""

    question = serializers.CharField(help_text="Without personal data, as it is searched.")
    is_answerable = serializers.BooleanField(help_text="Would a customer get an answer?")
    asks_back = serializers.ListField(
        child=serializers.CharField(), help_text="The products of which a customer would first be asked which one."
    )
    confidence = serializers.FloatField(help_text="From 0 to 1 that what was found answers the question.")
    answered_from = serializers.FloatField(help_text="The confidence from which on they would.")
    curated = serializers.CharField(allow_blank=True, help_text="The approved question whose answer wins, if one does.")
    recall = serializers.FloatField(help_text="Share of the nearest passages that a search finds; 1: all are compared.")
    took_ms = serializers.FloatField()
    passages = PassageOut(many=True)
    sentences = KeySentenceOut(many=True)


class Search(ViewInSteps):
    """Try the search."""

    may: ClassVar = {"POST": May.SEE_KNOWLEDGE}

    @extend_schema(operation_id="knowledge_search", request=SearchIn, responses={200: SearchOut, **ERRORS})
    def post(self, request: Request) -> Response:
        """The same search that answers customers; `internal` looks at what only agents see."""
        body = SearchIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        with self.step():
            rules = tenant_rules()
        question = redact(given["question"], region=tenant_in(request._request).region, rules=rules).text
        find = async_to_sync(find_evidence)
        segments = None if given["segments"] is None else frozenset(given["segments"])
        reader = Reader(audience=given["audience"], segments=segments)
        evidence = find(required(), question, reader=reader, embedder=provider("Embedder"))
        return Response(_out(evidence))


def scores_of(passage: Ranked) -> dict[str, float]:
    """Every number that the ranking gave it, by name; new ones appear by themselves, those that nobody gave do not."""
    values = {field.name: getattr(passage, field.name) for field in fields(passage)}
    return {name: round(value, 4) for name, value in values.items() if isinstance(value, float)}


def _out(evidence: Evidence) -> dict[str, Any]:
    """(Any: JSON.)"""
    return {
        "question": evidence.question,
        "is_answerable": evidence.curated is not None or bool(sure_of(evidence.findings, evidence.answered_from)),
        "asks_back": [] if evidence.curated else choices(evidence, pending=Pending.NONE),
        "confidence": round(max(map(confidence, evidence.findings), default=0.0), 3),
        "answered_from": evidence.answered_from,
        "curated": evidence.curated.question if evidence.curated else "",
        "recall": round(evidence.recall, 3),
        "took_ms": round(evidence.took_ms, 1),
        "passages": [
            {
                "id": passage.id,
                "document": passage.document_id,
                "title": passage.title,
                "heading": passage.heading,
                "text": passage.text,
                "language": passage.language,
                "scores": scores_of(passage),
            }
            for passage in evidence.passages[:SHOWN]
        ],
        "sentences": [{"text": one.text, "document": one.source.document_id} for one in evidence.sentences],
    }

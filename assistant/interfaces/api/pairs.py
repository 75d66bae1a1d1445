"""Curated questions and answers: list, write, edit, approve, reject, delete."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assistant.foundation.errors import BadInput
from assistant.foundation.permissions import May
from assistant.interfaces.api.articles import DeletedOut, VersionIn
from assistant.interfaces.api.authors import AuthorField
from assistant.interfaces.api.conversations import ERRORS, actor_of
from assistant.interfaces.api.segments import SegmentsField
from assistant.interfaces.api.steps import ViewInSteps
from assistant.knowledge.keeping import curated
from assistant.knowledge.keeping.curated import ANSWER_LENGTH_MAX, PHRASINGS_MAX, QUESTION_LENGTH_MAX, Pair
from assistant.knowledge.models import Audience, CuratedAnswer

PAGE = 200


class PairIn(serializers.Serializer[Any]):
    """A question with its answer, told word for word. (Any here and below: serializers of no model.)"""

    question = serializers.CharField(max_length=QUESTION_LENGTH_MAX)
    phrasings = serializers.ListField(
        child=serializers.CharField(max_length=QUESTION_LENGTH_MAX), max_length=PHRASINGS_MAX, default=list
    )
    answer = serializers.CharField(max_length=ANSWER_LENGTH_MAX, trim_whitespace=False, help_text="Markdown.")
    audience = serializers.ChoiceField(choices=Audience.values, default=Audience.PUBLIC)
    segments = SegmentsField(default=None, help_text="Groups of contacts who are told it; left out: as they are.")
    language = serializers.CharField(
        max_length=8, allow_blank=True, default="", help_text="As the question when empty."
    )


class ChangedPairIn(PairIn, VersionIn):
    """A changed one."""


class DecisionIn(VersionIn):
    """What became of it."""

    state = serializers.ChoiceField(choices=["approved", "rejected"])


class PairOut(PairIn):
    """A pair as it is kept."""

    segments = SegmentsField(allow_null=False)
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=CuratedAnswer.State.values)
    origin = serializers.ChoiceField(choices=CuratedAnswer.Origin.values)
    conversation_id = serializers.UUIDField(allow_null=True)
    version = serializers.IntegerField()
    created_by = AuthorField(allow_blank=True)
    created_at = serializers.DateTimeField()
    updated_by = AuthorField(allow_blank=True)
    updated_at = serializers.DateTimeField()


class PairList(serializers.Serializer[Any]):
    """The latest pairs of a state, and how many there are of each."""

    results = PairOut(many=True)
    counts = serializers.DictField(child=serializers.IntegerField())


class Pairs(ViewInSteps):
    """Curated pairs."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE, "POST": May.WRITE_KNOWLEDGE}

    @extend_schema(
        operation_id="pairs_list",
        parameters=[OpenApiParameter("state", str, enum=CuratedAnswer.State.values)],
        responses={200: PairList, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        """The latest first, at most 200."""
        state = request.query_params.get("state", "")
        if state not in ("", *CuratedAnswer.State.values):
            raise BadInput(f"Field 'state': one of {', '.join(CuratedAnswer.State.values)}.")
        with self.step():
            rows = CuratedAnswer.objects.order_by("-updated_at", "id")
            counts = {one: rows.filter(state=one).count() for one in CuratedAnswer.State.values}
            shown = rows.filter(state=state) if state else rows
            return Response({"results": PairOut(shown[:PAGE], many=True).data, "counts": counts})

    @extend_schema(operation_id="pair_create", request=PairIn, responses={201: PairOut, **ERRORS})
    def post(self, request: Request) -> Response:
        """A pair that somebody writes is approved at once."""
        body = PairIn(data=request.data)
        body.is_valid(raise_exception=True)
        pair = curated.create_pair(Pair(**body.validated_data), by=actor_of(request).name)
        with self.step():
            return Response(PairOut(pair).data, status=201)


class OnePair(ViewInSteps):
    """One pair."""

    may: ClassVar = {"PUT": May.WRITE_KNOWLEDGE, "DELETE": May.WRITE_KNOWLEDGE}

    @extend_schema(operation_id="pair_edit", request=ChangedPairIn, responses={200: PairOut, **ERRORS})
    def put(self, request: Request, pair_id: UUID) -> Response:
        """Replace what it says."""
        body = ChangedPairIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        version = given.pop("version")
        pair = curated.edit_pair(pair_id, Pair(**given), by=actor_of(request).name, version=version)
        with self.step():
            return Response(PairOut(pair).data)

    @extend_schema(operation_id="pair_delete", responses={200: DeletedOut, **ERRORS})
    def delete(self, request: Request, pair_id: UUID) -> Response:
        """Remove it with its phrasings and vectors."""
        curated.delete_pair(pair_id, by=actor_of(request).name)
        return Response({"deleted": pair_id})


class Decide(ViewInSteps):
    """Approve or reject."""

    may: ClassVar = {"POST": May.WRITE_KNOWLEDGE}

    @extend_schema(operation_id="pair_decide", request=DecisionIn, responses={200: PairOut, **ERRORS})
    def post(self, request: Request, pair_id: UUID) -> Response:
        """Only an approved pair answers customers; a rejected one is not suggested again."""
        body = DecisionIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        by = actor_of(request).name
        pair = curated.decide_pair(pair_id, curated.State(given["state"]), by=by, version=given["version"])
        with self.step():
            return Response(PairOut(pair).data)

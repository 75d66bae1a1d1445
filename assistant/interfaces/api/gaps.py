"""What customers ask and no article answers: the ranked list, a first draft, asking again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from asgiref.sync import async_to_sync
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant.conversations.selectors import count_outcomes
from assistant.dialogue.ask_again import ask_again
from assistant.foundation.errors import BadInput
from assistant.foundation.permissions import May
from assistant.foundation.tenancy import required
from assistant.interfaces.api.conversations import ERRORS, actor_of
from assistant.interfaces.api.steps import ViewInSteps
from assistant.knowledge.keeping import gaps
from assistant.knowledge.keeping.drafting import draft_of
from assistant.knowledge.models import Gap

PAGE = 200
QUESTIONS = 50
DAYS = 30


class GapOut(serializers.Serializer[Any]):
    """Questions that mean nearly the same. (Any here and below: serializers of no model.)"""

    id = serializers.UUIDField()
    label = serializers.CharField(  # type: ignore[assignment]  # DRF has an attribute of this name
        help_text="The question nearest to the middle; personal data are placeholders."
    )
    asked = serializers.IntegerField(help_text="In how many conversations.")
    first_asked_at = serializers.DateTimeField()
    last_asked_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=Gap.State.values)
    document = serializers.UUIDField(source="document_id", allow_null=True)
    document_title = serializers.CharField(source="document.title", default="", allow_blank=True)


class GapList(serializers.Serializer[Any]):
    """Gaps, the one that most customers asked first, and how many there are of each state."""

    results = GapOut(many=True)
    counts = serializers.DictField(child=serializers.IntegerField())
    outcomes = serializers.DictField(
        child=serializers.IntegerField(), help_text=f"Answers of the last {DAYS} days by what they came to."
    )


class QuestionOut(serializers.Serializer[Any]):
    """A question as it was asked."""

    text = serializers.CharField()
    language = serializers.CharField()
    conversation = serializers.UUIDField(source="conversation_id")
    asked_at = serializers.DateTimeField()


class GapWithQuestions(GapOut):
    """A gap with what was asked."""

    questions = QuestionOut(many=True)


class GapStateIn(serializers.Serializer[Any]):
    """What people say about it."""

    state = serializers.ChoiceField(choices=Gap.State.values)


class DraftOut(serializers.Serializer[Any]):
    """A draft for a person to finish; nothing in it is invented."""

    title = serializers.CharField()
    body = serializers.CharField()
    origin = serializers.ChoiceField(
        choices=["replies", "outline"], help_text="What agents answered, or the questions as headings."
    )
    replies = serializers.IntegerField(help_text="How many answers of agents it is made of.")
    segments = serializers.ListField(
        child=serializers.CharField(), help_text="Contacts that the answers were for; empty: all."
    )


class AskedOut(serializers.Serializer[Any]):
    """A question, asked again."""

    question = serializers.CharField()
    is_answered = serializers.BooleanField()
    title = serializers.CharField(allow_blank=True, help_text="The article that answers it.")


class AskAgainOut(serializers.Serializer[Any]):
    """The gap after it, and each question."""

    gap = GapOut()
    questions = AskedOut(many=True)


class Gaps(APIView):
    """The list."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE}

    @extend_schema(
        operation_id="gaps_list",
        parameters=[OpenApiParameter("state", str, enum=Gap.State.values)],
        responses={200: GapList, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        """The one that most customers asked first, at most 200."""
        state = request.query_params.get("state", "")
        if state not in ("", *Gap.State.values):
            raise BadInput(f"Field 'state': one of {', '.join(Gap.State.values)}.")
        counts = {one: gaps.ranked_gaps(state=one).count() for one in Gap.State.values}
        rows = gaps.ranked_gaps(state=state)[:PAGE]
        outcomes = count_outcomes(days=DAYS)
        return Response({"results": GapOut(rows, many=True).data, "counts": counts, "outcomes": outcomes})


class OneGap(APIView):
    """One gap."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE}

    @extend_schema(operation_id="gap_retrieve", responses={200: GapWithQuestions, **ERRORS})
    def get(self, request: Request, gap_id: UUID) -> Response:
        """With its questions, the one nearest to the middle first."""
        gap = gaps.access_gap(gap_id)
        questions = gaps.questions_of(gap, limit=QUESTIONS)
        return Response(GapOut(gap).data | {"questions": QuestionOut(questions, many=True).data})


class SetState(APIView):
    """Dismiss a gap, or open it again."""

    may: ClassVar = {"POST": May.WRITE_KNOWLEDGE}

    @extend_schema(operation_id="gap_state", request=GapStateIn, responses={200: GapOut, **ERRORS})
    def post(self, request: Request, gap_id: UUID) -> Response:
        """A dismissed gap still counts who asks."""
        body = GapStateIn(data=request.data)
        body.is_valid(raise_exception=True)
        gaps.set_state(gap_id, Gap.State(body.validated_data["state"]), by=actor_of(request).name)
        return Response(GapOut(gaps.access_gap(gap_id)).data)


class Draft(APIView):
    """A first draft."""

    may: ClassVar = {"POST": May.WRITE_KNOWLEDGE}

    @extend_schema(operation_id="gap_draft", request=None, responses={200: DraftOut, **ERRORS})
    def post(self, request: Request, gap_id: UUID) -> Response:
        """Made of what human agents answered to these questions; without any, an outline. Nothing is stored."""
        draft = draft_of(gaps.access_gap(gap_id))
        return Response({**asdict(draft), "replies": len(draft.replies)})


class AskAgain(ViewInSteps):
    """Would it be answered now?"""

    may: ClassVar = {"POST": May.WRITE_KNOWLEDGE}

    @extend_schema(operation_id="gap_ask_again", request=None, responses={200: AskAgainOut, **ERRORS})
    def post(self, request: Request, gap_id: UUID) -> Response:
        """Ask its questions once more, as a customer; the gap is answered when most of them would be."""
        gap, asked = async_to_sync(ask_again)(required(), gap_id, by=actor_of(request).name)
        return Response({"gap": GapOut(gap).data, "questions": [asdict(one) for one in asked]})

"""The tenant's own evaluation: its questions, runs over them, and their figures."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant.foundation.errors import NotFound
from assistant.foundation.outbox.models import Job
from assistant.foundation.permissions import May
from assistant.interfaces.api.articles import DeletedOut
from assistant.interfaces.api.authors import AuthorField
from assistant.interfaces.api.conversations import ERRORS, actor_of
from assistant.knowledge.keeping import evaluation_set
from assistant.knowledge.keeping.evaluation_set import LIST_MAX, QUESTION_LENGTH_MAX, Draft
from assistant.knowledge.models import EvaluationQuestion, EvaluationRun

RUNS = 50
FILE_LENGTH_MAX = 2_000_000


class EvaluationQuestionIn(serializers.Serializer[Any]):
    """A question, and what a good answer to it is. (Any here and below: serializers of no model.)"""

    question = serializers.CharField(max_length=QUESTION_LENGTH_MAX)
    kind = serializers.ChoiceField(choices=EvaluationQuestion.Kind.values, default="answerable")
    expected = serializers.ListField(
        child=serializers.CharField(max_length=200),
        max_length=LIST_MAX,
        default=list,
        help_text="External ids of articles of which one has to be among the first five.",
    )
    must_contain = serializers.ListField(
        child=serializers.CharField(max_length=200), max_length=LIST_MAX, default=list, help_text="Facts."
    )


class EvaluationQuestionOut(EvaluationQuestionIn):
    """A question as it is kept."""

    id = serializers.UUIDField()
    language = serializers.CharField()


class EvaluationQuestionList(serializers.Serializer[Any]):
    """All questions, in the order in which they were added."""

    results = EvaluationQuestionOut(many=True)


class QuestionFileIn(serializers.Serializer[Any]):
    """JSON Lines of {question, kind, expected, must_contain}; those of `manage.py evaluate` fit too."""

    lines = serializers.CharField(max_length=FILE_LENGTH_MAX, trim_whitespace=False)


class QuestionFileOut(serializers.Serializer[Any]):
    """The same, to keep or to move."""

    lines = serializers.CharField(allow_blank=True)


class ImportedOut(serializers.Serializer[Any]):
    """How many lines there were."""

    questions = serializers.IntegerField()


class EvaluationRunOut(serializers.Serializer[Any]):
    """A pass over all questions."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=["queued", "done", "failed"])
    by = AuthorField(allow_blank=True)
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    progress = serializers.IntegerField()
    total = serializers.IntegerField()
    figures = serializers.JSONField(
        help_text="Shares such as `hit_at_1`, counts such as `questions`; `risk_coverage`: points [share answered, "
        "share of those that are wrong]; `threshold`: one such point with its confidence in front."
    )


class EvaluationRunList(serializers.Serializer[Any]):
    """The latest first."""

    results = EvaluationRunOut(many=True)


class OneEvaluationRun(EvaluationRunOut):
    """A pass with what came of each question."""

    rows = serializers.JSONField()


class Questions(APIView):
    """The evaluation set."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE, "POST": May.WRITE_KNOWLEDGE}

    @extend_schema(operation_id="evaluation_questions", responses={200: EvaluationQuestionList, **ERRORS})
    def get(self, request: Request) -> Response:
        """All questions."""
        rows = EvaluationQuestion.objects.order_by("created_at", "id")
        return Response({"results": EvaluationQuestionOut(rows, many=True).data})

    @extend_schema(
        operation_id="evaluation_question_add",
        request=EvaluationQuestionIn,
        responses={201: EvaluationQuestionOut, **ERRORS},
    )
    def post(self, request: Request) -> Response:
        """Add a question; one that asks the same is changed."""
        body = EvaluationQuestionIn(data=request.data)
        body.is_valid(raise_exception=True)
        question = evaluation_set.add_question(Draft(**body.validated_data))
        return Response(EvaluationQuestionOut(question).data, status=201)


class OneQuestion(APIView):
    """One question."""

    may: ClassVar = {"PUT": May.WRITE_KNOWLEDGE, "DELETE": May.WRITE_KNOWLEDGE}

    @extend_schema(
        operation_id="evaluation_question_change",
        request=EvaluationQuestionIn,
        responses={200: EvaluationQuestionOut, **ERRORS},
    )
    def put(self, request: Request, question_id: UUID) -> Response:
        """Write it anew; earlier results keep it as it was."""
        body = EvaluationQuestionIn(data=request.data)
        body.is_valid(raise_exception=True)
        question = evaluation_set.change_question(question_id, Draft(**body.validated_data))
        return Response(EvaluationQuestionOut(question).data)

    @extend_schema(operation_id="evaluation_question_remove", responses={200: DeletedOut, **ERRORS})
    def delete(self, request: Request, question_id: UUID) -> Response:
        """Take it out; earlier results keep it."""
        evaluation_set.remove_question(question_id)
        return Response({"deleted": question_id})


class QuestionFile(APIView):
    """The set as JSON Lines."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE, "POST": May.WRITE_KNOWLEDGE}

    @extend_schema(operation_id="evaluation_export", responses={200: QuestionFileOut, **ERRORS})
    def get(self, request: Request) -> Response:
        """All questions, as they can be imported again."""
        return Response({"lines": evaluation_set.export_questions()})

    @extend_schema(operation_id="evaluation_import", request=QuestionFileIn, responses={200: ImportedOut, **ERRORS})
    def post(self, request: Request) -> Response:
        """Add questions; those that ask the same are changed."""
        body = QuestionFileIn(data=request.data)
        body.is_valid(raise_exception=True)
        return Response({"questions": evaluation_set.import_questions(body.validated_data["lines"])})


class Runs(APIView):
    """Passes over the set."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE, "POST": May.WRITE_KNOWLEDGE}

    @extend_schema(operation_id="evaluation_runs", responses={200: EvaluationRunList, **ERRORS})
    def get(self, request: Request) -> Response:
        """The latest first, at most 50."""
        rows = EvaluationRun.objects.defer("rows").order_by("-started_at", "id")[:RUNS]
        return Response({"results": EvaluationRunOut([_run_out(row) for row in rows], many=True).data})

    @extend_schema(operation_id="evaluation_run", request=None, responses={202: EvaluationRunOut, **ERRORS})
    def post(self, request: Request) -> Response:
        """Ask everything now; nothing is sent to anybody."""
        run = evaluation_set.start_run(by=actor_of(request).name)
        return Response(EvaluationRunOut(_run_out(run)).data, status=202)


class OneRun(APIView):
    """One pass."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE}

    @extend_schema(operation_id="evaluation_run_read", responses={200: OneEvaluationRun, **ERRORS})
    def get(self, request: Request, run_id: UUID) -> Response:
        """With what came of each question."""
        run = EvaluationRun.objects.filter(id=run_id).first()
        if run is None:
            raise NotFound
        return Response(OneEvaluationRun(_run_out(run) | {"rows": run.rows}).data)


def _run_out(run: EvaluationRun) -> dict[str, Any]:
    """(Any: JSON.)"""
    job = None
    if run.job is not None and run.state == EvaluationRun.State.QUEUED:
        job = Job.objects.filter(id=run.job).first()
    is_dead = job is not None and job.state == Job.DEAD
    return {
        "id": run.id,
        "state": "failed" if is_dead else run.state,
        "by": run.by,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "progress": job.progress if job else 0,
        "total": job.total if job else 0,
        "figures": run.figures,
    }

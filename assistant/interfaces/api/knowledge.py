"""Knowledge of the tenant: articles, imports and the jobs that carry them out."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant.foundation.errors import BadInput, NotFound
from assistant.foundation.outbox.models import Job
from assistant.foundation.permissions import May
from assistant.interfaces.api.conversations import ERRORS
from assistant.knowledge.importers import importers
from assistant.knowledge.imports import MAX_BODY_BYTES, start_import
from assistant.knowledge.models import Document

PAGE = 100
PLAIN = sorted(name for name, importer in importers().items() if importer.is_plain)


class JobOut(serializers.Serializer[Any]):
    """A row of background work. (Any here and below: serializers of no model.)"""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField(help_text="queued, running, done or dead")
    progress = serializers.IntegerField()
    total = serializers.IntegerField()
    attempts = serializers.IntegerField()
    error = serializers.CharField(allow_blank=True)
    report = serializers.JSONField()


class ImportIn(serializers.Serializer[Any]):
    """Articles as text: JSON Lines, Markdown with front matter, or CSV of questions and answers."""

    source = serializers.CharField(max_length=120)  # type: ignore[assignment]  # DRF has an attribute of this name
    importer = serializers.ChoiceField(choices=PLAIN)
    body = serializers.CharField(max_length=MAX_BODY_BYTES, trim_whitespace=False)
    replaces = serializers.BooleanField(default=False, help_text="Remove the source's articles that are not in it.")


class DocumentOut(serializers.Serializer[Any]):
    """One article."""

    id = serializers.UUIDField()
    external_id = serializers.CharField()
    title = serializers.CharField()
    audience = serializers.CharField()
    language = serializers.CharField()
    updated_at = serializers.DateTimeField()


class DocumentPage(serializers.Serializer[Any]):
    """A page of articles, by id."""

    results = DocumentOut(many=True)
    next = serializers.UUIDField(allow_null=True)


class Imports(APIView):
    """Start an import."""

    may: ClassVar = {"POST": May.IMPORT_KNOWLEDGE}

    @extend_schema(request=ImportIn, responses={202: JobOut, **ERRORS})
    def post(self, request: Request) -> Response:
        """The answer is the job; ask for it until it is done."""
        body = ImportIn(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(JobOut(start_import(**body.validated_data)).data, status=202)


class OneJob(APIView):
    """How far a job is."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE}

    @extend_schema(responses={200: JobOut, **ERRORS})
    def get(self, request: Request, job_id: UUID) -> Response:
        """State, progress and report."""
        job = Job.objects.filter(id=job_id).first()
        if job is None:
            raise NotFound
        return Response(JobOut(job).data)


class Documents(APIView):
    """The articles."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE}

    @extend_schema(parameters=[OpenApiParameter("after", UUID)], responses={200: DocumentPage, **ERRORS})
    def get(self, request: Request) -> Response:
        """A page of articles after the id `after`."""
        rows = Document.objects.order_by("id")
        if after := request.query_params.get("after", ""):
            try:
                rows = rows.filter(id__gt=UUID(after))
            except ValueError as problem:
                raise BadInput("Field 'after': a UUID.") from problem
        page = list(rows[: PAGE + 1])
        following = page[PAGE - 1].id if len(page) > PAGE else None
        return Response({"results": DocumentOut(page[:PAGE], many=True).data, "next": following})

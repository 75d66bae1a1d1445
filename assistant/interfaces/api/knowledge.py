"""Imports of articles, and the jobs that carry them out."""

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
from assistant.interfaces.api.conversations import ERRORS
from assistant.knowledge.importers import importers
from assistant.knowledge.intake.imports import MAX_BODY_BYTES, start_import

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

"""Knowledge sources: where articles come from, files for them, and what became of each import."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant.foundation.permissions import May
from assistant.interfaces.api.conversations import ERRORS, actor_of
from assistant.interfaces.api.errors import Problem
from assistant.interfaces.api.segments import SegmentsField
from assistant.knowledge.intake import sources
from assistant.knowledge.models import Audience, KnowledgeSource, SourceRun

ERRORS_OF_FILES = {**ERRORS, 413: Problem}
RUNS_SHOWN = 30


class RunOut(serializers.Serializer[Any]):
    """One import: how far it is and what was found. (Any here and below: serializers of no model.)"""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=SourceRun.State.choices)
    progress = serializers.IntegerField(help_text="Documents dealt with.")
    total = serializers.IntegerField(help_text="Documents expected, as far as is known.")
    found = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    removed = serializers.IntegerField()
    failed = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class ProblemOut(serializers.Serializer[Any]):
    """A document that was not imported, and why; or a remark about one."""

    code = serializers.CharField()
    message = serializers.CharField()
    place = serializers.CharField(allow_blank=True)
    external_id = serializers.CharField(allow_blank=True)


class OneRunOut(RunOut):
    """One import with its problems."""

    source_id = serializers.UUIDField()
    problems = ProblemOut(many=True)


class SourceOut(serializers.Serializer[Any]):
    """One source and its newest import."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=KnowledgeSource.Kind.choices)
    audience = serializers.ChoiceField(choices=Audience.values)
    segments = serializers.ListField(child=serializers.CharField())
    url = serializers.CharField(allow_blank=True)
    max_depth = serializers.IntegerField()
    max_pages = serializers.IntegerField()
    every_hours = serializers.IntegerField()
    is_paused = serializers.BooleanField()
    next_run_at = serializers.DateTimeField(allow_null=True)
    documents = serializers.IntegerField(source="documents_count")
    last_run = RunOut(allow_null=True)


class SourceEdit(serializers.Serializer[Any]):
    """What can be changed."""

    name = serializers.CharField(max_length=120, required=False)
    audience = serializers.ChoiceField(
        choices=Audience.values, required=False, help_text="Of articles that do not say it themselves."
    )
    segments = SegmentsField(
        required=False,
        allow_null=False,
        help_text="Contacts who may see its articles, where those name none; empty: all.",
    )
    url = serializers.CharField(max_length=2_000, required=False, help_text="Start page or sitemap of a web site.")
    max_depth = serializers.IntegerField(min_value=0, max_value=sources.DEEPEST, required=False)
    max_pages = serializers.IntegerField(min_value=1, max_value=sources.MOST_PAGES, required=False)
    every_hours = serializers.IntegerField(
        min_value=0, max_value=sources.LONGEST_PAUSE_H, required=False, help_text="0: only when somebody asks for it."
    )
    is_paused = serializers.BooleanField(required=False)


class SourceIn(SourceEdit):
    """A new source."""

    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=KnowledgeSource.Kind.choices)


class FilesIn(serializers.Serializer[Any]):
    """Files as a form sends them."""

    files = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), min_length=1, max_length=sources.MOST_FILES
    )
    replaces = serializers.BooleanField(default=False, help_text="Remove the source's articles that are not in them.")


class SourceDeletedOut(serializers.Serializer[Any]):
    """What went with the source."""

    documents = serializers.IntegerField()


class Sources(APIView):
    """All sources of the tenant."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE, "POST": May.IMPORT_KNOWLEDGE}

    @extend_schema(operation_id="sources_list", responses={200: SourceOut(many=True), **ERRORS})
    def get(self, request: Request) -> Response:
        """By name."""
        return Response(SourceOut(_with_runs(sources.list_sources()), many=True).data)

    @extend_schema(operation_id="source_create", request=SourceIn, responses={201: SourceOut, **ERRORS})
    def post(self, request: Request) -> Response:
        """Make one. Nothing is read before somebody uploads files, asks for a run, or its schedule says so."""
        body = SourceIn(data=request.data)
        body.is_valid(raise_exception=True)
        source = sources.create_source(by=actor_of(request).name, **body.validated_data)
        return Response(_shown(request, source.id), status=201)


class OneSource(APIView):
    """One source."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE, "PATCH": May.IMPORT_KNOWLEDGE, "DELETE": May.IMPORT_KNOWLEDGE}

    @extend_schema(operation_id="source_read", responses={200: SourceOut, **ERRORS})
    def get(self, request: Request, source_id: UUID) -> Response:
        """With its newest import."""
        return Response(_shown(request, source_id))

    @extend_schema(operation_id="source_edit", request=SourceEdit, responses={200: SourceOut, **ERRORS})
    def patch(self, request: Request, source_id: UUID) -> Response:
        """Change, pause or go on. Articles become internal at once, public with the next import; segments at once."""
        actor = actor_of(request)
        source = sources.access_source(actor, source_id, to=May.IMPORT_KNOWLEDGE)
        body = SourceEdit(data=request.data)
        body.is_valid(raise_exception=True)
        sources.edit_source(source, by=actor.name, **body.validated_data)
        return Response(_shown(request, source_id))

    @extend_schema(operation_id="source_delete", responses={200: SourceDeletedOut, **ERRORS})
    def delete(self, request: Request, source_id: UUID) -> Response:
        """Delete it with its documents, passages, vectors, files and runs."""
        actor = actor_of(request)
        source = sources.access_source(actor, source_id, to=May.IMPORT_KNOWLEDGE)
        return Response(SourceDeletedOut({"documents": sources.delete_source(source, by=actor.name)}).data)


class SourceFiles(APIView):
    """Files for a source."""

    may: ClassVar = {"POST": May.IMPORT_KNOWLEDGE}
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="source_upload",
        request={"multipart/form-data": FilesIn},
        responses={202: RunOut, **ERRORS_OF_FILES},
    )
    def post(self, request: Request, source_id: UUID) -> Response:
        """Markdown, text, HTML, PDF, DOCX, CSV of questions and answers, JSON Lines, or a zip of such files."""
        source = sources.access_source(actor_of(request), source_id, to=May.IMPORT_KNOWLEDGE)
        body = FilesIn(data=request.data)
        body.is_valid(raise_exception=True)
        files = [sources.File(name=file.name, size=file.size, content=file) for file in body.validated_data["files"]]
        run = sources.add_files(source, files, replaces=body.validated_data["replaces"])
        return Response(RunOut(_rows([run])[0]).data, status=202)


class SourceRuns(APIView):
    """Imports of a source."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE, "POST": May.IMPORT_KNOWLEDGE}

    @extend_schema(operation_id="source_runs", responses={200: RunOut(many=True), **ERRORS})
    def get(self, request: Request, source_id: UUID) -> Response:
        """The newest first."""
        source = sources.access_source(actor_of(request), source_id)
        runs = SourceRun.objects.filter(source=source).order_by("-created_at")[:RUNS_SHOWN]
        return Response(RunOut(_rows(runs), many=True).data)

    @extend_schema(operation_id="source_run", request=None, responses={202: RunOut, **ERRORS})
    def post(self, request: Request, source_id: UUID) -> Response:
        """Read a web site now."""
        source = sources.access_source(actor_of(request), source_id, to=May.IMPORT_KNOWLEDGE)
        return Response(RunOut(_rows([sources.start_run(source)])[0]).data, status=202)


class OneRun(APIView):
    """One import."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE}

    @extend_schema(operation_id="run_read", responses={200: OneRunOut, **ERRORS})
    def get(self, request: Request, run_id: UUID) -> Response:
        """How far it is, and which documents failed why."""
        run = sources.access_run(actor_of(request), run_id)
        problems = run.problems.order_by("id")
        return Response(OneRunOut({**_rows([run])[0], "source_id": run.source_id, "problems": problems}).data)


class CancelRun(APIView):
    """Stop an import."""

    may: ClassVar = {"POST": May.IMPORT_KNOWLEDGE}

    @extend_schema(operation_id="run_cancel", request=None, responses={200: RunOut, **ERRORS})
    def post(self, request: Request, run_id: UUID) -> Response:
        """What it imported so far stays; one that has ended stays as it is."""
        run = sources.access_run(actor_of(request), run_id, to=May.IMPORT_KNOWLEDGE)
        return Response(RunOut(_rows([sources.cancel_run(run)])[0]).data)


def _shown(request: Request, source_id: UUID) -> dict[str, Any]:
    source = sources.access_source(actor_of(request), source_id)
    return dict(SourceOut(_with_runs([source])[0]).data)


def _with_runs(found: Iterable[KnowledgeSource]) -> list[dict[str, Any]]:
    """Sources with their newest imports. (Any: JSON values.)"""
    found = list(found)
    newest = sources.newest_runs(found)
    rows = {row["id"]: row for row in _rows(newest.values())}
    names = {str(name) for name in SourceOut().fields} - {"documents", "last_run"}
    return [
        {name: getattr(source, name) for name in names}
        | {
            "documents_count": getattr(source, "documents_count"),  # noqa: B009 annotated by list_sources
            "last_run": rows[newest[source.id].id] if source.id in newest else None,
        }
        for source in found
    ]


def _rows(runs: Iterable[SourceRun]) -> list[dict[str, Any]]:
    """Runs with their jobs' progress. (Any: JSON values.)"""
    runs = list(runs)
    progress = sources.progress_of(runs)
    names = {str(name) for name in RunOut().fields} - {"progress", "total"}
    return [
        {name: getattr(run, name) for name in names}
        | dict(zip(("progress", "total"), progress.get(run.id, (0, 0)), strict=True))
        for run in runs
    ]

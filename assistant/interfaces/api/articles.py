"""Articles on the knowledge desk: written, edited, compared with their versions, restored, split, archived, deleted."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Now, TruncDate
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assistant.foundation.errors import BadInput, NotFound
from assistant.foundation.permissions import May
from assistant.interfaces.api.authors import AuthorField
from assistant.interfaces.api.conversations import ERRORS, actor_of
from assistant.interfaces.api.segments import SegmentsField
from assistant.interfaces.api.steps import ViewInSteps
from assistant.knowledge.keeping import editing, gaps
from assistant.knowledge.keeping.editing import BODY_LENGTH_MAX, TITLE_LENGTH_MAX, ArticleDraft, Validity
from assistant.knowledge.keeping.usage import usage_of
from assistant.knowledge.keeping.versions import diff_lines, find_version
from assistant.knowledge.models import Audience, Document, DocumentVersion
from assistant.knowledge.text.sections import sections_of

PAGE = 100
SEARCH_LENGTH_MAX = 200
FILTERS: dict[str, Q] = {
    "": Q(),
    "conflict": Q(conflict__isnull=False),
    "edited": Q(is_edited=True, archived_at=None),
    "internal": Q(audience=Audience.INTERNAL),
    "expired": Q(valid_until__lt=TruncDate(Now()), archived_at=None),
    "archived": Q(archived_at__isnull=False),
}


class DocumentOut(serializers.Serializer[Any]):
    """One article. (Any here and below: serializers of no model.)"""

    id = serializers.UUIDField()
    external_id = serializers.CharField()
    source = serializers.CharField(source="source.name")  # type: ignore[assignment]  # DRF has an attribute of this name
    title = serializers.CharField()
    audience = serializers.ChoiceField(choices=Audience.values)
    segments = serializers.ListField(
        child=serializers.CharField(), help_text="Groups of contacts that may see it; empty: all."
    )
    language = serializers.CharField()
    product = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField(help_text="Give it back with a change.")
    is_edited = serializers.BooleanField(help_text="People wrote it: imports leave it alone.")
    conflict = serializers.IntegerField(allow_null=True, help_text="The version that an import brought meanwhile.")
    archived_at = serializers.DateTimeField(allow_null=True)
    valid_from = serializers.DateField(allow_null=True, help_text="The first day (UTC) on which it answers.")
    valid_until = serializers.DateField(allow_null=True, help_text="The last one.")
    updated_at = serializers.DateTimeField()


class DocumentPage(serializers.Serializer[Any]):
    """A page of articles, by id."""

    results = DocumentOut(many=True)
    next = serializers.UUIDField(allow_null=True)


class SectionOut(serializers.Serializer[Any]):
    """A section that may be split off; number 0 stands before the first heading."""

    number = serializers.IntegerField()
    level = serializers.IntegerField()
    heading = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)


class ArticleOut(DocumentOut):
    """An article with its text."""

    body = serializers.CharField()
    sections = SectionOut(many=True)


class ArticleIn(serializers.Serializer[Any]):
    """An article as people write it."""

    title = serializers.CharField(max_length=TITLE_LENGTH_MAX)
    body = serializers.CharField(max_length=BODY_LENGTH_MAX, trim_whitespace=False, help_text="Markdown.")
    audience = serializers.ChoiceField(choices=Audience.values, default=Audience.PUBLIC)
    segments = SegmentsField(default=None, help_text="Groups of contacts that may see it; left out: as they are.")
    language = serializers.CharField(max_length=8, allow_blank=True, default="", help_text="As the title when empty.")
    product = serializers.CharField(max_length=120, allow_blank=True, default="")
    valid_from = serializers.DateField(
        allow_null=True, required=False, help_text="The first day (UTC) on which it answers; null: no limit."
    )
    valid_until = serializers.DateField(
        allow_null=True, required=False, help_text="The last one. Both left out: as they are."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One date alone would leave open what becomes of the other."""
        given = {name: attrs.pop(name) for name in ("valid_from", "valid_until") if name in attrs}
        if len(given) == 1:
            missing = "valid_from" if "valid_until" in given else "valid_until"
            raise serializers.ValidationError({missing: "Both dates go together; null for no limit."})
        if given:
            attrs["validity"] = Validity(first=given["valid_from"], last=given["valid_until"])
        return attrs


class NewArticleIn(ArticleIn):
    """A new one."""

    gap = serializers.UUIDField(allow_null=True, default=None, help_text="The gap that it is written for.")


class VersionIn(serializers.Serializer[Any]):
    """Which version a change was made from; the answer is 409 when another one holds by now."""

    version = serializers.IntegerField(min_value=0)


class ChangedArticleIn(ArticleIn, VersionIn):
    """A changed one."""


class RestoreIn(VersionIn):
    """Which version shall hold again."""

    number = serializers.IntegerField(min_value=1)


class SplitIn(VersionIn):
    """Which sections move to an internal article."""

    sections = serializers.ListField(child=serializers.IntegerField(min_value=0), max_length=1_000)
    title = serializers.CharField(max_length=TITLE_LENGTH_MAX, allow_blank=True, default="")


class ArchiveIn(VersionIn):
    """Out of every answer, or back."""

    is_archived = serializers.BooleanField()


class DeletedOut(serializers.Serializer[Any]):
    """It is gone."""

    deleted = serializers.UUIDField()


class SplitOut(serializers.Serializer[Any]):
    """Both articles."""

    rest = ArticleOut()
    internal = ArticleOut()


class VersionOut(serializers.Serializer[Any]):
    """A version, without its text."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    audience = serializers.ChoiceField(choices=Audience.values)
    segments = serializers.ListField(child=serializers.CharField())
    why = serializers.ChoiceField(choices=DocumentVersion.Why.values)
    by = AuthorField(allow_blank=True)
    at = serializers.DateTimeField()


class VersionsOut(serializers.Serializer[Any]):
    """All versions, the newest first."""

    results = VersionOut(many=True)


class LineOut(serializers.Serializer[Any]):
    """A line of a difference."""

    op = serializers.ChoiceField(choices=["same", "added", "removed"])
    text = serializers.CharField(allow_blank=True)


class OneVersionOut(VersionOut):
    """A version with its text, and what is new in it."""

    body = serializers.CharField()
    against = serializers.IntegerField(allow_null=True, help_text="The version that it is compared with.")
    diff = LineOut(many=True)


class AnsweredOut(serializers.Serializer[Any]):
    """A question that the article answered."""

    question = serializers.CharField(help_text="Personal data are placeholders.")
    conversation = serializers.UUIDField()
    rating = serializers.ChoiceField(choices=["up", "down", ""])
    at = serializers.DateTimeField()


class UsageOut(serializers.Serializer[Any]):
    """What an article answered and how it was rated."""

    cited = serializers.IntegerField()
    last_cited_at = serializers.DateTimeField(allow_null=True)
    up = serializers.IntegerField()
    down = serializers.IntegerField()
    outcomes = serializers.DictField(child=serializers.IntegerField(), help_text="How the answers came about.")
    recent = AnsweredOut(many=True)


class Documents(ViewInSteps):
    """The articles."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE, "POST": May.WRITE_KNOWLEDGE}

    @extend_schema(
        operation_id="documents_list",
        parameters=[
            OpenApiParameter("after", UUID),
            OpenApiParameter("q", str, description="In the title."),
            OpenApiParameter("state", str, enum=[name for name in FILTERS if name]),
        ],
        responses={200: DocumentPage, **ERRORS},
    )
    def get(self, request: Request) -> Response:
        """A page of articles after the id `after`."""
        with self.step():
            page = list(_filtered(request)[: PAGE + 1])
            following = page[PAGE - 1].id if len(page) > PAGE else None
            return Response({"results": DocumentOut(page[:PAGE], many=True).data, "next": following})

    @extend_schema(operation_id="document_write", request=NewArticleIn, responses={201: ArticleOut, **ERRORS})
    def post(self, request: Request) -> Response:
        """Write an article; customers get answers from it at once. With `gap`, it is what that gap lacked."""
        body = NewArticleIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        gap, by = given.pop("gap"), actor_of(request).name
        if gap is not None:
            with self.step():
                gaps.access_gap(gap)
        document = editing.write_article(ArticleDraft(**given), by=by)
        if gap is not None:
            with self.step():
                gaps.set_state(gap, gaps.State.DRAFTED, by=by, document=document)
        return Response(article_out(document), status=201)


class OneDocument(ViewInSteps):
    """One article."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE, "PUT": May.WRITE_KNOWLEDGE, "DELETE": May.WRITE_KNOWLEDGE}

    @extend_schema(operation_id="document_retrieve", responses={200: ArticleOut, **ERRORS})
    def get(self, request: Request, document_id: UUID) -> Response:
        """The article with its text and sections."""
        with self.step():
            return Response(article_out(_access(document_id)))

    @extend_schema(operation_id="document_edit", request=ChangedArticleIn, responses={200: ArticleOut, **ERRORS})
    def put(self, request: Request, document_id: UUID) -> Response:
        """Replace what it says; what it said before stays among its versions."""
        body = ChangedArticleIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        version, by = given.pop("version"), actor_of(request).name
        return Response(article_out(editing.edit_article(document_id, ArticleDraft(**given), by=by, version=version)))

    @extend_schema(operation_id="document_delete", responses={200: DeletedOut, **ERRORS})
    def delete(self, request: Request, document_id: UUID) -> Response:
        """Destroy it with its versions; there is no way back. An import of its source would bring it again."""
        editing.delete_article(document_id, by=actor_of(request).name)
        return Response({"deleted": document_id})


class UsageOfOne(APIView):
    """What an article is good for."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE}

    @extend_schema(operation_id="document_usage", responses={200: UsageOut, **ERRORS})
    def get(self, request: Request, document_id: UUID) -> Response:
        """Answers that cite it, how they were rated, and the latest questions."""
        return Response(UsageOut(asdict(usage_of(_access(document_id)))).data)


class Versions(APIView):
    """What an article said before."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE}

    @extend_schema(operation_id="document_versions", responses={200: VersionsOut, **ERRORS})
    def get(self, request: Request, document_id: UUID) -> Response:
        """All versions, the newest first."""
        rows = DocumentVersion.objects.filter(document=_access(document_id)).order_by("-number")
        return Response({"results": VersionOut(rows, many=True).data})


class OneVersion(APIView):
    """One version."""

    may: ClassVar = {"GET": May.SEE_KNOWLEDGE}

    @extend_schema(
        operation_id="document_version",
        parameters=[OpenApiParameter("against", int, description="Another version; the one before when left out.")],
        responses={200: OneVersionOut, **ERRORS},
    )
    def get(self, request: Request, document_id: UUID, number: int) -> Response:
        """Its text, and line by line what is new in it."""
        document = _access(document_id)
        version = find_version(document, number)
        old = _compared(document, number, request.query_params.get("against", ""))
        diff = diff_lines(old.body if old else "", version.body)
        return Response(
            VersionOut(version).data
            | {"body": version.body, "against": old.number if old else None, "diff": [asdict(line) for line in diff]}
        )


class Restore(ViewInSteps):
    """An old version holds again."""

    may: ClassVar = {"POST": May.WRITE_KNOWLEDGE}

    @extend_schema(operation_id="document_restore", request=RestoreIn, responses={200: ArticleOut, **ERRORS})
    def post(self, request: Request, document_id: UUID) -> Response:
        """As a new version; the one before stays. Restoring what the source says last decides a conflict for it."""
        body = RestoreIn(data=request.data)
        body.is_valid(raise_exception=True)
        by = actor_of(request).name
        return Response(article_out(editing.restore_version(document_id, by=by, **body.validated_data)))


class Keep(ViewInSteps):
    """A conflict is decided for what people wrote."""

    may: ClassVar = {"POST": May.WRITE_KNOWLEDGE}

    @extend_schema(operation_id="document_keep", request=VersionIn, responses={200: ArticleOut, **ERRORS})
    def post(self, request: Request, document_id: UUID) -> Response:
        """What the import brought stays among the versions."""
        body = VersionIn(data=request.data)
        body.is_valid(raise_exception=True)
        document = editing.keep_ours(document_id, by=actor_of(request).name, **body.validated_data)
        return Response(article_out(document))


class Split(ViewInSteps):
    """Divide an article by audience."""

    may: ClassVar = {"POST": May.WRITE_KNOWLEDGE}

    @extend_schema(operation_id="document_split", request=SplitIn, responses={200: SplitOut, **ERRORS})
    def post(self, request: Request, document_id: UUID) -> Response:
        """Sections move to an internal article, each with the smaller ones below it; the rest stays as it is."""
        body = SplitIn(data=request.data)
        body.is_valid(raise_exception=True)
        given = dict(body.validated_data)
        chosen, by = given.pop("sections"), actor_of(request).name
        rest, internal = editing.split_article(document_id, chosen, by=by, **given)
        return Response({"rest": article_out(rest), "internal": article_out(internal)})


class Archive(ViewInSteps):
    """Take an article out of every answer."""

    may: ClassVar = {"POST": May.WRITE_KNOWLEDGE}

    @extend_schema(operation_id="document_archive", request=ArchiveIn, responses={200: ArticleOut, **ERRORS})
    def post(self, request: Request, document_id: UUID) -> Response:
        """Or let it answer again; an import does not bring it back."""
        body = ArchiveIn(data=request.data)
        body.is_valid(raise_exception=True)
        by = actor_of(request).name
        return Response(article_out(editing.set_archived(document_id, by=by, **body.validated_data)))


def article_out(document: Document) -> dict[str, Any]:
    """An article with its text, as JSON. (Any: JSON.)"""
    sections = [asdict(section) for section in sections_of(document.body)]
    return {**DocumentOut(document).data, "body": document.body, "sections": sections}


def _filtered(request: Request) -> QuerySet[Document]:
    search, state = request.query_params.get("q", ""), request.query_params.get("state", "")
    if len(search) > SEARCH_LENGTH_MAX or "\x00" in search:
        raise BadInput(f"Field 'q': at most {SEARCH_LENGTH_MAX} characters, none of them NUL.")
    if state not in FILTERS:
        raise BadInput(f"Field 'state': one of {', '.join(name for name in FILTERS if name)}.")
    rows = Document.objects.select_related("source").filter(FILTERS[state]).order_by("id")
    rows = rows.filter(title__icontains=search) if search else rows
    return rows.filter(id__gt=_uuid(after)) if (after := request.query_params.get("after", "")) else rows


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as problem:
        raise BadInput("Field 'after': a UUID.") from problem


def _access(document_id: UUID) -> Document:
    """Raises NotFound."""
    document = Document.objects.select_related("source").filter(id=document_id).first()
    if document is None:
        raise NotFound
    return document


def _compared(document: Document, number: int, against: str) -> DocumentVersion | None:
    """The version to compare with; None for the first one. Raises NotFound and BadInput."""
    if against:
        if not against.isdecimal() or len(against) > 9:
            raise BadInput("Field 'against': a version's number.")
        return find_version(document, int(against))
    return DocumentVersion.objects.filter(document=document, number__lt=number).order_by("-number").first()

"""Every error of the API as RFC 9457 problem details with a stable `code`."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.serializers import CharField, IntegerField, Serializer
from rest_framework.views import set_rollback

from assistant.foundation.errors import BadInput, DesksideError

CODES: dict[type[exceptions.APIException], str] = {
    exceptions.ValidationError: "bad_field",
    exceptions.ParseError: "bad_json",
    exceptions.NotAuthenticated: "unauthenticated",
    exceptions.AuthenticationFailed: "unauthenticated",
    exceptions.PermissionDenied: "not_allowed",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.NotAcceptable: "not_acceptable",
}


class Problem(Serializer[Any]):
    """What an error looks like. (Any: a serializer of no model.)"""

    title = CharField()
    status = IntegerField()
    code = CharField()
    detail = CharField()
    field = CharField(required=False, help_text="The one that is wrong, as the request named it.")


def problem_response(problem: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler. Anything unknown goes on to Django, which answers 500 without a traceback."""
    if isinstance(problem, Http404):
        problem = exceptions.NotFound()
    if isinstance(problem, DesksideError):
        status, code, detail = problem.status, problem.code, problem.public_message
        wait_s = problem.retry_after_s
    elif isinstance(problem, exceptions.APIException):
        status = problem.status_code
        code = next((code for kind, code in CODES.items() if isinstance(problem, kind)), "bad_request")
        detail, wait_s = _sentence(problem.detail), None
    else:
        return None
    set_rollback()
    body = {"type": "about:blank", "title": type(problem).__name__, "status": status, "code": code, "detail": detail}
    if field := _field_of(problem):
        body["field"] = field
    headers = {"Retry-After": str(int(wait_s))} if wait_s else {}
    if status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(body, status=status, headers=headers, content_type="application/problem+json")


def _field_of(problem: Exception) -> str:
    """The outermost field that is wrong; empty when it is none or not one alone."""
    if isinstance(problem, BadInput):
        return problem.field
    if isinstance(problem, exceptions.ValidationError) and isinstance(problem.detail, dict):
        name = str(next(iter(problem.detail), ""))
        return "" if name == "non_field_errors" else name
    return ""


def _sentence(detail: Any, field: str = "") -> str:
    """The first problem, with its field. (Any: DRF nests lists and dicts.)"""
    if isinstance(detail, dict) and detail:
        name, inner = next(iter(detail.items()))
        return _sentence(inner, "" if name == "non_field_errors" else str(name))
    if isinstance(detail, list) and detail:
        return _sentence(detail[0], field)
    return f"Field {field!r}: {detail}" if field else str(detail)

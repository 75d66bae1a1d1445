"""The HTTP door: which tenant a request belongs to, bound around view and rendering in one transaction.

A view that asks over the network between two transactions makes them itself: `interfaces/api/steps.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.template.response import SimpleTemplateResponse

from assistant.conversations.access import tenant_of_key
from assistant.foundation.errors import DesksideError, NotFound, TenantNotBound
from assistant.foundation.people import KEY_PREFIX, Tenant
from assistant.foundation.tenancy import bound, tenant_scope

TENANT_HEADER = "X-Deskside-Tenant"
ADMIN_CHOICE = "admin_tenant"
PAGES = ("/desk/", "/demo/")
"""What people open in a browser: a missing one is a page, not problem details."""

log = structlog.get_logger(__name__)


class TenantDoor:
    """Must be the last middleware. Who may enter is decided by views; this only says whose house it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass through; the work is in `process_view`."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Run the view inside the tenant; errors of ours become problem details. (Any: Django's own signature.)"""
        try:
            tenant = tenant_of(request, kwargs)
            if tenant is None:
                return _admin_without_tenant(request, view, args, kwargs) if _is_admin(request) else None
            request.tenant = tenant  # type: ignore[attr-defined]  # read through `tenant_in`
            if getattr(getattr(view, "cls", None), "is_in_steps", False):
                with bound(tenant.id):
                    return view(request, *args, **kwargs)
            with tenant_scope(tenant.id):
                response = view(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                    response = response.render()
                if response.status_code >= 500:
                    transaction.set_rollback(True)
                return response
        except DesksideError as problem:
            if isinstance(problem, NotFound) and request.path.startswith(PAGES):
                raise Http404 from problem
            response = problem_json(problem)
            if "key" in kwargs:  # a widget's page must be able to read what is wrong; the answer holds nothing else
                response["Access-Control-Allow-Origin"] = "*"
            return response


def tenant_of(request: HttpRequest, kwargs: dict[str, Any]) -> Tenant | None:
    """The tenant that URL, key, header or the operator's choice names; None for pages of no tenant. Raises NotFound."""
    if "key" in kwargs:
        return tenant_of_key(str(kwargs["key"]))
    if "slug" in kwargs:
        return _by_slug(str(kwargs["slug"]))
    if request.path.startswith("/api/v1/"):
        return _of_api(request)
    if _is_admin(request) and request.user.is_authenticated:
        return Tenant.objects.filter(slug=request.session.get(ADMIN_CHOICE, "")).first()
    return None


def problem_json(problem: DesksideError) -> JsonResponse:
    """RFC 9457 problem details with our stable code."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": type(problem).__name__,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.public_message,
    }
    response = JsonResponse(body, status=problem.status, content_type="application/problem+json")
    if problem.retry_after_s:
        response["Retry-After"] = str(int(problem.retry_after_s))
    return response


def tenant_in(request: HttpRequest) -> Tenant:
    """The tenant that the door bound. Raises NotFound."""
    tenant = getattr(request, "tenant", None)
    if not isinstance(tenant, Tenant):
        raise NotFound
    return tenant


def bearer_parts(request: HttpRequest) -> tuple[str, str] | None:
    """(tenant slug, secret) of `Authorization: Bearer dsk_<slug>_<secret>`."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    prefix, _, rest = key.partition("_")
    slug, _, secret = rest.partition("_")
    if scheme.lower() != "bearer" or prefix != KEY_PREFIX or not slug or not secret:
        return None
    return slug, secret


def client_address(request: HttpRequest, *, trusted_proxies: int) -> str:
    """The address of the client, believing only so many proxies."""
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if trusted_proxies and len(forwarded) >= trusted_proxies:
        return forwarded[-trusted_proxies]
    return str(request.META.get("REMOTE_ADDR") or "unknown")


def _is_admin(request: HttpRequest) -> bool:
    return request.path.startswith("/admin/")


def _admin_without_tenant(
    request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponseBase:
    """Shared pages work; a tenant's page leads to the list where the operator enters one. (Any: Django's signature.)"""
    try:
        with transaction.atomic():
            response = view(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response = response.render()
            return response
    except TenantNotBound:
        return HttpResponseRedirect("/admin/foundation/tenant/")


def _of_api(request: HttpRequest) -> Tenant | None:
    if (parts := bearer_parts(request)) is not None:
        return _by_slug(parts[0])
    slug = request.headers.get(TENANT_HEADER, "")
    return _by_slug(slug) if slug else None


def _by_slug(slug: str) -> Tenant:
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise NotFound
    return tenant

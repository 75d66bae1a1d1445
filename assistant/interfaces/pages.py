"""Pages and the widget's own endpoints: session, article, demo shop, dashboard shell."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import jwt
import structlog
from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt, ensure_csrf_cookie
from django.views.decorators.http import require_http_methods, require_safe
from markdown_it import MarkdownIt
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.conversations.access import access_inbox
from assistant.conversations.models import Inbox
from assistant.conversations.selectors import current_conversation
from assistant.foundation import limits
from assistant.foundation.clock import now, wire
from assistant.foundation.conf import conf
from assistant.foundation.crypto import unseal
from assistant.foundation.errors import BadInput, DesksideError, NotFound
from assistant.foundation.people import Member, Tenant, User
from assistant.foundation.tenancy import tenant_key
from assistant.interfaces.citing import anchor_of, was_told
from assistant.interfaces.doors import client_address, problem_json, tenant_in
from assistant.interfaces.session import SESSION_S, Session, find_or_make_contact, identify, sign_session
from assistant.interfaces.sockets.connection import is_same_origin
from assistant.interfaces.sockets.protocol import BadFrame, Limits, load_json
from assistant.knowledge.intake.imports import public_document

MAX_BODY_BYTES = 16_384
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})

DEMO_SITES = ("larkfield-bank", "norrvik")
DEMO_KEY = "demo"
DEMO_IDENTITY_S = 3_600
MARIA = {"sub": "C-1001", "name": "Maria Okafor", "email": "maria.okafor@example.com", "email_verified": True}
"""Customer C-1001 of the invented shop, as `deploy/demo/norrvik/generate.py` makes her."""

log = structlog.get_logger(__name__)


class OriginRefused(DesksideError):
    """The page is not on the widget's list."""

    code = "origin_refused"
    status = 403
    public_message = "This page may not show this widget. Add its origin to the inbox."


class SessionRequest(BaseModel):
    """Body of the session endpoint."""

    model_config = ConfigDict(extra="ignore")

    visitor: str = Field(default="", max_length=200)
    identity: str = Field(default="", max_length=8_192)
    lang: str = Field(default="en", max_length=35)


@csrf_exempt
@require_http_methods(["POST", "OPTIONS"])
def widget_session(request: HttpRequest, key: str) -> HttpResponse:
    """Who is this visitor? Answers with the token that opens a socket."""
    inbox = access_inbox(key)
    origin = request.headers.get("Origin", "")
    if not is_same_origin(origin, *inbox.origins, *conf().own_origins):
        raise OriginRefused
    if request.method == "OPTIONS":
        return _cors(HttpResponse(status=204), origin)
    try:
        return _cors(JsonResponse(_open_session(request, inbox, origin)), origin)
    except DesksideError as problem:
        # The page must be able to read what is wrong, so this error carries the CORS headers too.
        return _cors(problem_json(problem), origin)


def _open_session(request: HttpRequest, inbox: Inbox, origin: str) -> dict[str, Any]:
    address = client_address(request, trusted_proxies=conf().trusted_proxies)
    limits.take("session.address", tenant_key(address))
    asked = _read_body(request)
    contact, visitor = find_or_make_contact(inbox, visitor=asked.visitor)
    if asked.identity:
        contact = identify(inbox, contact, asked.identity)
    conversation = current_conversation(contact)
    session = Session(tenant_id=inbox.tenant_id, inbox_id=inbox.id, contact_id=contact.id, origin=origin)
    return {
        "session": sign_session(session),
        "expires": wire(now() + timedelta(seconds=SESSION_S)),
        "visitor": visitor,
        "conversation": str(conversation.id) if conversation else None,
        "limits": Limits().model_dump(),
        "inbox": {
            "name": inbox.name,
            "greeting": inbox.greeting,
            "color": inbox.color,
            "assistant": inbox.assistant_name,
        },
    }


def _read_body(request: HttpRequest) -> SessionRequest:
    try:
        body = request.body
    except RequestDataTooBig as problem:  # Django's own limit for any body
        raise BadInput(f"At most {MAX_BODY_BYTES} bytes.") from problem
    if len(body) > MAX_BODY_BYTES:
        raise BadInput(f"At most {MAX_BODY_BYTES} bytes.")
    try:
        return SessionRequest.model_validate(load_json(body.decode() or "{}"))
    except (BadFrame, UnicodeDecodeError) as problem:
        raise BadInput("The body must be a JSON object.") from problem
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        field = first["loc"][0] if first["loc"] else "body"
        raise BadInput(f"Field {field!r}: {first['msg']}.") from problem


def _cors(response: HttpResponse, origin: str) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = origin
    response["Access-Control-Allow-Methods"] = "POST, OPTIONS"
    response["Access-Control-Allow-Headers"] = "content-type"
    response["Access-Control-Max-Age"] = "600"
    response["Vary"] = "Origin"
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def article(request: HttpRequest, key: str, document: UUID) -> HttpResponse:
    """The source behind a citation; internal articles do not exist here."""
    inbox = access_inbox(key)
    found = public_document(document, was_told=was_told(document, request.GET.get("told", "")))
    if found is None:
        raise Http404
    # html=False: an article is data, its tags are shown as text.
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(found.body)
    for opening, inside in pairwise(tokens):
        if opening.type == "heading_open":
            opening.attrSet("id", anchor_of(inside.content))
    body = markdown.renderer.render(tokens, markdown.options, {})
    tenant = tenant_in(request)
    context = {
        "inbox": inbox,
        "tenant": tenant,
        "document": found,
        "body": body,
        "original": found.url if found.url.startswith(("https://", "http://")) else "",
        "direction": "rtl" if found.language.split("-")[0] in RIGHT_TO_LEFT else "ltr",
        "back": _site_of(inbox, tenant),
    }
    return render(request, "deskside/article.html", context)


def _site_of(inbox: Inbox, tenant: Tenant) -> str:
    """Where the reader came from, as far as we know it: an article opens in a tab without a history."""
    if inbox.origins:
        return str(inbox.origins[0])
    return reverse("demo", args=[tenant.slug]) if tenant.slug in DEMO_SITES else "/"


@xframe_options_exempt
@require_safe
def widget_frame(request: HttpRequest, key: str) -> HttpResponse:
    """The widget on our own origin, for pages whose scripts the tenant does not trust."""
    inbox = access_inbox(key)
    response = render(request, "deskside/frame.html", {"inbox": inbox})
    # The list decides who may frame it, as it decides who may show it.
    response._csp_update = {"frame-ancestors": [*inbox.origins, "'self'"]}  # type: ignore[attr-defined]  # django-csp reads it
    return response


@require_safe
def demo(request: HttpRequest, slug: str) -> HttpResponse:
    """A third-party-looking page with the one-line snippet, for the demo tenants."""
    tenant = tenant_in(request)
    inbox = Inbox.objects.filter(is_enabled=True).order_by("id").first()
    if inbox is None or slug not in DEMO_SITES:
        raise Http404
    key = next((key for key in inbox.identity_keys if key["id"] == DEMO_KEY), None)
    wants = request.GET.get("as", "")
    context = {
        "inbox": inbox,
        "tenant": tenant,
        "can_sign_in": key is not None,
        "identity": _sign_demo_identity(inbox, key) if key and wants == "maria" else "",
        "has_left": wants == "nobody",
    }
    return render(request, f"deskside/demo_{slug.replace('-', '_')}.html", context)


def _sign_demo_identity(inbox: Inbox, key: dict[str, str]) -> str:
    """What the invented shop's own server would sign for its customer; only a demo inbox has such a key here."""
    secret = unseal(key["sealed"], purpose="identity-key", place=inbox.key)
    expires = int(now().timestamp()) + DEMO_IDENTITY_S
    return jwt.encode({**MARIA, "aud": inbox.key, "exp": expires}, secret, algorithm=key["alg"])


@login_required
@require_safe
def desk_home(request: HttpRequest) -> HttpResponse:
    """Where log-in leads: the dashboard of the user's home tenant, or the admin for the operator."""
    assert isinstance(request.user, User)
    if request.user.home is not None:
        return HttpResponseRedirect(f"/desk/{request.user.home.slug}/")
    if request.user.is_staff:
        return HttpResponseRedirect("/admin/")
    raise Http404


@login_required
@ensure_csrf_cookie
@require_safe
def desk(request: HttpRequest, slug: str) -> HttpResponse:
    """The dashboard's shell; a stranger gets a 404."""
    assert isinstance(request.user, User)
    if not Member.objects.filter(user=request.user, is_active=True).exists():
        raise NotFound
    return render(request, "deskside/desk.html", {"tenant": tenant_in(request)})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front door of an installation."""
    tenants = Tenant.objects.filter(slug__in=DEMO_SITES).order_by("name")
    return render(request, "deskside/home.html", {"tenants": tenants})


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Is the web process alive and its database reachable?"""
    Tenant.objects.exists()
    return HttpResponse(json.dumps({"status": "ok"}), content_type="application/json")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page for people, problem details for programs."""
    if request.path.startswith("/api/"):
        return problem_json(NotFound())
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """The same for our own mistakes; the log has the place."""
    if request.path.startswith(("/api/", "/widget/")):
        return problem_json(DesksideError())
    return render(request, "500.html", status=500)

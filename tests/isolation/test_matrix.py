"""Every route × everybody. The list of routes is read from the URLconf: a new one needs a sample here.

A stranger finds nothing (401, 403 or 404), changes nothing, and reads nothing that is Alice's; each role of Alice's
house may do exactly what `foundation.permissions.TABLE` says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLResolver, get_resolver

from assistant.conversations import services
from assistant.conversations.models import Contact
from assistant.foundation.audit import AuditEntry
from assistant.foundation.clock import now
from assistant.foundation.people import ApiKey, Member, User, make_api_key
from assistant.foundation.permissions import May, Role, can
from assistant.foundation.tenancy import bound, tenant_scope
from assistant.knowledge.keeping.editing import ArticleDraft, edit_article
from assistant.knowledge.keeping.evaluation_set import Draft, add_question
from tests.factories import ORIGIN, House
from tests.isolation.world import CANARY, World, make_world, new_id, rows_of

PREFIXES = ("api/v1/", "widget/", "desk/")
PUBLIC = {"widget/<str:key>/session", "widget/<str:key>/articles/<uuid:document>/", "widget/<str:key>/frame"}
"""Made for the whole internet; `test_the_widgets_public_pages_know_one_house_only` looks at them."""
NOBODYS = {"desk/"}
"""Leads to the reader's own dashboard and names no tenant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """How a route is called so that it would reach a row of Alice's."""

    url: Callable[[World], str]
    bodies: dict[str, Callable[[World], dict[str, Any]]] = field(default_factory=dict)
    """Method -> body; a method that is not named is sent without one."""
    is_form: bool = False
    """Sent as a form with files instead of JSON."""
    prepare: Callable[[World], object] = lambda world: None
    """What must be so for a member to succeed."""
    names_a_row_inside: bool = False
    """Its body names a row of Alice's, as another route's address does."""


def conversation(action: str = "", **more: Any) -> Sample:
    return Sample(url=lambda world: f"/api/v1/conversations/{world.conversation}{action}", **more)


def document(action: str = "", **more: Any) -> Sample:
    return Sample(url=lambda world: f"/api/v1/knowledge/documents/{world.document}{action}", **more)


def gap(action: str = "", **more: Any) -> Sample:
    return Sample(url=lambda world: f"/api/v1/knowledge/gaps/{world.gap}{action}", **more)


def pair(action: str = "", **more: Any) -> Sample:
    return Sample(url=lambda world: f"/api/v1/knowledge/pairs/{world.pair}{action}", **more)


def at_version_1(world: World) -> dict[str, Any]:
    return {"version": 1}


def two_sections(world: World) -> None:
    """The article has a part that may move."""
    with bound(world.alice.tenant.id):
        draft = ArticleDraft(title="Two parts", body="One.\n\n## Second\n\nTwo.")
        edit_article(world.document, draft, by="Alice", version=1)


def charlies_question(world: World) -> None:
    """The stranger has a set of their own."""
    with tenant_scope(world.charlie.tenant.id):
        add_question(Draft(question="What is X?"))


def taken(world: World, role: Role | None = None) -> None:
    """Whoever asks has the conversation already."""
    with tenant_scope(world.alice.tenant.id):
        for member in Member.objects.filter(role=role):
            services.take_over(world.conversation, member)


def resolved(world: World) -> None:
    with tenant_scope(world.alice.tenant.id):
        services.resolve(world.conversation, world.alice.member)


ARTICLE = {"title": "X", "body": "Something."}
PAIR = {"question": "What is X?", "answer": "Something."}
SAMPLES: dict[str, Sample] = {
    "api/v1/me": Sample(url=lambda world: "/api/v1/me"),
    "api/v1/conversations": Sample(url=lambda world: "/api/v1/conversations"),
    "api/v1/conversations/<uuid:conversation_id>": conversation(),
    "api/v1/conversations/<uuid:conversation_id>/take-over": conversation("/take-over"),
    "api/v1/conversations/<uuid:conversation_id>/hand-back": conversation("/hand-back"),
    "api/v1/conversations/<uuid:conversation_id>/resolve": conversation("/resolve"),
    "api/v1/conversations/<uuid:conversation_id>/messages": conversation(
        "/messages", bodies={"POST": lambda world: {"id": str(new_id()), "text": "hello"}}
    ),
    "api/v1/conversations/<uuid:conversation_id>/reveal": conversation(
        "/reveal", bodies={"POST": lambda world: {"placeholder": "<EMAIL_1>"}}
    ),
    "api/v1/conversations/<uuid:conversation_id>/customer": conversation("/customer"),
    "api/v1/conversations/<uuid:conversation_id>/similar": conversation("/similar"),
    "api/v1/conversations/<uuid:conversation_id>/summary": conversation("/summary"),
    "api/v1/conversations/<uuid:conversation_id>/draft": conversation("/draft"),
    "api/v1/knowledge/duplicates": Sample(url=lambda world: "/api/v1/knowledge/duplicates"),
    "api/v1/knowledge/contradictions": Sample(url=lambda world: "/api/v1/knowledge/contradictions"),
    "api/v1/knowledge/drafts": Sample(
        url=lambda world: "/api/v1/knowledge/drafts",
        bodies={"POST": lambda world: {"conversations": [str(world.conversation)]}},
        names_a_row_inside=True,
        prepare=resolved,
    ),
    "api/v1/text/keywords": Sample(
        url=lambda world: "/api/v1/text/keywords", bodies={"POST": lambda world: {"text": "The daily transfer limit"}}
    ),
    "api/v1/text/similar-articles": Sample(
        url=lambda world: "/api/v1/text/similar-articles",
        bodies={"POST": lambda world: {"document": str(world.document)}},
        names_a_row_inside=True,
    ),
    "api/v1/text/rewrite": Sample(
        url=lambda world: "/api/v1/text/rewrite",
        bodies={"POST": lambda world: {"text": "It is open. It is free.", "style": "shorter"}},
    ),
    "api/v1/contacts/<uuid:contact_id>": Sample(url=lambda world: f"/api/v1/contacts/{world.contact.id}"),
    "api/v1/privacy/redact": Sample(
        url=lambda world: "/api/v1/privacy/redact",
        bodies={"POST": lambda world: {"text": "PN-123456, ann@example.org"}},
    ),
    "api/v1/privacy/policy": Sample(
        url=lambda world: "/api/v1/privacy/policy",
        bodies={
            "PUT": lambda world: {
                "treatments": {"PHONE": "destroy"},
                "patterns": [],
                "allowed": [],
                "must_give_reason": True,
                "retention_days": 30,
            }
        },
    ),
    "api/v1/privacy/try": Sample(
        url=lambda world: "/api/v1/privacy/try", bodies={"POST": lambda world: {"text": "PN-123456, ann@example.org"}}
    ),
    "api/v1/knowledge/imports": Sample(
        url=lambda world: "/api/v1/knowledge/imports",
        bodies={
            "POST": lambda world: {
                "source": CANARY,
                "importer": "jsonl",
                "body": json.dumps({"id": "x", "title": "X", "text": "Something."}),
            }
        },
    ),
    "api/v1/knowledge/sources": Sample(
        url=lambda world: "/api/v1/knowledge/sources",
        bodies={"POST": lambda world: {"name": f"new {new_id()}", "kind": "upload"}},
    ),
    "api/v1/knowledge/sources/<uuid:source_id>": Sample(
        url=lambda world: f"/api/v1/knowledge/sources/{world.source}", bodies={"PATCH": lambda world: {"name": "other"}}
    ),
    "api/v1/knowledge/sources/<uuid:source_id>/files": Sample(
        url=lambda world: f"/api/v1/knowledge/sources/{world.source}/files",
        bodies={"POST": lambda world: {"files": SimpleUploadedFile("a.md", b"# A\n\nText.")}},
        is_form=True,
    ),
    "api/v1/knowledge/sources/<uuid:source_id>/runs": Sample(
        url=lambda world: f"/api/v1/knowledge/sources/{world.website}/runs"
    ),
    "api/v1/knowledge/runs/<uuid:run_id>": Sample(url=lambda world: f"/api/v1/knowledge/runs/{world.run}"),
    "api/v1/knowledge/runs/<uuid:run_id>/cancel": Sample(
        url=lambda world: f"/api/v1/knowledge/runs/{world.run}/cancel"
    ),
    "api/v1/knowledge/search": Sample(
        url=lambda world: "/api/v1/knowledge/search",
        bodies={"POST": lambda world: {"question": "Is this text long enough?"}},
    ),
    "api/v1/knowledge/documents": Sample(
        url=lambda world: "/api/v1/knowledge/documents", bodies={"POST": lambda world: ARTICLE}
    ),
    "api/v1/knowledge/documents/<uuid:document_id>": document(bodies={"PUT": lambda world: ARTICLE | {"version": 1}}),
    "api/v1/knowledge/documents/<uuid:document_id>/usage": document("/usage"),
    "api/v1/knowledge/documents/<uuid:document_id>/versions": document("/versions"),
    "api/v1/knowledge/documents/<uuid:document_id>/versions/<int:number>": document("/versions/1"),
    "api/v1/knowledge/documents/<uuid:document_id>/restore": document(
        "/restore", bodies={"POST": lambda world: {"version": 1, "number": 1}}
    ),
    "api/v1/knowledge/documents/<uuid:document_id>/keep": document("/keep", bodies={"POST": at_version_1}),
    "api/v1/knowledge/documents/<uuid:document_id>/split": document(
        "/split",
        bodies={"POST": lambda world: {"version": 2, "sections": [1]}},
        prepare=two_sections,
    ),
    "api/v1/knowledge/documents/<uuid:document_id>/archive": document(
        "/archive", bodies={"POST": lambda world: {"version": 1, "is_archived": True}}
    ),
    "api/v1/knowledge/gaps": Sample(url=lambda world: "/api/v1/knowledge/gaps"),
    "api/v1/knowledge/gaps/<uuid:gap_id>": gap(),
    "api/v1/knowledge/gaps/<uuid:gap_id>/state": gap("/state", bodies={"POST": lambda world: {"state": "dismissed"}}),
    "api/v1/knowledge/gaps/<uuid:gap_id>/draft": gap("/draft"),
    "api/v1/knowledge/gaps/<uuid:gap_id>/ask-again": gap("/ask-again"),
    "api/v1/knowledge/pairs": Sample(url=lambda world: "/api/v1/knowledge/pairs", bodies={"POST": lambda world: PAIR}),
    "api/v1/knowledge/pairs/<uuid:pair_id>": pair(bodies={"PUT": lambda world: PAIR | {"version": 1}}),
    "api/v1/knowledge/pairs/<uuid:pair_id>/decision": pair(
        "/decision", bodies={"POST": lambda world: {"version": 1, "state": "rejected"}}
    ),
    "api/v1/knowledge/evaluation/questions": Sample(
        url=lambda world: "/api/v1/knowledge/evaluation/questions",
        bodies={"POST": lambda world: {"question": "What is X?"}},
    ),
    "api/v1/knowledge/evaluation/questions/<uuid:question_id>": Sample(
        url=lambda world: f"/api/v1/knowledge/evaluation/questions/{world.question}",
        bodies={"PUT": lambda world: {"question": "What is X now?"}},
    ),
    "api/v1/knowledge/evaluation/file": Sample(
        url=lambda world: "/api/v1/knowledge/evaluation/file",
        bodies={"POST": lambda world: {"lines": '{"question": "What is X?"}'}},
    ),
    "api/v1/knowledge/evaluation/runs": Sample(url=lambda world: "/api/v1/knowledge/evaluation/runs"),
    "api/v1/knowledge/evaluation/runs/<uuid:run_id>": Sample(
        url=lambda world: f"/api/v1/knowledge/evaluation/runs/{world.evaluation}"
    ),
    "api/v1/jobs/<uuid:job_id>": Sample(url=lambda world: f"/api/v1/jobs/{world.job}"),
    "widget/<str:key>/session": Sample(
        url=lambda world: f"/widget/{world.alice.inbox.key}/session", bodies={"POST": lambda world: {}}
    ),
    "widget/<str:key>/articles/<uuid:document>/": Sample(
        url=lambda world: f"/widget/{world.alice.inbox.key}/articles/{world.document}/"
    ),
    "widget/<str:key>/frame": Sample(url=lambda world: f"/widget/{world.alice.inbox.key}/frame"),
    "desk/": Sample(url=lambda world: "/desk/"),
    "desk/<slug:slug>/": Sample(url=lambda world: f"/desk/{world.alice.tenant.slug}/"),
}
SHOWING = (
    "api/v1/conversations",
    "api/v1/conversations/<uuid:conversation_id>",
    "api/v1/conversations/<uuid:conversation_id>/customer",
    "api/v1/knowledge/documents",
    "api/v1/knowledge/sources",
    "api/v1/knowledge/sources/<uuid:source_id>",
    "api/v1/knowledge/runs/<uuid:run_id>",
    "api/v1/knowledge/documents/<uuid:document_id>",
    "api/v1/knowledge/documents/<uuid:document_id>/versions/<int:number>",
    "api/v1/knowledge/gaps",
    "api/v1/knowledge/gaps/<uuid:gap_id>",
    "api/v1/knowledge/pairs",
    "api/v1/knowledge/evaluation/questions",
    "api/v1/knowledge/evaluation/file",
    "api/v1/privacy/policy",
)
"""Routes that show texts."""
OWNED = {f"api/v1/conversations/<uuid:conversation_id>/{action}" for action in ("hand-back", "messages")}
"""Only whoever took the conversation over may do these."""
PAGE_METHODS = {"desk/<slug:slug>/": ("GET",)}


def routes() -> Iterator[tuple[str, Any]]:
    """(route, view) of every API, widget and dashboard path. (Any: a view class or a function.)"""

    def walk(resolver: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
        for entry in resolver.url_patterns:
            route = prefix + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry, route)
            elif route.startswith(PREFIXES):
                yield route, getattr(entry.callback, "view_class", None) or getattr(entry.callback, "cls", None)

    return walk(get_resolver())


def calls() -> list[tuple[str, str, May | None]]:
    """(route, method, what the role table must grant for it)."""
    found: list[tuple[str, str, May | None]] = []
    for route, view in routes():
        if view is not None:
            found += [(route, method, may) for method, may in view.may.items()]
        elif route not in PUBLIC | NOBODYS:
            found += [(route, method, None) for method in PAGE_METHODS.get(route, ("GET", "POST"))]
    return found


API = [(route, method, may) for route, method, may in calls() if may is not None]
ALICES_CALLS = [call for call in calls() if call[0] in SAMPLES]


@pytest.fixture
def world(alice: House, charlie: House, visitor: Contact) -> World:
    return make_world(alice, charlie, visitor)


def call(client: Client, world: World, route: str, method: str, **headers: str) -> Any:
    sample = SAMPLES[route]
    body = sample.bodies[method](world) if method in sample.bodies else {}
    if sample.is_form:
        form = encode_multipart(BOUNDARY, body)
        return client.generic(method, sample.url(world), form, content_type=MULTIPART_CONTENT, headers=headers)
    return client.generic(method, sample.url(world), json.dumps(body), content_type="application/json", headers=headers)


def enter(client: Client, house: House) -> None:
    """The operator's way into a tenant: an action of the admin's list."""
    fields = {"action": "enter", "_selected_action": str(house.tenant.id)}
    assert client.post("/admin/foundation/tenant/", fields).status_code == 302


def logged_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("route", [route for route, _ in routes()])
def test_every_route_has_a_sample(route: str) -> None:
    assert route in SAMPLES, f"{route} is new: add a Sample to SAMPLES in tests/isolation/test_matrix.py"


def test_no_sample_is_left_of_a_route_that_went() -> None:
    assert set(SAMPLES) == {route for route, _ in routes()}


@pytest.mark.parametrize(("route", "method", "may"), ALICES_CALLS, ids=str)
def test_strangers_find_and_change_nothing(world: World, route: str, method: str, may: May | None) -> None:
    charlies_question(world)
    before = rows_of(world.alice.tenant.id)
    alices, own = {"X-Deskside-Tenant": world.alice.tenant.slug}, {"X-Deskside-Tenant": world.charlie.tenant.slug}
    forged = world.charlies_key.replace(f"_{world.charlie.tenant.slug}_", f"_{world.alice.tenant.slug}_")
    names_a_row = "<" in route or SAMPLES[route].names_a_row_inside
    found_at_home = {404} if names_a_row else {200, 201, 202}
    key = {"Authorization": f"Bearer {world.charlies_key}"}
    strangers: list[tuple[str, Client, dict[str, str], set[int]]] = [
        ("anonymous", Client(), {}, {401, 302, 404}),
        ("anonymous with Alice's header", Client(), alices, {401, 302, 404}),
        ("Charlie with Alice's header", logged_in(world.charlie.user), alices, {404}),
        ("Charlie at home", logged_in(world.charlie.user), own, found_at_home),
        ("Charlie's key", Client(), key, found_at_home | ({403, 302} if names_a_row else set())),
        ("Charlie's key under Alice's name", Client(), {"Authorization": f"Bearer {forged}"}, {401, 302}),
    ]
    for who, client, headers, expected in strangers:
        response = call(client, world, route, method, **headers)
        assert response.status_code in expected, f"{who}: {response.status_code} {response.content[:200]!r}"
        assert CANARY.encode() not in response.content, who
        if response.status_code == 302:
            assert response["Location"].startswith("/accounts/login/"), who
    assert rows_of(world.alice.tenant.id) == before


@pytest.mark.parametrize(("route", "method", "may"), API, ids=str)
@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_the_table_says(world: World, route: str, method: str, may: May, role: Role) -> None:
    if route in OWNED:
        taken(world, role)
    SAMPLES[route].prepare(world)
    headers = {"X-Deskside-Tenant": world.alice.tenant.slug}
    before = rows_of(world.alice.tenant.id)
    response = call(logged_in(world.people[role]), world, route, method, **headers)
    if can(role, may):
        assert response.status_code in (200, 201, 202), response.content
    else:
        assert (response.status_code, response.json()["code"]) == (403, "not_allowed")
        assert rows_of(world.alice.tenant.id) == before


def test_a_view_that_names_no_permission_lets_nobody_in() -> None:
    verbs = ("get", "post", "put", "patch", "delete")
    views = [(route, view) for route, view in routes() if view is not None]
    assert views
    unnamed = [
        route for route, view in views if {verb.upper() for verb in verbs if hasattr(view, verb)} != set(view.may)
    ]
    assert unnamed == []


@pytest.mark.parametrize("action", ["take-over", "messages"])
def test_a_key_is_no_person_and_cannot_own_a_conversation(world: World, action: str) -> None:
    with tenant_scope(world.alice.tenant.id):
        key = make_api_key(world.alice.tenant, name="machine", role=Role.ADMIN)
    route = f"api/v1/conversations/<uuid:conversation_id>/{action}"
    response = call(Client(), world, route, "POST", Authorization=f"Bearer {key}")
    assert (response.status_code, response.json()["code"]) == (403, "not_allowed")


def test_a_revoked_key_opens_nothing(world: World) -> None:
    with tenant_scope(world.alice.tenant.id):
        key = make_api_key(world.alice.tenant, name="old", role=Role.ADMIN)
    authorization = {"Authorization": f"Bearer {key}"}
    assert call(Client(), world, "api/v1/conversations", "GET", **authorization).status_code == 200
    with tenant_scope(world.alice.tenant.id):
        ApiKey.objects.update(revoked_at=now())
    assert call(Client(), world, "api/v1/conversations", "GET", **authorization).status_code == 401


def test_a_former_member_finds_nothing(world: World) -> None:
    client = logged_in(world.people[Role.MANAGER])
    with tenant_scope(world.alice.tenant.id):
        Member.objects.filter(role=Role.MANAGER).update(is_active=False)
    headers = {"X-Deskside-Tenant": world.alice.tenant.slug}
    assert call(client, world, "api/v1/conversations", "GET", **headers).status_code == 404
    assert call(client, world, "desk/<slug:slug>/", "GET").status_code == 404


def test_a_log_in_cookie_alone_is_no_permission_to_write(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.alice.user)
    headers = {"X-Deskside-Tenant": world.alice.tenant.slug, "Origin": "https://evil.example"}
    response = call(client, world, "api/v1/conversations/<uuid:conversation_id>/take-over", "POST", **headers)
    assert response.status_code == 403


@pytest.mark.parametrize("path", ["/admin/", "/admin/conversations/message/", "/admin/foundation/tenant/"])
def test_an_admin_of_a_house_is_no_operator(world: World, path: str) -> None:
    response = logged_in(world.people[Role.ADMIN]).get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")


def test_the_operator_sees_the_house_they_entered_and_no_other(world: World) -> None:
    client = logged_in(User.objects.create_superuser("operator@deskside.example", "pass-word-1"))
    assert CANARY.encode() not in client.get("/admin/conversations/message/", follow=True).content
    enter(client, world.charlie)
    assert CANARY.encode() not in client.get("/admin/conversations/message/").content
    enter(client, world.alice)
    assert CANARY.encode() in client.get("/admin/conversations/message/").content
    with tenant_scope(world.alice.tenant.id):
        assert AuditEntry.objects.filter(act="admin.entered").exists()


@pytest.mark.parametrize("route", SHOWING)
def test_the_samples_do_reach_alices_rows(world: World, route: str) -> None:
    """Otherwise the tests above would find nothing whatever the views do."""
    headers = {"X-Deskside-Tenant": world.alice.tenant.slug}
    assert CANARY.encode() in call(logged_in(world.alice.user), world, route, "GET", **headers).content


def test_the_widgets_public_pages_know_one_house_only(world: World) -> None:
    client, document = Client(), world.document
    assert client.get(f"/widget/{world.alice.inbox.key}/articles/{document}/").status_code == 200
    response = client.get(f"/widget/{world.charlie.inbox.key}/articles/{document}/")
    assert response.status_code == 404
    assert CANARY.encode() not in response.content


def test_a_visitor_secret_of_one_house_is_unknown_in_another(world: World) -> None:
    def session(house: House, visitor: str) -> dict[str, Any]:
        body = json.dumps({"visitor": visitor})
        url = f"/widget/{house.inbox.key}/session"
        response = Client().post(url, body, content_type="application/json", headers={"Origin": ORIGIN})
        found: dict[str, Any] = response.json()
        return found

    visitor = session(world.alice, "")["visitor"]
    assert session(world.alice, visitor)["visitor"] == visitor
    assert session(world.charlie, visitor)["visitor"] != visitor

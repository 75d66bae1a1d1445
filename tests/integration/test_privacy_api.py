"""Redacting texts of one's own, and the tenant's policy: read, tried, replaced, audited."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from assistant.conversations.models import Contact, Message
from assistant.foundation.audit import AuditEntry
from assistant.foundation.people import Member
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import tenant_scope
from assistant.privacy.models import PrivacyPolicy, VaultEntry
from assistant.privacy.policy import ALLOWED_MAX, PATTERNS_MAX
from tests.factories import House, say

TEXT = "Card 4111 1111 1111 1111, PIN 4821, write to Ann@Example.org or ann@example.org"
PHONE = "020 7946 0958"


@pytest.fixture
def admin(alice: House) -> House:
    with tenant_scope(alice.tenant.id):
        Member.objects.update(role=Role.ADMIN)
    return alice


def ask(house: House, method: str, path: str, body: Any = None) -> Any:
    client = Client()
    client.force_login(house.user)
    headers = {"X-Deskside-Tenant": house.tenant.slug}
    return client.generic(
        method, f"/api/v1/privacy/{path}", *_body(body), content_type="application/json", headers=headers
    )


def _body(body: Any) -> list[str]:
    return [] if body is None else [json.dumps(body)]


def policy(house: House) -> dict[str, Any]:
    found: dict[str, Any] = ask(house, "GET", "policy").json()
    return found


def audit(house: House) -> list[dict[str, Any]]:
    with tenant_scope(house.tenant.id):
        return list(AuditEntry.objects.filter(act="privacy.changed").values_list("detail", flat=True))


def own(pattern: str = "PN-[0-9]{6}", *, kind: str = "POLICY_NUMBER", name: str = "Policies") -> dict[str, str]:
    return {"name": name, "kind": kind, "pattern": pattern}


# --- a text of one's own --------------------------------------------------------------------------------------------


def test_a_text_comes_back_with_placeholders_and_their_places(alice: House) -> None:
    found = ask(alice, "POST", "redact", {"text": TEXT}).json()
    assert found["text"] == "Card <CREDIT_CARD_1>, PIN <PASSWORD_0>, write to <EMAIL_1> or <EMAIL_1>"
    assert [(TEXT[one["start"] : one["end"]], one["placeholder"], one["treatment"]) for one in found["spans"]] == [
        ("4111 1111 1111 1111", "<CREDIT_CARD_1>", "placeholder"),
        ("4821", "<PASSWORD_0>", "destroy"),
        ("Ann@Example.org", "<EMAIL_1>", "placeholder"),
        ("ann@example.org", "<EMAIL_1>", "placeholder"),
    ]
    assert found["destroyed"] == ["PASSWORD"]


def test_places_are_code_points_and_blanks_stay(alice: House) -> None:
    text = "  😀😀 <EMAIL_1> ann@example.org "
    found = ask(alice, "POST", "redact", {"text": text}).json()
    assert found["text"] == "  😀😀 <TEXT_1> <EMAIL_1> "
    assert [text[one["start"] : one["end"]] for one in found["spans"]] == ["<EMAIL_1>", "ann@example.org"]


def test_nothing_of_the_text_is_kept(alice: House) -> None:
    assert ask(alice, "POST", "redact", {"text": TEXT}).status_code == 200
    with tenant_scope(alice.tenant.id):
        assert not VaultEntry.objects.exists()
        assert not AuditEntry.objects.exists()


def test_the_tenants_policy_holds_unless_it_is_declined(alice: House, charlie: House) -> None:
    with tenant_scope(alice.tenant.id):
        PrivacyPolicy.objects.create(treatments={"PHONE": "keep"}, patterns=[own()], allowed=["ann@example.org"])
    text = f"PN-123456, ann@example.org, {PHONE}"
    assert ask(alice, "POST", "redact", {"text": text}).json()["text"] == f"<POLICY_NUMBER_1>, ann@example.org, {PHONE}"
    plain = {"text": text, "has_policy": False}
    assert ask(alice, "POST", "redact", plain).json()["text"] == "PN-123456, <EMAIL_1>, <PHONE_1>"
    assert ask(charlie, "POST", "redact", {"text": text}).json()["text"] == "PN-123456, <EMAIL_1>, <PHONE_1>"


def test_a_phone_number_is_at_home_where_the_tenant_is_or_the_language_says(alice: House) -> None:
    german = "Rufen Sie an: 030 901820"
    assert "<PHONE_1>" in ask(alice, "POST", "redact", {"text": german, "language": "de"}).json()["text"]
    assert "<PHONE_1>" in ask(alice, "POST", "redact", {"text": f"call {PHONE}", "language": "en"}).json()["text"]


@pytest.mark.parametrize(
    "body", [{}, {"text": "x" * 20_001}, {"text": "a\x00"}, {"text": "\ud800"}, {"text": 1.5, "language": "x" * 36}]
)
def test_a_bad_text_is_refused_by_field(alice: House, body: dict[str, Any]) -> None:
    response = ask(alice, "POST", "redact", body)
    assert (response.status_code, response.json()["code"]) == (400, "bad_field")


def test_a_very_long_text_is_taken(alice: House) -> None:
    assert ask(alice, "POST", "redact", {"text": "ab " * 6_666}).status_code == 200


def test_whoever_asks_too_often_waits(alice: House, set_rate: Callable[[str, str], None]) -> None:
    set_rate("privacy.actor", "2/hour")
    statuses = [ask(alice, "POST", "redact", {"text": "x"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


# --- the policy -----------------------------------------------------------------------------------------------------


def test_the_policy_names_every_kind_with_its_default(alice: House) -> None:
    found = policy(alice)
    assert found["treatments"] == found["defaults"]
    assert {"EMAIL", "PERSON", "ADDRESS", "CREDIT_CARD", "PASSWORD"} <= set(found["treatments"])
    assert {kind for kind, treatment in found["defaults"].items() if treatment == "destroy"} == {"PASSWORD", "SECRET"}
    assert (found["retention_days"], found["must_give_reason"], found["patterns"], found["allowed"]) == (
        180,
        False,
        [],
        [],
    )


def test_what_was_read_can_be_sent_back(admin: House) -> None:
    response = ask(admin, "PUT", "policy", policy(admin))
    assert response.status_code == 200
    assert response.json() == policy(admin)
    assert audit(admin) == []


def test_a_change_holds_for_what_is_written_from_now_on(admin: House, visitor: Contact) -> None:
    wanted = policy(admin)
    wanted["treatments"]["PHONE"] = "destroy"
    assert ask(admin, "PUT", "policy", wanted).json()["treatments"]["PHONE"] == "destroy"
    received = say(admin, visitor, f"call {PHONE}")
    with tenant_scope(admin.tenant.id):
        assert Message.objects.get(id=received.message_id).text == "call <PHONE_0>"
        assert not VaultEntry.objects.exists()


def test_a_change_is_audited_without_texts_and_patterns(admin: House) -> None:
    wanted = policy(admin) | {
        "allowed": ["Ann Example"],
        "patterns": [own()],
        "retention_days": 30,
        "must_give_reason": True,
    }
    wanted["treatments"] |= {"PHONE": "keep"}
    assert ask(admin, "PUT", "policy", wanted).status_code == 200
    (entry,) = audit(admin)
    assert entry["fields"] == ["treatments", "patterns", "allowed", "must_give_reason", "retention_days"]
    assert entry["retention_days"] == [180, 30]
    assert entry["must_give_reason"] == [False, True]
    assert entry["treatments"] == {"PHONE": ["placeholder", "keep"]}
    assert "Ann" not in str(entry)
    assert "PN-" not in str(entry)


def test_only_what_differs_from_the_default_is_stored(admin: House) -> None:
    wanted = policy(admin)
    wanted["treatments"] |= {"PHONE": "keep"}
    ask(admin, "PUT", "policy", wanted)
    with tenant_scope(admin.tenant.id):
        assert PrivacyPolicy.objects.get().treatments == {"PHONE": "keep"}


def test_who_read_an_older_policy_is_told_so(admin: House) -> None:
    first, second = policy(admin), policy(admin)
    assert ask(admin, "PUT", "policy", first | {"retention_days": 30}).status_code == 200
    response = ask(admin, "PUT", "policy", second | {"retention_days": 60})
    assert (response.status_code, response.json()["code"]) == (409, "conflict")
    assert policy(admin)["retention_days"] == 30


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"treatments": {"SHOE_SIZE": "keep"}}, "unknown_kind"),
        ({"treatments": {"TEXT": "keep"}}, "unknown_kind"),
        ({"treatments": {"PHONE": "hide"}}, "bad_field"),
        ({"patterns": [own(r"(?=a)b")]}, "bad_pattern"),
        ({"patterns": [own(r"(a)\1")]}, "bad_pattern"),
        ({"patterns": [own("a*")]}, "bad_pattern"),
        ({"patterns": [own("(?:.{0,200}){5}q|z")]}, "bad_pattern"),
        ({"patterns": [own("")]}, "bad_pattern"),
        ({"patterns": [own("a" * 301)]}, "bad_pattern"),
        ({"patterns": [own(kind="lower")]}, "bad_pattern"),
        ({"patterns": [own(kind="TEXT")]}, "bad_pattern"),
        ({"patterns": [own(name="  ")]}, "bad_field"),
        ({"patterns": [own()] * (PATTERNS_MAX + 1)}, "too_many"),
        ({"allowed": ["a"] * (ALLOWED_MAX + 1)}, "too_many"),
        ({"allowed": ["!?"]}, "bad_field"),
        ({"allowed": ["a" * 201]}, "bad_field"),
        ({"retention_days": 0}, "bad_field"),
        ({"retention_days": 36_501}, "bad_field"),
        ({"name_model": "../../etc"}, "unknown_name_model"),
        ({"name_model": "/etc"}, "unknown_name_model"),
    ],
)
def test_a_bad_policy_is_refused_and_nothing_changes(admin: House, change: dict[str, Any], code: str) -> None:
    before = policy(admin)
    response = ask(admin, "PUT", "policy", before | change)
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert policy(admin) == before
    assert audit(admin) == []


@pytest.mark.parametrize("field", ["treatments", "patterns", "allowed", "must_give_reason", "retention_days"])
def test_a_policy_is_whole_or_refused(admin: House, field: str) -> None:
    wanted = policy(admin)
    del wanted[field]
    assert ask(admin, "PUT", "policy", wanted).json()["code"] == "bad_field"


def test_an_own_kind_has_a_treatment_of_its_own(admin: House) -> None:
    wanted = policy(admin) | {"patterns": [own()]}
    wanted["treatments"] |= {"POLICY_NUMBER": "destroy"}
    found = ask(admin, "PUT", "policy", wanted).json()
    assert (found["treatments"]["POLICY_NUMBER"], found["defaults"]["POLICY_NUMBER"]) == ("destroy", "placeholder")
    assert ask(admin, "POST", "redact", {"text": "pn-123456"}).json()["text"] == "<POLICY_NUMBER_0>"


# --- trying ---------------------------------------------------------------------------------------------------------


def test_a_draft_is_tried_and_not_stored(alice: House) -> None:
    draft = {"treatments": {"EMAIL": "destroy"}, "patterns": [own()], "allowed": [PHONE]}
    body = {"text": f"PN-123456 PN-654321 ann@example.org {PHONE}", "policy": draft}
    found = ask(alice, "POST", "try", body).json()
    assert found["text"] == f"<POLICY_NUMBER_1> <POLICY_NUMBER_2> <EMAIL_0> {PHONE}"
    assert found["patterns"] == [{"refused": "", "detail": "", "matches": 2}]
    with tenant_scope(alice.tenant.id):
        assert not PrivacyPolicy.objects.exists()


def test_without_a_draft_the_stored_policy_is_tried(alice: House) -> None:
    with tenant_scope(alice.tenant.id):
        PrivacyPolicy.objects.create(treatments={"EMAIL": "destroy"})
    assert ask(alice, "POST", "try", {"text": "ann@example.org"}).json()["text"] == "<EMAIL_0>"


@pytest.mark.parametrize(
    ("pattern", "refused"),
    [
        (own(r"(?<=x)y"), "syntax"),
        (own("x*"), "empty"),
        (own(""), "length"),
        (own("(?:.{0,100}){9}q|z"), "slow"),
        (own(kind="no"), "kind"),
        (own(kind=""), "kind"),
    ],
)
def test_a_refused_pattern_says_why_and_the_rest_is_tried(alice: House, pattern: dict[str, str], refused: str) -> None:
    body = {"text": "PN-123456 ann@example.org", "policy": {"patterns": [pattern, own()]}}
    found = ask(alice, "POST", "try", body).json()
    assert [one["refused"] for one in found["patterns"]] == [refused, ""]
    assert found["patterns"][0]["detail"]
    assert found["text"] == "<POLICY_NUMBER_1> <EMAIL_1>"


def test_a_text_that_can_not_be_allowed_allows_nothing_else(alice: House) -> None:
    body = {"text": "ann@example.org", "policy": {"allowed": ["!!!"]}}
    assert ask(alice, "POST", "try", body).json()["text"] == "<EMAIL_1>"


def test_an_observer_may_redact_and_not_see_the_policy(alice: House) -> None:
    with tenant_scope(alice.tenant.id):
        Member.objects.update(role=Role.OBSERVER)
    assert ask(alice, "POST", "redact", {"text": "x"}).status_code == 200
    assert ask(alice, "GET", "policy").status_code == 403
    assert ask(alice, "POST", "try", {"text": "x"}).status_code == 403


@pytest.mark.parametrize(
    "pattern",
    [
        r"\bPN-[0-9]{6}\b",
        r"(?:policy|member|club)\s*(?:no\.?|number)?\s*:?\s*[A-Z0-9]{4,12}",
        r"(?:[0-9]{4}[ -]?){4}",
        r"\p{L}{2}[0-9]{8}",
        r"\w{3,30}-\d{2,30}",
        r"会员号[:：]?\s?[0-9]{6,10}",
    ],
)
def test_patterns_that_companies_write_are_taken(alice: House, pattern: str) -> None:
    found = ask(alice, "POST", "try", {"text": "x", "policy": {"patterns": [own(pattern)]}}).json()
    assert found["patterns"] == [{"refused": "", "detail": "", "matches": 0}]


@pytest.mark.parametrize("pattern", ["x.*y|z", "[a-z]{1,60}9|z", "(z.*)+q|z", "(?:.{0,200}){5}q|z"])
def test_no_pattern_keeps_us_busy(alice: House, pattern: str) -> None:
    text = "xz" * 10_000
    started = time.thread_time()
    for body in ({"text": text, "policy": {"patterns": [own(pattern)]}}, {"text": "z" * 20_000, "policy": None}):
        assert ask(alice, "POST", "try", body).status_code == 200
    assert time.thread_time() - started < 3

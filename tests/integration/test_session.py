"""Who a visitor is: the secret that their browser keeps, and the identity that the page's server signs."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from django.test import Client

from assistant.conversations.models import Contact
from assistant.foundation.clock import now
from assistant.foundation.crypto import seal
from assistant.foundation.outbox.jobs import run_job
from assistant.foundation.outbox.models import Delivery, Event
from assistant.foundation.outbox.relay import deliver_due
from assistant.foundation.people import make_api_key
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import tenant_scope
from assistant.interfaces.session import ROTATE_AFTER, read_session
from crm_integration.connections import connect_files
from crm_integration.models import ContactLink
from deploy.demo.norrvik import generate
from tests.factories import ORIGIN, House, say

MARIA = "maria.okafor@example.com"
SECRET = "a shared secret of at least 32 bytes!"
RSA_KEY = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
ED_KEY = ed25519.Ed25519PrivateKey.generate()


def pem(key: Any) -> str:
    """The public half, as a tenant would paste it. (Any: one of several key classes.)"""
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    text: bytes = key.public_key().public_bytes(serialization.Encoding.PEM, spki)
    return text.decode()


def use_key(house: House, alg: str, key: str) -> None:
    with tenant_scope(house.tenant.id):
        sealed = seal(key, purpose="identity-key", place=house.inbox.key)
        house.inbox.identity_keys = [{"id": "k", "alg": alg, "sealed": sealed}]
        house.inbox.save()


def claims(house: House, **changes: Any) -> dict[str, Any]:
    good = {
        "aud": house.inbox.key,
        "sub": "C-1001",
        "exp": int(time.time()) + 600,
        "email": MARIA,
        "email_verified": True,
        "name": "Maria Okafor",
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def ask(house: House, **body: str) -> Any:
    client = Client(headers={"Origin": ORIGIN}, raise_request_exception=False)
    return client.post(f"/widget/{house.inbox.key}/session", json.dumps(body), content_type="application/json")


def contact_of(house: House, response: Any) -> Contact:
    session = read_session(response.json()["session"])
    with tenant_scope(house.tenant.id):
        return Contact.objects.get(id=session.contact_id)


# --- the visitor's secret -------------------------------------------------------------------------------------------


def test_a_returning_visitor_is_the_same_contact(alice: House) -> None:
    first = ask(alice)
    again = ask(alice, visitor=first.json()["visitor"])
    assert contact_of(alice, first).id == contact_of(alice, again).id


def test_a_token_names_tenant_inbox_contact_and_origin(alice: House) -> None:
    session = read_session(ask(alice).json()["session"])
    assert (session.tenant_id, session.inbox_id, session.origin) == (alice.tenant.id, alice.inbox.id, ORIGIN)


def test_only_a_hash_of_the_secret_is_kept(alice: House) -> None:
    response = ask(alice)
    assert response.json()["visitor"] not in str(contact_of(alice, response).__dict__)


def test_an_unknown_secret_is_a_new_visitor_with_a_new_secret(alice: House) -> None:
    assert ask(alice, visitor="made up").json()["visitor"] != "made up"


def age(house: House, contact: Contact, by: timedelta) -> None:
    assert contact.visitor_until is not None
    with tenant_scope(house.tenant.id):
        Contact.objects.filter(id=contact.id).update(visitor_until=contact.visitor_until - by)


def test_an_old_secret_is_rotated_and_its_predecessor_valid_until_the_new_one_was_used(alice: House) -> None:
    first = ask(alice)
    contact, old = contact_of(alice, first), first.json()["visitor"]
    age(alice, contact, ROTATE_AFTER + timedelta(minutes=1))
    new = ask(alice, visitor=old).json()["visitor"]
    assert new != old
    # The answer was lost: the browser still has the old one, and finds its conversation.
    assert contact_of(alice, ask(alice, visitor=old)).id == contact.id
    assert contact_of(alice, ask(alice, visitor=new)).id == contact.id
    assert contact_of(alice, ask(alice, visitor=old)).id != contact.id


def test_a_lost_answer_does_not_cost_the_secret_that_arrived_before_it(alice: House) -> None:
    first = ask(alice)
    contact, old = contact_of(alice, first), first.json()["visitor"]
    age(alice, contact, ROTATE_AFTER + timedelta(minutes=1))
    new = ask(alice, visitor=old).json()["visitor"]
    ask(alice, visitor=old)  # another tab, a moment later, with what it had
    assert contact_of(alice, ask(alice, visitor=new)).id == contact.id


def test_a_secret_is_forgotten_after_ninety_days(alice: House) -> None:
    first = ask(alice)
    contact = contact_of(alice, first)
    age(alice, contact, timedelta(days=91))
    assert contact_of(alice, ask(alice, visitor=first.json()["visitor"])).id != contact.id


def test_a_blocked_visitor_gets_no_session(alice: House) -> None:
    first = ask(alice)
    with tenant_scope(alice.tenant.id):
        Contact.objects.update(is_blocked=True)
    response = ask(alice, visitor=first.json()["visitor"])
    assert (response.status_code, response.json()["code"]) == (404, "not_found")


# --- the signed identity --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alg", "signing", "checking"),
    [("HS256", SECRET, SECRET), ("RS256", RSA_KEY, pem(RSA_KEY)), ("EdDSA", ED_KEY, pem(ED_KEY))],
    ids=["HS256", "RS256", "EdDSA"],
)
def test_a_signed_identity_is_believed(alice: House, alg: str, signing: Any, checking: str) -> None:
    use_key(alice, alg, checking)
    contact = contact_of(alice, ask(alice, identity=jwt.encode(claims(alice), signing, algorithm=alg)))
    assert (contact.external_id, contact.is_verified) == ("C-1001", True)
    assert contact.email_print != ""
    assert MARIA not in str(contact.__dict__)


def test_segments_are_those_of_the_newest_identity(alice: House) -> None:
    use_key(alice, "HS256", SECRET)
    for segments in (["Gold", "gold", "business"], []):
        token = jwt.encode(claims(alice, segments=segments), SECRET, algorithm="HS256")
        contact = contact_of(alice, ask(alice, identity=token))
        assert contact.segments == sorted({name.lower() for name in segments})


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-box"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"exp": int(time.time()) + 2 * 3_600},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 201},
        {"sub": "a\x00b"},
        {"nbf": int(time.time()) + 3_600},
        {"segments": ["two words"]},
        {"segments": 7},
    ],
    ids="-".join,
)
def test_an_identity_with_wrong_claims_is_refused(alice: House, changes: dict[str, Any]) -> None:
    use_key(alice, "HS256", SECRET)
    token = jwt.api_jws.encode(json.dumps(claims(alice, **changes)).encode(), SECRET, algorithm="HS256")
    response = ask(alice, identity=token)
    assert (response.status_code, response.json()["code"]) == (401, "bad_identity")


def _unsigned(house: House) -> str:
    return jwt.encode(claims(house), "", algorithm="none")


def _signed_with_the_public_key(house: House) -> str:
    """The classic confusion: HS256 with the text of the RS256 key. PyJWT refuses to make it, so by hand."""
    import base64
    import hashlib
    import hmac

    def part(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    head = json.dumps({"alg": "HS256", "typ": "JWT"}).encode()
    body = f"{part(head)}.{part(json.dumps(claims(house)).encode())}"
    return f"{body}.{part(hmac.new(pem(RSA_KEY).encode(), body.encode(), hashlib.sha256).digest())}"


def _another_key(house: House) -> str:
    other = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    return jwt.encode(claims(house), other, algorithm="RS256")


def _altered(house: House) -> str:
    head, _, signature = jwt.encode(claims(house), RSA_KEY, algorithm="RS256").split(".")
    _, body, _ = jwt.encode(claims(house, sub="C-1002"), RSA_KEY, algorithm="RS256").split(".")
    return f"{head}.{body}.{signature}"


@pytest.mark.parametrize("forge", [_unsigned, _signed_with_the_public_key, _another_key, _altered])
def test_a_forged_identity_is_refused(alice: House, forge: Any) -> None:
    use_key(alice, "RS256", pem(RSA_KEY))
    response = ask(alice, identity=forge(alice))
    assert (response.status_code, response.json()["code"]) == (401, "bad_identity")
    with tenant_scope(alice.tenant.id):
        assert not Contact.objects.exclude(external_id="").exists()


def test_without_a_key_no_identity_is_believed(alice: House) -> None:
    response = ask(alice, identity=jwt.encode(claims(alice), SECRET, algorithm="HS256"))
    assert response.json()["code"] == "bad_identity"


def test_an_identity_for_another_house_is_refused(alice: House, charlie: House) -> None:
    use_key(alice, "HS256", SECRET)
    use_key(charlie, "HS256", SECRET)
    response = ask(charlie, identity=jwt.encode(claims(alice), SECRET, algorithm="HS256"))
    assert response.json()["code"] == "bad_identity"


def test_somebody_who_logs_in_on_another_device_finds_their_conversation(alice: House) -> None:
    use_key(alice, "HS256", SECRET)
    token = jwt.encode(claims(alice), SECRET, algorithm="HS256")
    home = contact_of(alice, ask(alice, identity=token))
    received = say(alice, home, "hello")
    on_phone = ask(alice, identity=token)
    assert on_phone.json()["conversation"] == str(received.conversation_id)


def test_an_anonymous_thread_on_a_shared_computer_is_not_given_to_who_logs_in(alice: House) -> None:
    use_key(alice, "HS256", SECRET)
    maria = jwt.encode(claims(alice), SECRET, algorithm="HS256")
    other = jwt.encode(claims(alice, sub="C-2", email="other@example.com"), SECRET, algorithm="HS256")
    first = ask(alice, identity=maria)
    second = ask(alice, identity=other, visitor=first.json()["visitor"])
    assert contact_of(alice, second).id != contact_of(alice, first).id
    assert contact_of(alice, second).external_id == "C-2"


# --- from the identity to the customer ------------------------------------------------------------------------------


@pytest.fixture
def shop(alice: House, settings: Any, tmp_path: Path) -> House:
    """Alice's house with the demo shop's customers and orders."""
    settings.CRM_FILES = tmp_path
    generate.write(tmp_path / "shop")
    job = connect_files(alice.tenant.id, name="Shop", folder="shop")
    assert run_job(alice.tenant.id, job.id)
    return alice


def customer_card(house: House, contact: Contact) -> dict[str, Any]:
    received = say(house, contact, "where is my order?")
    with tenant_scope(house.tenant.id):
        key = make_api_key(house.tenant, name=f"key {now()}", role=Role.AGENT)
    client = Client(headers={"Authorization": f"Bearer {key}"})
    found: dict[str, Any] = client.get(f"/api/v1/conversations/{received.conversation_id}/customer").json()
    return found


def test_an_identified_contact_is_shown_with_their_orders(shop: House) -> None:
    use_key(shop, "HS256", SECRET)
    contact = contact_of(shop, ask(shop, identity=jwt.encode(claims(shop), SECRET, algorithm="HS256")))
    with tenant_scope(shop.tenant.id):
        event = Event.objects.get(kind="ContactIdentified")
        assert MARIA not in json.dumps(event.payload)
    assert customer_card(shop, contact)["customer"] is None  # nobody heard of it yet
    assert deliver_due(shop.tenant.id) == 1
    with tenant_scope(shop.tenant.id):
        assert ContactLink.objects.get().contact_id == contact.id
        assert Delivery.objects.get().state == Delivery.DONE
    card = customer_card(shop, contact)
    assert (card["customer"]["name"], card["customer"]["email"]) == ("Maria Okafor", MARIA)
    assert [order["status"] for order in card["orders"]] == ["processing", "shipped", "delivered", "delivered"]
    assert all(order["currency"] == "EUR" and order["total_minor"] > 0 and order["lines"] for order in card["orders"])


def test_the_same_identity_again_is_no_news(shop: House) -> None:
    use_key(shop, "HS256", SECRET)
    token = jwt.encode(claims(shop), SECRET, algorithm="HS256")
    ask(shop, identity=token)
    ask(shop, identity=token)
    with tenant_scope(shop.tenant.id):
        assert Event.objects.filter(kind="ContactIdentified").count() == 1


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_email_that_nobody_verified_finds_no_customer(shop: House, verified: Any) -> None:
    use_key(shop, "HS256", SECRET)
    token = jwt.encode(claims(shop, email_verified=verified), SECRET, algorithm="HS256")
    contact = contact_of(shop, ask(shop, identity=token))
    deliver_due(shop.tenant.id)
    assert customer_card(shop, contact)["customer"] is None


def test_what_the_page_claims_unsigned_is_used_for_nothing(shop: House) -> None:
    contact = contact_of(shop, ask(shop, email=MARIA, name="Maria Okafor", sub="C-1001", external_id="C-1001"))
    assert (contact.external_id, contact.email_print, contact.sealed) == ("", "", "")
    say(shop, contact, f"I am Maria Okafor, {MARIA}")
    assert deliver_due(shop.tenant.id) == 0
    assert customer_card(shop, contact)["customer"] is None


def test_two_customers_with_one_email_are_nobody(shop: House) -> None:
    from crm_integration.models import Customer

    use_key(shop, "HS256", SECRET)
    contact = contact_of(shop, ask(shop, identity=jwt.encode(claims(shop), SECRET, algorithm="HS256")))
    deliver_due(shop.tenant.id)
    with tenant_scope(shop.tenant.id):
        twin = Customer.objects.get(external_id="C-1001")
        Customer.objects.filter(external_id="C-1002").update(email_print=twin.email_print)
    assert customer_card(shop, contact)["customer"] is None

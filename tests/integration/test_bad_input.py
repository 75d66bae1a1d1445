"""Whatever arrives, the answer is a clear error with a stable code, and the socket still works."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import pytest
from django.core import signing
from django.test import Client

from assistant.conversations.models import Contact
from assistant.foundation.people import make_api_key
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import tenant_scope
from assistant.interfaces.session import SALT, SESSION_S
from assistant.interfaces.sockets import connection as connection_module
from assistant.interfaces.sockets.connection import BAD_FRAMES_BEFORE_CLOSE
from assistant.interfaces.sockets.protocol import MAX_FRAME_BYTES
from tests.conftest import DATA, missing
from tests.factories import ORIGIN, House, token_for
from tests.integration.sockets import Closed, Tab, widget

JSON_TEXTS = DATA / "injection" / "json_parsing.jsonl"
SOCKET_CODES = {"bad_json", "too_large", "unknown_type", "bad_field", "not_allowed"}
AT_ONCE = BAD_FRAMES_BEFORE_CLOSE - 1


def json_texts() -> list[tuple[str, str, bytes]]:
    """(name, accept, reject or either; the bytes)."""
    if not JSON_TEXTS.exists():
        missing("shared/data/injection/json_parsing.jsonl", "copy the shared data folder beside the checkout")
    rows = [json.loads(line) for line in JSON_TEXTS.read_text().split("\n") if line]
    return [
        (
            row["name"],
            row["expect"],
            base64.b64decode(row["b64"]) if "b64" in row else row["repeat"].encode() * row["times"],
        )
        for row in rows
    ]


def is_problem(response: Any, *codes: str) -> bool:
    """A 4xx with problem details and one of these codes, without a trace of the inside."""
    body = response.json()
    assert "Traceback" not in response.content.decode()
    return 400 <= response.status_code < 500 and response["Content-Type"] == "application/problem+json" and (
        body["code"] in codes and isinstance(body["detail"], str)
    )  # fmt: skip


@pytest.fixture
def admin(alice: House) -> Client:
    """A client with a key that may do everything."""
    with tenant_scope(alice.tenant.id):
        key = make_api_key(alice.tenant, name="test", role=Role.ADMIN)
    return Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)


def open_session(house: House, body: bytes | str, *, origin: str = ORIGIN) -> Any:
    client = Client(raise_request_exception=False, headers={"Origin": origin})
    return client.post(f"/widget/{house.inbox.key}/session", body, content_type="application/json")


# --- JSON that is none ----------------------------------------------------------------------------------------------


async def test_no_json_text_breaks_a_socket(alice: House, visitor: Contact) -> None:
    texts = json_texts()
    wrong: list[str] = []
    for start in range(0, len(texts), AT_ONCE):
        async with widget(alice, visitor) as tab:
            for name, _, raw in texts[start : start + AT_ONCE]:
                try:
                    await tab.raw(raw.decode())
                except UnicodeDecodeError:
                    continue  # the server's WebSocket layer closes these with 1007; they never reach us
                error = await tab.next()
                if error["t"] != "error" or error["code"] not in SOCKET_CODES:
                    wrong.append(f"{name}: {error}")
            assert await tab.pings()
    assert wrong == []


def test_no_json_text_breaks_the_api(alice: House, admin: Client) -> None:
    from assistant.foundation import limits

    wrong: list[str] = []
    for name, expect, raw in json_texts():
        limits.forget()
        response = admin.post("/api/v1/knowledge/imports", raw, content_type="application/json")
        codes = {"reject": ("bad_json",), "accept": ("bad_field",), "either": ("bad_json", "bad_field")}[expect]
        # An empty body is an empty object to the framework; that says which field is missing.
        codes = (*codes, "bad_field") if not raw.strip() else codes
        if response.status_code >= 500 or not is_problem(response, *codes):
            wrong.append(f"{name}: {response.status_code} {response.content[:80]!r}")
    assert wrong == []


def test_no_json_text_breaks_the_session_endpoint(alice: House) -> None:
    from assistant.foundation import limits

    wrong: list[str] = []
    for name, expect, raw in json_texts():
        limits.forget()
        response = open_session(alice, raw)
        is_object = expect != "reject" and raw.lstrip().startswith(b"{")
        if not (is_object and response.status_code == 200) and not is_problem(response, "bad_field"):
            wrong.append(f"{name}: {response.status_code} {response.content[:80]!r}")
    assert [line for line in wrong if not line.startswith("n_structure_no_data")] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('{"visitor": 7}', "bad_field"),
        ('{"visitor": "' + "x" * 201 + '"}', "bad_field"),
        ('{"identity": "no token"}', "bad_identity"),
        ('{"identity": "a.b.c"}', "bad_identity"),
        ("[]", "bad_field"),
        ('{"pad": "' + "x" * 20_000 + '"}', "bad_field"),
        ('{"pad": "' + "x" * 3_000_000 + '"}', "bad_field"),
    ],
    ids=range(7),
)
def test_a_bad_session_request_says_what_is_wrong(alice: House, body: str, code: str) -> None:
    response = open_session(alice, body)
    assert is_problem(response, code), response.content[:200]
    assert response["Access-Control-Allow-Origin"] == ORIGIN


def test_a_visitor_secret_of_any_text_is_only_unknown(alice: House) -> None:
    for visitor in ("\x00", "💥", "' OR 1=1 --", "x" * 200):
        response = open_session(alice, json.dumps({"visitor": visitor}))
        assert response.status_code == 200
        assert response.json()["visitor"] != visitor


@pytest.mark.parametrize(
    "path",
    [
        "/widget/alpha-%00/session",
        "/widget/%00-box/session",
        "/widget/none/session",
        "/widget/" + "x" * 500 + "-y/session",
    ],
)
def test_a_widget_key_of_any_text_is_only_unknown(alice: House, path: str) -> None:
    client = Client(raise_request_exception=False, headers={"Origin": ORIGIN})
    assert is_problem(client.post(path, "{}", content_type="application/json"), "not_found")


@pytest.mark.parametrize("path", ["/ws/alpha-%00", "/ws/none", "/ws/desk/none", "/ws/", "/ws/a/b", "/"])
async def test_a_socket_on_an_unknown_path_is_refused(alice: House, path: str) -> None:
    async with Tab(path.replace("%00", "\x00")) as tab:
        assert await tab.close_code() == 4403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("messages", {"id": "no", "text": "x"}),
        ("messages", {"id": str(uuid4()), "text": ""}),
        ("messages", {"id": str(uuid4()), "text": "x" * 4_001}),
        ("messages", {"id": str(uuid4()), "text": "a\x00b"}),
        ("messages", {"id": str(uuid4()), "text": "\ud800"}),
        ("messages", {"id": str(uuid4()), "text": {"a": 1}}),
        ("messages", []),
        ("messages", "text"),
        ("reveal", {"placeholder": "x" * 41}),
        ("reveal", {"placeholder": None}),
    ],
    ids=range(10),
)
def test_a_bad_api_body_names_the_field(alice: House, admin: Client, visitor: Contact, path: str, body: Any) -> None:
    from tests.factories import say

    conversation = say(alice, visitor, "hello").conversation_id
    url = f"/api/v1/conversations/{conversation}/{path}"
    assert is_problem(admin.post(url, json.dumps(body), content_type="application/json"), "bad_field")


@pytest.mark.parametrize(
    "query",
    ["state=nonsense", "q=" + "x" * 201, "q=%00", "cursor=%00", "cursor=AAAA", "cursor=é", "cursor=MjAyNg=="],
)
def test_a_bad_query_names_the_field(admin: Client, query: str) -> None:
    assert is_problem(admin.get(f"/api/v1/conversations?{query}"), "bad_field")


def test_a_bad_article_names_its_line(admin: Client) -> None:
    body = {"source": "x", "importer": "jsonl", "body": '{"id": 1, "title": "a", "text": "b"}\n{"id": 2}'}
    response = admin.post("/api/v1/knowledge/imports", json.dumps(body), content_type="application/json")
    assert is_problem(response, "bad_field")
    assert "Line 2" in response.json()["detail"]


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused(admin: Client, method: str) -> None:
    response = getattr(admin, method)("/api/v1/conversations")
    assert response.status_code in (403, 405)


def test_another_media_type_is_refused(admin: Client) -> None:
    response = admin.post("/api/v1/knowledge/imports", "<a/>", content_type="application/xml")
    assert is_problem(response, "unsupported_media_type")


# --- frames that are none -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ('{"t": "dance"}', "unknown_type"),
        ("{}", "unknown_type"),
        ('{"t": "msg", "id": "x", "text": "y"}', "bad_field"),
        ('{"t": "msg", "id": "' + str(UUID(int=1)) + '", "text": "a\\u0000b"}', "bad_field"),
        ('{"t": "hello", "v": 1, "token": "x"}', "not_allowed"),
        ('{"t": "ping", "x": "' + "y" * MAX_FRAME_BYTES + '"}', "too_large"),
        ("x" * 1_000_000, "too_large"),
    ],
    ids=["type", "no type", "id", "nul", "second hello", "large", "megabyte"],
)
async def test_a_bad_frame_is_told_and_the_socket_goes_on(alice: House, visitor: Contact, raw: str, code: str) -> None:
    async with widget(alice, visitor) as tab:
        await tab.raw(raw)
        error = await tab.until("error")
        assert error["code"] == code
        assert await tab.pings()


async def test_the_fifth_bad_frame_ends_the_socket(alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab:
        for _ in range(BAD_FRAMES_BEFORE_CLOSE):
            await tab.raw("no json")
        assert await tab.close_code() == 4400
        assert len(tab.of("error")) == 5


async def test_a_binary_frame_ends_the_socket(alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab:
        await tab.wire.send_input({"type": "websocket.receive", "bytes": b"\x00\x01"})
        assert await tab.close_code() == 1003


async def test_nothing_can_be_done_before_the_hello(alice: House) -> None:
    async with Tab(f"/ws/{alice.inbox.key}") as tab:
        await tab.send("msg", id=uuid4(), text="hello?")
        assert (await tab.until("error"))["code"] == "not_allowed"


async def test_a_socket_that_says_nothing_is_closed(alice: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "HELLO_WITHIN_S", 0.05)
    async with Tab(f"/ws/{alice.inbox.key}") as tab:
        assert await tab.close_code() == 4408


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "https://evil.example",
        "http://shop.example",
        "https://shop.example.evil.example",
        "https://shop.example:8443",
        "https://sh\u043ep.example",
    ],
)
async def test_a_page_that_is_not_on_the_list_is_refused(alice: House, origin: str) -> None:
    async with Tab(f"/ws/{alice.inbox.key}", origin=origin) as tab:
        assert await tab.close_code() == 4403


@pytest.mark.parametrize("origin", ["", "null", "https://evil.example", "https://shop.example.evil.example"])
def test_such_a_page_gets_no_session_either(alice: House, origin: str) -> None:
    response = open_session(alice, "{}", origin=origin)
    assert is_problem(response, "origin_refused")
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "session" not in response.json()


async def hello_with(house: House, token: str, *, origin: str = ORIGIN) -> int:
    """The code that a hello with this token is closed with."""
    async with Tab(f"/ws/{house.inbox.key}", origin=origin) as tab:
        await tab.send("hello", v=1, token=token)
        return await tab.close_code()


async def test_a_token_that_is_not_ours_or_too_old_is_refused(alice: House, visitor: Contact) -> None:
    good = token_for(alice, visitor)
    parts = signing.loads(good, salt=SALT)
    body, _, signature = good.rpartition(":")
    with mock.patch.object(time, "time", return_value=time.time() - SESSION_S - 5):
        old = token_for(alice, visitor)
    bad = {
        "forged": signing.dumps(parts, key="another key", salt=SALT),
        "another purpose": signing.dumps(parts, salt="other"),
        "altered": f"{body[:-1]}{'A' if body[-1] != 'A' else 'B'}:{signature}",
        "unsigned": body,
        "empty": "",
        "not a list": signing.dumps({"a": 1}, salt=SALT),
        "no ids": signing.dumps(["x", "y", "z", ORIGIN], salt=SALT),
        "old": old,
    }
    assert {name: await hello_with(alice, token) for name, token in bad.items()} == dict.fromkeys(bad, 4401)


async def test_a_token_for_somewhere_else_is_refused(alice: House, charlie: House, visitor: Contact) -> None:
    assert await hello_with(charlie, token_for(alice, visitor)) == 4403
    assert await hello_with(alice, token_for(alice, visitor, origin="https://other.example")) == 4403


async def test_a_renewal_must_be_for_the_same_contact(alice: House, visitor: Contact, charlie: House) -> None:
    async with widget(alice, visitor) as tab:
        await tab.send("auth", token=token_for(alice, visitor))
        assert await tab.pings()
        await tab.send("auth", token=token_for(charlie, visitor))
        assert await tab.close_code() == 4403


async def test_a_blocked_contact_is_refused(alice: House, visitor: Contact) -> None:
    from tests.integration.sockets import act

    await act(alice, lambda: Contact.objects.update(is_blocked=True))
    assert await hello_with(alice, token_for(alice, visitor)) == 4403


# --- too much -------------------------------------------------------------------------------------------------------


async def test_too_many_messages_are_slowed_down_and_at_last_closed(
    alice: House, visitor: Contact, set_rate: Callable[[str, str], None]
) -> None:
    set_rate("message.contact", "6/hour")
    async with widget(alice, visitor) as tab:
        for number in range(6):
            await tab.say(f"message {number}")
        for _ in range(3):
            await tab.send("msg", id=uuid4(), text="again")
        assert await tab.close_code() == 4429
        errors = tab.of("error")
    assert [error["code"] for error in errors] == ["rate_limited"] * 3
    assert all(error["retry_ms"] >= 1_000 and error["re"] for error in errors)


async def test_the_sixth_socket_of_a_contact_is_refused_until_one_leaves(alice: House, visitor: Contact) -> None:
    tabs = [Tab(f"/ws/{alice.inbox.key}") for _ in range(6)]
    for tab in tabs[:5]:
        await tab.__aenter__()
        await tab.send("hello", v=1, token=token_for(alice, visitor))
        await tab.until("hi")
    async with tabs[5] as sixth:
        await sixth.send("hello", v=1, token=token_for(alice, visitor))
        with pytest.raises(Closed, match="4409"):
            await sixth.until("hi")
    await tabs[0].__aexit__()
    async with widget(alice, visitor) as seventh:
        assert await seventh.pings()
    for tab in tabs[1:5]:
        await tab.__aexit__()


def test_too_many_sessions_of_one_address_are_slowed_down(alice: House) -> None:
    answers = [open_session(alice, "{}") for _ in range(31)]
    assert [response.status_code for response in answers[:30]] == [200] * 30
    assert is_problem(answers[30], "rate_limited")
    assert int(answers[30]["Retry-After"]) >= 1

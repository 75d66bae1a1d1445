"""A tenant's larger model for names, from the keyboard to the database; and without it, when it is away."""

from __future__ import annotations

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.test import Client
from structlog.testing import capture_logs

from assistant.conversations import services
from assistant.conversations.models import Contact, Message
from assistant.foundation import conf as conf_module
from assistant.foundation.people import Member
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import tenant_scope
from assistant.privacy.models import PrivacyPolicy
from deploy.settings.env import ROOT
from deploy.up.probes import answers_on_socket
from inference.config import InferenceSettings
from inference.contract import EngineUnavailable, NameModels, TaggedSpan
from inference.embedding.client import SocketEmbedder, SocketNameModels
from inference.launch import embedder_launch
from tests.factories import House, make_visitor, say
from tests.integration.sockets import act, widget
from tests.name_models import make_name_model

TEXT = "please send it to zorblax here"  # small and alone: the small tagger leaves it, whatever it learned
HIDDEN = "please send it to <PERSON_1> here"
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    make_name_model(folder / "tiny")
    make_name_model(folder / "pickle", is_safe=False)
    return folder


@pytest.fixture(scope="module")
def worker(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The embedder's real process; its socket."""
    socket = tmp_path_factory.mktemp("s") / "s"
    launch = embedder_launch(InferenceSettings(name_models=folder), socket=socket)
    process = subprocess.Popen(launch.command, cwd=ROOT, env={**os.environ, **launch.environment})
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not answers_on_socket(socket):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        SocketNameModels(str(socket), folder).tag(["warm up"], "tiny", within_s=PATIENCE_S)
        yield str(socket)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def chosen(alice: House) -> House:
    """Alice's house, which chose the model."""
    with tenant_scope(alice.tenant.id):
        PrivacyPolicy.objects.create(name_model="tiny")
        Member.objects.update(role=Role.ADMIN)
    return alice


class Patient(SocketNameModels):
    """How long a message waits for the model is no matter of these tests; the machine may be busy."""

    def tag(self, texts: Sequence[str], model: str, *, within_s: float) -> list[list[TaggedSpan]]:
        return super().tag(texts, model, within_s=PATIENCE_S)

    async def tag_now(self, texts: Sequence[str], model: str, *, within_s: float) -> list[list[TaggedSpan]]:
        return await super().tag_now(texts, model, within_s=PATIENCE_S)


def use(models: NameModels) -> None:
    """Bind the port for this test (the database fixture forgets it)."""
    conf_module._built["NameModels"] = models


def ask(house: House, method: str, path: str, body: Any = None) -> Any:
    client = Client()
    client.force_login(house.user)
    headers = {"X-Deskside-Tenant": house.tenant.slug}
    data = [] if body is None else [json.dumps(body)]
    return client.generic(method, f"/api/v1/{path}", *data, content_type="application/json", headers=headers)


def stored(house: House, ack: Any) -> str:
    with tenant_scope(house.tenant.id):
        return Message.objects.get(id=ack).text


async def said(house: House, contact: Contact, text: str = TEXT) -> str:
    """What is stored of a message that came through the widget's socket."""
    async with widget(house, contact) as tab:
        return await act(house, stored, house, (await tab.say(text))["m"])


# --- the worker -----------------------------------------------------------------------------------------------------


def post(socket: str, body: Any, path: str = "/tag") -> httpx.Response:
    with httpx.Client(transport=httpx.HTTPTransport(uds=socket), timeout=PATIENCE_S) as client:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return client.post(f"http://embedder{path}", content=content)


def test_the_worker_tells_spans_of_each_text(worker: str) -> None:
    response = post(worker, {"texts": ["😀 Zorblax Quuxley, Paris", "nobody"], "model": "tiny"})
    assert response.status_code == 200
    ((span,), nothing) = response.json()["spans"]
    assert (span["start"], span["end"], span["label"], nothing) == (2, 17, "PERSON", [])
    assert 0.9 < span["score"] <= 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"texts": ["x"], "model": "../models/tiny"}, 404, "unknown_model"),
        ({"texts": ["x"], "model": "/etc"}, 404, "unknown_model"),
        ({"texts": ["x"], "model": "nobody"}, 404, "unknown_model"),
        ({"texts": ["x"], "model": "pickle"}, 422, "unusable_model"),
        ({"texts": ["x"], "model": 7}, 400, "bad_request"),
        ({"texts": "x", "model": "tiny"}, 400, "bad_request"),
        ({"texts": ["x"] * 65, "model": "tiny"}, 400, "bad_request"),
        ({"texts": ["x" * 100_001], "model": "tiny"}, 400, "bad_request"),
        ({"model": "tiny"}, 400, "bad_request"),
        ([], 400, "bad_request"),
        (b"{", 400, "bad_request"),
    ],
)
def test_the_worker_says_why_it_refuses(worker: str, body: Any, status: int, code: str) -> None:
    response = post(worker, body)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_vectors_are_made_meanwhile(worker: str, folder: Path) -> None:
    embedder = SocketEmbedder(worker)
    embedder.embed(["warm up"])
    long = threading.Thread(
        target=SocketNameModels(worker, folder).tag, args=(["a " * 50_000], "tiny"), kwargs={"within_s": PATIENCE_S}
    )
    long.start()
    assert len(embedder.embed(["a question"])[0]) == 384
    assert long.is_alive()
    long.join()


# --- the client -----------------------------------------------------------------------------------------------------


async def test_the_client_tells_the_same_with_and_without_waiting(worker: str, folder: Path) -> None:
    models = SocketNameModels(worker, folder)
    assert models.names() == ["pickle", "tiny"]
    now = await models.tag_now(["hello Zorblax", ""], "tiny", within_s=PATIENCE_S)
    assert now == models.tag(["hello Zorblax", ""], "tiny", within_s=PATIENCE_S)
    assert [[(span.start, span.end, span.label) for span in spans] for spans in now] == [[(6, 13, "PERSON")], []]


async def test_the_client_says_that_it_gets_no_answer(worker: str, folder: Path, silent: str) -> None:
    with pytest.raises(EngineUnavailable, match="unknown_model"):
        SocketNameModels(worker, folder).tag(["x"], "../tiny", within_s=PATIENCE_S)
    with pytest.raises(EngineUnavailable):
        await SocketNameModels("/nowhere/s", folder).tag_now(["x"], "tiny", within_s=1)
    with pytest.raises(EngineUnavailable):
        await SocketNameModels(silent, folder).tag_now(["x"], "tiny", within_s=0.1)
    with pytest.raises(EngineUnavailable):
        SocketNameModels(silent, folder).tag(["x"], "tiny", within_s=0.1)


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[str]:
    """A socket that takes connections and says nothing."""
    import socket

    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        yield str(tmp_path / "s")


# --- messages -------------------------------------------------------------------------------------------------------


async def test_an_odd_name_in_a_message_becomes_a_placeholder(chosen: House, worker: str, folder: Path) -> None:
    visitor = await act(chosen, make_visitor, chosen)
    assert await said(chosen, visitor) == TEXT
    use(Patient(worker, folder))
    assert await said(chosen, visitor) == HIDDEN


async def test_only_who_chose_it_is_served_by_it(chosen: House, charlie: House, worker: str, folder: Path) -> None:
    use(Patient(worker, folder))
    stranger = await act(charlie, make_visitor, charlie)
    assert await said(charlie, stranger) == TEXT


async def test_patterns_and_the_small_tagger_find_as_before(chosen: House, worker: str, folder: Path) -> None:
    use(Patient(worker, folder))
    visitor = await act(chosen, make_visitor, chosen)
    text = "My name is Maria Okafor, maria@example.org; zorblax knows"
    assert await said(chosen, visitor, text) == "My name is <PERSON_1>, <EMAIL_1>; <PERSON_2> knows"


@pytest.mark.parametrize("away", ["nowhere", "silent", "unusable"])
async def test_without_the_model_the_small_tagger_decides_alone(
    chosen: House, worker: str, folder: Path, silent: str, away: str
) -> None:
    visitor = await act(chosen, make_visitor, chosen)
    if away == "unusable":
        await act(chosen, PrivacyPolicy.objects.update, name_model="pickle")
    use(SocketNameModels({"nowhere": "/nowhere/s", "silent": silent, "unusable": worker}[away], folder))
    with capture_logs() as logs:
        assert (
            await said(chosen, visitor, "My name is Maria Okafor, ask zorblax") == "My name is <PERSON_1>, ask zorblax"
        )
    warnings = [entry for entry in logs if entry["event"] == "name_model.unavailable"]
    assert [entry["log_level"] for entry in warnings] == ["warning"]
    assert "Maria" not in str(warnings)


def test_an_agents_reply_is_searched_too(chosen: House, worker: str, folder: Path) -> None:
    use(Patient(worker, folder))
    received = say(chosen, make_visitor(chosen), "hello")
    path = f"conversations/{received.conversation_id}/messages"
    body = {"id": str(uuid4()), "text": TEXT}
    assert ask(chosen, "POST", path, body).status_code == 403
    with tenant_scope(chosen.tenant.id):
        services.take_over(received.conversation_id, chosen.member)
    response = ask(chosen, "POST", path, body)
    assert response.status_code == 201
    assert stored(chosen, response.json()["m"]) == HIDDEN


# --- the interface --------------------------------------------------------------------------------------------------


def test_texts_of_ones_own_are_searched_too(chosen: House, worker: str, folder: Path) -> None:
    use(Patient(worker, folder))
    assert ask(chosen, "POST", "privacy/redact", {"text": TEXT}).json()["text"] == HIDDEN
    assert ask(chosen, "POST", "privacy/redact", {"text": TEXT, "has_policy": False}).json()["text"] == TEXT
    assert ask(chosen, "POST", "privacy/try", {"text": TEXT}).json()["text"] == HIDDEN
    for model, result in {"tiny": HIDDEN, "": TEXT}.items():
        tried = ask(chosen, "POST", "privacy/try", {"text": TEXT, "policy": {"name_model": model}})
        assert tried.json()["text"] == result
    refused = ask(chosen, "POST", "privacy/try", {"text": TEXT, "policy": {"name_model": "../tiny"}})
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_name_model")


def test_a_tenant_chooses_among_what_there_is(alice: House, folder: Path) -> None:
    with tenant_scope(alice.tenant.id):
        Member.objects.update(role=Role.ADMIN)
    use(SocketNameModels("/nowhere/s", folder))
    policy = ask(alice, "GET", "privacy/policy").json()
    assert (policy["name_model"], policy["name_models"]) == ("", ["pickle", "tiny"])
    for name in ("nobody", "../models/tiny", "tiny/", "/etc"):
        response = ask(alice, "PUT", "privacy/policy", policy | {"name_model": name})
        assert (response.status_code, response.json()["code"]) == (400, "unknown_name_model")
    changed = ask(alice, "PUT", "privacy/policy", policy | {"name_model": "tiny"}).json()
    assert changed["name_model"] == "tiny"
    use(SocketNameModels("/nowhere/s", None))
    kept = ask(alice, "PUT", "privacy/policy", changed | {"retention_days": 30})
    assert (kept.status_code, kept.json()["name_model"], kept.json()["name_models"]) == (200, "tiny", [])


async def test_where_there_is_nothing_to_choose_nothing_is_asked(alice: House) -> None:
    visitor = await act(alice, make_visitor, alice)
    with capture_logs() as logs:
        assert await said(alice, visitor) == TEXT
    assert [entry for entry in logs if entry["event"].startswith("name_model")] == []

"""Fifty people's data goes in at every door, also where something crashes, and comes out nowhere."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import psycopg
import structlog
from channels.layers import get_channel_layer
from django.db import connection
from django.test import Client

from assistant.conversations import services
from assistant.conversations.models import Contact
from assistant.foundation import conf as conf_module
from assistant.foundation.ids import uuid7
from assistant.foundation.outbox.jobs import JobRun, enqueue, run_job
from assistant.foundation.people import make_api_key
from assistant.foundation.permissions import Role
from assistant.foundation.tenancy import in_tenant, tenant_scope
from deploy.settings.env import environment
from deploy.up.postgres import place_of
from inference.backends.mock import MockEngine
from inference.contract import GenerationRequest
from tests.factories import ORIGIN, House
from tests.fakes import WordEmbedder
from tests.integration.sockets import dashboard, use_engine, widget

FIRST = ["Maria", "Deshawn", "Ingrid", "Tomasz", "Aisha", "Pierre", "Lucía", "Jürgen", "Chidi", "Natalia"]
LAST = [
    "Okafor",
    "Whitaker",
    "Solberg",
    "Zieliński",
    "Rahman",
    "Delacroix",
    "Fernández",
    "Weißmüller",
    "Eze",
    "Petrova",
]
CARDS = ["4111 1111 1111 1111", "5555555555554444", "378282246310005", "6011000990139424", "3530111333300000"]
IBANS = [
    "DE89370400440532013000",
    "GB82 WEST 1234 5698 7654 32",
    "FR1420041010050500013M02606",
    "ES9121000418450200051332",
    "NL91ABNA0417164300",
]
log = structlog.get_logger("canaries")


def canaries() -> list[str]:
    """Fifty values of ten kinds, none of which any text of ours holds."""
    dice = random.Random(20261126)
    made: list[str] = []
    for place in range(5):
        digits = [dice.randrange(10) for _ in range(4)]
        tail = "".join(map(str, digits))
        made += [
            f"{FIRST[place]} {LAST[place]}",
            f"{FIRST[place + 5]} {LAST[place + 5]}",
            f"zq{tail}.canary@example.com",
            f"+44 7700 90{tail}",
            CARDS[place],
            IBANS[place],
            f"21{place}-09-{9000 + int(tail) % 999}",
            f"198.51.100.{10 + place * 7}",
            f"{31 + place} Plum Court, Tulsa, OK 741{10 + place}",
            f"ghp_{tail}7e42F292c6912E7710c838347Ae1{tail}",
        ]  # fmt: skip
    return made


CANARIES = canaries()
SENTENCES = ["Hi, my name is {}.", "It is {} as I told you", "please change it to {} today", "订单有问题，{}，请联系我"]


def told(place: int) -> str:
    """A canary in a sentence; names in one that says so, as people do."""
    value = CANARIES[place % len(CANARIES)]
    return SENTENCES[0 if value.split()[0] in FIRST else place % len(SENTENCES)].format(value)


class Recorder:
    """Everything that leaves: logs, pages, frames, prompts, embeddings."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str]] = []
        self.paths = 0

    def keep(self, where: str, what: object) -> None:
        self.seen.append((where, str(what)))

    def step(self) -> None:
        self.paths += 1


class KeepingEmbedder(WordEmbedder):
    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder

    async def embed_now(self, texts: Sequence[str]) -> list[list[float]]:
        self.recorder.keep("embedding", list(texts))
        return self.embed(texts)


class FailingDirectory:
    """A business system whose error quotes what it was asked about."""

    def __init__(self) -> None:
        self.place = 0

    def card(self, contact_id: object) -> None:
        self.place += 1
        raise RuntimeError(told(self.place))

    def known(self, contact_id: object) -> tuple[tuple[str, str], ...]:
        return ()


def run_failing_job(run: JobRun) -> None:
    raise ValueError(f"could not store {told(int(run.ids['place']))}")


async def test_fifty_canaries_on_two_hundred_paths_are_found_nowhere(alice: House, settings: Any) -> None:
    recorder, written, engine = Recorder(), io.StringIO(), MockEngine()
    handler = logging.StreamHandler(written)
    handler.setFormatter(next(one.formatter for one in logging.getLogger().handlers if one.formatter))
    settings.JOBS = settings.JOBS | {"test.fails": f"{__name__}.run_failing_job"}
    conf_module._built["Embedder"] = KeepingEmbedder(recorder)
    use_engine(engine)
    logging.getLogger().addHandler(handler)
    try:
        await talk(alice, recorder)
        await break_off(alice, recorder)
        await asyncio.to_thread(knock, alice, recorder)
    finally:
        logging.getLogger().removeHandler(handler)
    recorder.keep("log", written.getvalue())
    recorder.keep("channel layer", vars(get_channel_layer()))
    for request in engine.requests:
        recorder.keep("prompt", [segment.text for segment in request.segments])
    for file in (environment().deskside_home / "doorbell").rglob("*"):
        if file.is_file():
            recorder.keep("broker", file.read_bytes().decode(errors="replace"))
    for table, row in rows():
        recorder.keep(f"table {table}", row)
    assert recorder.paths >= 200
    assert engine.requests, "an engine that was not asked proves nothing about prompts"
    assert "Traceback" in written.getvalue(), "nothing crashed, so nothing is proved about crashes"
    assert list(leaks(recorder)) == []


async def talk(house: House, recorder: Recorder) -> None:
    """Every canary once by the widget, while an agent's dashboard is open; half of them answered by the agent too."""
    async with dashboard(house.tenant.slug, house.user) as desk:
        for start in range(0, len(CANARIES), 5):  # few messages a contact: there is a limit
            visitor = await in_tenant(house.tenant.id, make_visitor_here, house)
            async with widget(house, visitor) as tab:
                for place in range(start, start + 5):
                    await tab.say(f"{told(place)} What is the monthly fee of the Blue Account?")
                    await tab.until("done")
                    recorder.step()
        await desk.pings()
        recorder.keep("dashboard", desk.received)


async def break_off(house: House, recorder: Recorder) -> None:
    """Frames that are refused, halves of a number, an engine and a directory that fail with what they were given."""
    for place in range(0, len(CANARIES), 5):
        visitor = await in_tenant(house.tenant.id, make_visitor_here, house)
        async with widget(house, visitor) as tab:
            client_id = uuid7()
            await tab.raw(json.dumps({"t": told(place), "text": told(place + 1)}))
            await tab.raw(json.dumps({"t": "msg", "id": told(place), "text": 7}))
            await tab.raw('{"t": "msg", ' + told(place + 2))
            await tab.say(told(place + 3), client_id=client_id)
            await tab.send("msg", id=client_id, text=told(place + 4))
            await tab.until("error", code="id_reused")
            recorder.keep("refused", tab.of("error"))
            for _ in range(5):
                recorder.step()

    def fails(request: GenerationRequest) -> str:
        raise RuntimeError(told(3))

    use_engine(MockEngine(fails))
    visitor = await in_tenant(house.tenant.id, make_visitor_here, house)
    async with widget(house, visitor) as tab:
        await tab.say(f"{told(2)} What is the monthly fee of the Blue Account?")
        await tab.until("start")  # it dies after this; the next message takes its turn
        await tab.say("my card is 4111 1111")
        await tab.say("1111 1111 is the rest")
        recorder.step()
        recorder.step()


def knock(house: House, recorder: Recorder) -> None:
    """Every other door, in a thread of its own as the product's requests are: REST, pages, sessions, jobs, logs."""
    with tenant_scope(house.tenant.id):
        key = make_api_key(house.tenant, name="canaries", role=Role.ADMIN)
        contact = make_visitor_here(house)
        received = services.receive_message(contact, client_id=uuid7(), text="hello", language="en")
        services.take_over(received.conversation_id, house.member)
    rest = Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)
    plain = Client(headers={"Origin": ORIGIN}, raise_request_exception=False)
    conf_module._built["CustomerDirectory"] = FailingDirectory()
    try:
        for place in range(len(CANARIES)):
            doors(house, place, rest=rest, plain=plain, conversation=received.conversation_id, recorder=recorder)
    finally:
        del conf_module._built["CustomerDirectory"]
        connection.close()


def doors(house: House, place: int, *, rest: Client, plain: Client, conversation: Any, recorder: Recorder) -> None:
    """One canary at each of them."""
    value = told(place)
    about = f"/api/v1/conversations/{conversation}"
    with tenant_scope(house.tenant.id):
        services.reply(conversation, house.member, client_id=uuid7(), text=value)
    answers = {
        "search": rest.get("/api/v1/conversations", {"search": value}),
        "bad id": rest.get(f"/api/v1/conversations/{value}"),
        "bad body": rest.post(f"{about}/messages", f"{{{value}", content_type="application/json"),
        "bad field": rest.post(f"{about}/messages", {"id": value, "text": [value]}, content_type="application/json"),
        "no such key": Client(headers={"Authorization": f"Bearer {value}".encode().decode("latin1", "replace")}).get(
            "/api/v1/me"
        ),
        "reason": rest.post(
            f"{about}/reveal", {"placeholder": "<EMAIL_9>", "reason": value}, content_type="application/json"
        ),
        "crash": rest.get(f"{about}/customer"),
        "session": plain.post(f"/widget/{house.inbox.key}/session", f"[{value}", content_type="application/json"),
        "identity": plain.post(
            f"/widget/{house.inbox.key}/session", {"identity": value, "visitor": value}, content_type="application/json"
        ),
        "page": plain.get("/nothing/here", {"q": value}),
    }
    for where, response in answers.items():
        recorder.keep(f"answer to {where}", response.content.decode())
        recorder.step()
    assert answers["crash"].status_code == 500, "a directory that fails is a crash of ours"
    with tenant_scope(house.tenant.id):
        job = enqueue("test.fails", place=str(place))
    run_job(house.tenant.id, job.id)
    log.warning("canary.told", text=value, deep={"inner": [value, {"more": value}]}, place=place)
    try:
        raise RuntimeError(value)
    except RuntimeError as problem:
        log.error("canary.crashed", exc_info=problem)


def make_visitor_here(house: House) -> Contact:
    return services.new_contact(house.inbox, visitor_hash=uuid4().hex)


def rows() -> Iterator[tuple[str, str]]:
    """Every row of every table, as text; a superuser's eyes, past all policies."""
    with psycopg.connect(place_of(environment()).dsn("superuser"), autocommit=True) as server:
        tables = [name for (name,) in server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        for table in tables:
            for (row,) in server.execute(f'SELECT t::text FROM "{table}" t'):
                yield table, row


def leaks(recorder: Recorder) -> Iterator[tuple[str, str]]:
    """Where a canary stands, as it was written or with its separators gone."""
    bare = {value: re.sub(r"[\W_]", "", value).casefold() for value in CANARIES}
    for where, text in recorder.seen:
        folded = text.casefold()
        squeezed = re.sub(r"[\W_]", "", folded)
        for value, plain in bare.items():
            if value.casefold() in folded or (len(plain) >= 9 and plain in squeezed):
                yield where, value

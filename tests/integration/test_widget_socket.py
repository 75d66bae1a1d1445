"""What a visitor's tab is sent, frame by frame, with an engine whose times are known."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from channels.layers import channel_layers

from assistant.conversations import services
from assistant.conversations.models import Contact, Message, Turn
from assistant.foundation.ids import uuid7
from assistant.foundation.outbox.hints import hint_conversation
from deploy.settings.env import environment
from deploy.up.postgres import place_of
from inference.backends.mock import MockEngine, hostile
from inference.contract import GenerationRequest
from tests.factories import House, make_visitor
from tests.integration.sockets import Tab, act, dashboard, use_engine, widget

QUESTION = "What is the monthly fee of the Blue Account?"
FEE = "The monthly fee of the Blue Account is £4."
LIMIT = "The daily mobile deposit limit of the Blue Account is £1,500."


def two_sentences(request: GenerationRequest) -> str:
    return f"{FEE} {LIMIT} "


def holding(after: int = len(FEE.split()) + 1) -> MockEngine:
    """In use; it says the first sentence, and the second one when it is told to go on."""
    engine = MockEngine(two_sentences, holds_after=after)
    use_engine(engine)
    return engine


@pytest.fixture(params=["memory", "redis"])
def layer(request: pytest.FixtureRequest, settings: Any) -> Iterator[str]:
    """Hints through this process, or through Redis."""
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")
        config = {"hosts": [url], "prefix": f"test-{uuid4().hex[:8]}"}
        settings.CHANNEL_LAYERS = {
            "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": config}
        }
    channel_layers.backends.clear()
    yield request.param
    channel_layers.backends.clear()


async def answered(tab: Tab, text: str = QUESTION) -> dict[str, Any]:
    await tab.say(text)
    return await tab.until("done")


async def test_a_question_is_acknowledged_answered_and_cited(layer: str, alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab:
        hi = tab.received[0]
        assert (hi.get("c"), hi["s"]) == (None, 0)
        ack = await tab.say(QUESTION)
        done = await tab.until("done")
        (start,) = tab.of("start")
        (said,) = tab.of("msg")
        text = tab.text()
    assert (said["text"], said["from"]["kind"], said["re"]) == (QUESTION, "contact", ack["id"])
    assert (ack["dup"], ack["m"], ack["s"]) == (False, said["m"], said["s"])
    assert (start["re"], start["m"]) == (said["m"], done["m"])
    assert FEE in text
    assert (done["why"], done["len"], done["sum"]) == ("complete", len(text), zlib.crc32(text.encode()))
    assert [cite["title"] for cite in done["cites"]] == ["Blue Account: limits"]
    assert f"/widget/{alice.inbox.key}/articles/" in done["cites"][0]["url"]
    assert tab.sequences() == list(range(1, len(tab.sequences()) + 1))


async def test_a_colleague_watching_sees_it_happen(layer: str, alice: House, visitor: Contact) -> None:
    engine = holding()
    async with widget(alice, visitor) as tab, dashboard(alice.tenant.slug, alice.user) as desk:
        ack = await tab.say(QUESTION)
        await desk.send("watch", c=ack["c"])
        await desk.until("start")
        engine.go_on()
        await asyncio.gather(tab.until("done"), desk.until("done"))
        assert desk.text() == tab.text() != ""
        await act(alice, services.take_over, ack["c"], alice.member)
        assert (await tab.until("state"))["agent"] == "Alice"
        assert (await desk.until("state"))["state"] == "human"


async def test_the_same_id_again_is_a_repeat_and_starts_nothing(alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab:
        client_id = uuid7()
        first = await tab.say(QUESTION, client_id=client_id)
        await tab.until("done")
        again = await tab.say(QUESTION, client_id=client_id)
        assert {**again, "dup": False} == first
        assert again["dup"] is True
        assert await tab.is_quiet()


async def test_the_same_id_with_another_text_is_refused(alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab:
        client_id = uuid7()
        await tab.say(QUESTION, client_id=client_id)
        await tab.send("msg", id=client_id, text="something else")
        error = await tab.until("error")
        assert (error["code"], error["re"]) == ("id_reused", str(client_id))


async def test_an_id_is_remembered_by_the_next_socket(alice: House, visitor: Contact) -> None:
    client_id = uuid7()
    async with widget(alice, visitor) as tab:
        first = await tab.say(QUESTION, client_id=client_id)
    async with widget(alice, visitor) as tab:
        assert (await tab.say(QUESTION, client_id=client_id)) == {**first, "dup": True}


async def test_a_reconnect_resumes_exactly_where_it_stood(alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab:
        done = await answered(tab)
        await answered(tab, "What is the daily mobile deposit limit of the Blue Account?")
        missed = [frame for frame in tab.of("msg", "start", "done") if frame["s"] > done["s"]]
    async with widget(alice, visitor, at={"c": done["c"], "e": 1, "s": done["s"]}) as tab:
        await tab.until("live")
        replayed = tab.of("msg", "start", "done")
        assert replayed == missed != []
        assert tab.of("resync") == []


async def test_a_reconnect_at_the_top_brings_nothing_twice(alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab:
        done = await answered(tab)
    async with widget(alice, visitor, at={"c": done["c"], "e": 1, "s": done["s"]}) as tab:
        await tab.until("live")
        assert [frame["t"] for frame in tab.received] == ["hi", "live"]


async def test_a_reconnect_in_the_middle_of_an_answer_gets_it_so_far_and_then_the_rest(
    alice: House, visitor: Contact
) -> None:
    engine = holding()
    async with widget(alice, visitor) as tab:
        await tab.say(QUESTION)
        start = await tab.until("start")
        await tab.until("delta")
        before = tab.text()
        async with widget(alice, visitor, at={"c": start["c"], "e": 1, "s": start["s"] - 1}) as second:
            await second.until("start", m=start["m"])
            so_far = await second.next()
            if so_far["t"] == "live":
                so_far = await second.next()
            assert (so_far["o"], so_far["d"]) == (0, before)
            engine.go_on()
            done = await second.until("done")
            assert second.text().startswith(before)
            assert (done["len"], done["sum"]) == (len(second.text()), zlib.crc32(second.text().encode()))
            await tab.until("done")
            assert second.text() == tab.text()


@pytest.mark.parametrize("wrong", ["too high", "another conversation", "another epoch"])
async def test_a_position_that_does_not_fit_is_never_replayed_in_part(
    alice: House, visitor: Contact, wrong: str
) -> None:
    async with widget(alice, visitor) as tab:
        done = await answered(tab)
        everything = tab.of("msg", "start", "done")
    at: dict[str, Any] = {"c": done["c"], "e": 1, "s": done["s"]}
    changes: dict[str, dict[str, Any]] = {
        "too high": {"s": 10_000},
        "another conversation": {"c": str(uuid7())},
        "another epoch": {"e": 7},
    }
    at |= changes[wrong]
    async with widget(alice, visitor, at=at) as tab:
        await tab.until("resync", c=done["c"])
        await tab.until("live")
        assert tab.of("msg", "start", "done") == everything


async def test_stop_ends_the_answer_with_what_was_said(alice: House, visitor: Contact) -> None:
    holding()
    async with widget(alice, visitor) as tab:
        await tab.say(QUESTION)
        start = await tab.until("start")
        await tab.until("delta")
        await tab.send("stop", m=start["m"])
        done = await tab.until("done")
        assert (done["why"], tab.text()) == ("stopped", FEE)
        assert done["len"] == len(FEE)


async def test_stop_before_the_first_word_leaves_no_answer(alice: House, visitor: Contact) -> None:
    holding(after=0)
    async with widget(alice, visitor) as tab:
        await tab.say(QUESTION)
        start = await tab.until("start")
        await tab.send("stop", m=start["m"])
        done = await tab.until("done")
        assert (done["why"], done["len"], tab.text()) == ("stopped", 0, "")
        assert await tab.is_quiet()


async def test_a_stranger_cannot_stop_an_answer(alice: House, visitor: Contact) -> None:
    engine = holding()
    other = await asyncio.to_thread(_in_thread, make_visitor, alice)
    async with widget(alice, visitor) as tab, widget(alice, other) as stranger:
        await tab.say(QUESTION)
        start = await tab.until("start")
        await stranger.send("stop", m=start["m"])
        assert await stranger.pings()
        engine.go_on()
        assert (await tab.until("done"))["why"] == "complete"


async def test_a_second_message_supersedes_the_running_answer(alice: House, visitor: Contact) -> None:
    holding()
    async with widget(alice, visitor) as tab:
        await tab.say(QUESTION)
        first = await tab.until("start")
        await tab.until("delta")
        use_engine(MockEngine(two_sentences))
        await tab.say("And the daily mobile deposit limit?")
        second = await tab.until("start")
        assert (await tab.until("done", m=second["m"]))["why"] == "complete"
        ends = {frame["m"]: frame["why"] for frame in tab.of("done")}
        assert ends == {first["m"]: "superseded", second["m"]: "complete"}
        after = tab.received[tab.received.index(next(f for f in tab.of("done") if f["m"] == first["m"])) + 1 :]
        assert all(frame["m"] != first["m"] for frame in after if frame["t"] in ("delta", "draft"))


async def test_asking_for_a_person_queues_and_silences_the_assistant(alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab:
        await tab.send("human", id=uuid7())
        state = await tab.until("state")
        assert (state["state"], state["pos"]) == ("queued", 1)
        assert "number 1 in line" in (await tab.until("msg"))["text"]
        await tab.say(QUESTION)
        await tab.until("msg", text=QUESTION)
        assert await tab.is_quiet()
        assert tab.of("start", "delta", "draft") == []


async def test_a_take_over_in_the_middle_of_an_answer_is_the_assistants_last_word(
    alice: House, visitor: Contact
) -> None:
    holding()
    async with widget(alice, visitor) as tab:
        ack = await tab.say(QUESTION)
        await tab.until("delta")
        await act(alice, services.take_over, ack["c"], alice.member)
        assert (await tab.until("done"))["why"] == "superseded"
        assert (await tab.until("state"))["state"] == "human"
        assert "Alice joined" in (await tab.until("msg"))["text"]
        assert await tab.is_quiet()
    assert await act(alice, lambda: Message.objects.filter(kind="assistant").count()) == 0


async def test_a_customer_reads_their_own_data_and_an_agent_a_placeholder(alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab, dashboard(alice.tenant.slug, alice.user) as desk:
        ack = await tab.say("Write to ann@example.com please, what is the monthly fee of the Blue Account?")
        await desk.send("watch", c=ack["c"])
        assert "ann@example.com" in (await tab.until("msg"))["text"]
        assert "<EMAIL_1>" in (await desk.until("msg"))["text"]
        await asyncio.gather(tab.until("done"), desk.until("done"))
        assert "ann@example.com" not in str(desk.received)


async def test_a_hostile_model_does_no_harm(alice: House, visitor: Contact) -> None:
    use_engine(MockEngine(hostile))
    async with widget(alice, visitor) as tab:
        done = await answered(tab, f"I am ann@example.com. {QUESTION}")
        shown = tab.text() + str(done)
    assert FEE in shown
    for evil in ("evil.example", "![", "mallory", "£999", "<script", "EMAIL_99", "£87", "You are ", "Articles:"):
        assert evil not in shown


HARMFUL = [
    f"{FEE} Visit https://evil.example/now for the monthly fee of the Blue Account. ",
    "The monthly fee of the Blue Account is £4 ![x](https://evil.example/leak?d=1). ",
    "The monthly fee of the Blue Account is £999. ",
    "The monthly fee of the Blue Account is £4, says mallory@evil.example. ",
    "The monthly fee of the Blue Account is £4<script>alert(1)</script>. ",
    "The monthly fee of the Blue Account is £4, call +44 7700 900123. ",
    "An agent may refund up to £87 as goodwill without approval. ",
    "The monthly fee of the Blue Account is £4 [here](https://evil.example/x). ",
    "The monthly fee of the Blue Account is £4 <EMAIL_7>. ",
    "The monthly fee of the Green Account is £9. ",
]
EVIL = ("evil", "![", "](", "£999", "<script", "alert(1)", "mallory", "7700 900123", "£87", "EMAIL_7", "Green", "£9.")


@pytest.mark.parametrize("written", HARMFUL, ids=range(len(HARMFUL)))
async def test_a_sentence_that_nothing_supports_is_never_shown(alice: House, visitor: Contact, written: str) -> None:
    use_engine(MockEngine(lambda request: written))
    async with widget(alice, visitor) as tab:
        done = await answered(tab)
        shown = tab.text() + str(done["cites"])
    assert "£4" in shown
    assert [evil for evil in EVIL if evil in shown] == []


async def test_an_engine_that_dies_after_the_first_words_still_ends_in_one_answer(
    alice: House, visitor: Contact
) -> None:
    use_engine(MockEngine(two_sentences, dies_after=10))
    async with widget(alice, visitor) as tab:
        done = await answered(tab)
        assert done["why"] == "complete"
        assert FEE in tab.text()
        assert len(tab.of("done")) == 1
        assert await tab.is_quiet()


async def test_without_an_engine_the_articles_answer(alice: House, visitor: Contact) -> None:
    use_engine(MockEngine(dies_after=0))
    async with widget(alice, visitor) as tab:
        done = await answered(tab)
        assert FEE in tab.text()
        assert done["cites"] != []
    assert await act(alice, lambda: Turn.objects.get().outcome) == "extractive"


async def test_an_engine_that_says_nothing_is_not_waited_for(alice: House, visitor: Contact, settings: Any) -> None:
    settings.DESKSIDE = settings.DESKSIDE.model_copy(update={"first_words_within_s": 0.5})
    holding(after=0)
    async with widget(alice, visitor) as tab:
        await answered(tab)
        assert FEE in tab.text()


async def test_a_tab_hears_again_after_the_database_failed_for_a_moment(alice: House, visitor: Contact) -> None:
    def server(statement: str) -> None:
        with psycopg.connect(place_of(environment()).dsn("superuser"), autocommit=True) as connection:
            connection.execute(statement)

    async with widget(alice, visitor) as tab, dashboard(alice.tenant.slug, alice.user) as desk:
        done = await answered(tab)
        await desk.until("row")
        await asyncio.to_thread(server, "REVOKE SELECT ON foundation_event, conversations_conversation FROM desk_app")
        try:
            hint_conversation(alice.tenant.id, UUID(done["c"]), done["s"])
            await asyncio.sleep(0.4)  # both have tried to read
        finally:
            await asyncio.to_thread(server, "GRANT SELECT ON foundation_event, conversations_conversation TO desk_app")
        rows = len(desk.of("row"))
        assert (await answered(tab, "And the daily mobile deposit limit of the Blue Account?"))["why"] == "complete"
        await desk.until("row")
        assert len(desk.of("row")) > rows


async def test_a_question_about_nothing_we_know_offers_a_person_and_yes_accepts(alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab:
        done = await answered(tab, "Who won the football match yesterday?")
        assert done["cites"] == []
        assert "person" in tab.text()
        await tab.say("yes please")
        assert (await tab.until("state"))["state"] == "queued"


def _in_thread(fn: Any, *args: Any) -> Any:
    """Run sync set-up off the loop, and give the connection back. (Any: whatever the factory takes.)"""
    from django.db import connection

    try:
        return fn(*args)
    finally:
        connection.close()

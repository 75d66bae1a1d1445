"""What an agent's dashboard is sent."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from assistant.conversations import services
from assistant.conversations.models import Contact
from assistant.foundation.ids import uuid7
from assistant.foundation.people import Member
from assistant.foundation.permissions import TABLE, Role
from assistant.foundation.tenancy import in_pool
from assistant.interfaces.sockets import dashboard as dashboard_module
from inference.backends.mock import MockEngine
from tests.factories import House, say
from tests.integration.sockets import act, dashboard, dashboard_tab, log_in, use_engine, widget

QUESTION = "What is the monthly fee of the Blue Account?"


async def test_the_hi_says_who_this_is_and_what_they_may_do(alice: House) -> None:
    async with dashboard(alice.tenant.slug, alice.user) as desk:
        hi = desk.received[0]
    assert (hi["member"], hi["role"]) == ("Alice", "agent")
    assert hi["may"] == sorted(TABLE[Role.AGENT])


async def test_rows_appear_and_change_live(alice: House, visitor: Contact) -> None:
    async with dashboard(alice.tenant.slug, alice.user) as desk, widget(alice, visitor) as tab:
        ack = await tab.say(f"I am ann@example.com. {QUESTION}")
        row = (await desk.until("row"))["row"]
        assert (row["id"], row["state"], row["is_mine"]) == (ack["c"], "assistant", False)
        await act(alice, services.take_over, ack["c"], alice.member)
        while row["state"] != "human":
            row = (await desk.until("row"))["row"]
        assert (row["assignee"], row["is_mine"]) == ("Alice", True)
        assert "ann@example.com" not in str(desk.received)


async def test_watching_replays_the_thread_and_then_goes_on_live(alice: House, visitor: Contact) -> None:
    async with dashboard(alice.tenant.slug, alice.user) as desk, widget(alice, visitor) as tab:
        first = await tab.say(QUESTION)
        await tab.until("done")
        await desk.send("watch", c=first["c"])
        await desk.until("live", c=first["c"])
        assert [frame["t"] for frame in desk.received if frame["t"] in ("msg", "start", "done")] == [
            "msg",
            "start",
            "done",
        ]
        assert desk.text() == tab.text()
        await tab.say("And the daily mobile deposit limit of the Blue Account?")
        await asyncio.gather(tab.until("done"), desk.until("done"))
        assert desk.text() == tab.text()
        assert desk.sequences() == list(range(1, len(desk.sequences()) + 1))


async def test_watching_goes_on_from_a_sequence(alice: House, visitor: Contact) -> None:
    async with dashboard(alice.tenant.slug, alice.user) as desk, widget(alice, visitor) as tab:
        first = await tab.say(QUESTION)
        done = await tab.until("done")
        await desk.send("watch", c=first["c"], s=done["s"] - 1)
        await desk.until("live", c=first["c"])
        assert desk.sequences() == [done["s"]]


async def test_deltas_reach_the_watcher_while_they_are_made(alice: House, visitor: Contact) -> None:
    engine = MockEngine(lambda request: "The monthly fee of the Blue Account is £4. ", holds_after=1)
    use_engine(engine)
    async with dashboard(alice.tenant.slug, alice.user) as desk, widget(alice, visitor) as tab:
        ack = await tab.say(QUESTION)
        await desk.send("watch", c=ack["c"])
        await desk.until("start")
        engine.go_on()
        delta = await desk.until("delta")
        assert desk.of("done") == []
        await desk.until("done", m=delta["m"])


async def test_after_unwatch_nothing_of_it_comes(alice: House, visitor: Contact) -> None:
    async with dashboard(alice.tenant.slug, alice.user) as desk, widget(alice, visitor) as tab:
        ack = await tab.say(QUESTION)
        await tab.until("done")
        await desk.send("watch", c=ack["c"])
        await desk.until("live", c=ack["c"])
        await desk.send("unwatch", c=ack["c"])
        assert await desk.pings()
        before = len(desk.of("msg", "start", "delta", "done"))
        await tab.say(QUESTION)
        await tab.until("done")
        await desk.until("row")
        assert len(desk.of("msg", "start", "delta", "done")) == before


async def test_typing_is_seen_on_the_other_side_and_not_on_ones_own(alice: House, visitor: Contact) -> None:
    async with dashboard(alice.tenant.slug, alice.user) as desk, widget(alice, visitor) as tab:
        ack = await tab.say(QUESTION)
        await tab.until("done")
        await desk.send("watch", c=ack["c"])
        await desk.until("live", c=ack["c"])
        await desk.send("typing", c=ack["c"], on=True)
        assert (await tab.until("typing"))["who"] == "Alice"
        await tab.send("typing", on=True)
        assert (await desk.until("typing"))["who"] == "contact"
        assert [frame["who"] for frame in desk.of("typing")] == ["contact"]


async def test_typing_in_a_conversation_that_is_not_watched_is_refused(alice: House, visitor: Contact) -> None:
    async with dashboard(alice.tenant.slug, alice.user) as desk:
        await desk.send("typing", c=uuid7(), on=True)
        assert (await desk.until("error"))["code"] == "not_found"


async def test_an_agents_reply_reaches_the_customer(alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab:
        ack = await tab.say(QUESTION)
        await tab.until("done")
        await act(alice, services.take_over, ack["c"], alice.member)
        await act(alice, services.reply, ack["c"], alice.member, client_id=uuid7(), text="Alice here, mail a@b.example")
        message = await tab.until("msg", text="Alice here, mail a@b.example")
        assert message["from"] == {"kind": "agent", "name": "Alice"}


async def test_charlie_is_refused_at_alices_dashboard(alice: House, charlie: House) -> None:
    async with dashboard_tab(alice.tenant.slug, await log_in(charlie.user)) as desk:
        assert await desk.close_code() == 4403
    assert desk.received == []


@pytest.mark.parametrize("cookie", ["", "nonsense", "a" * 5_000, '"', "\\"])
async def test_without_a_log_in_nobody_enters(alice: House, cookie: str) -> None:
    async with dashboard_tab(alice.tenant.slug, cookie) as desk:
        assert await desk.close_code() == 4403


async def test_a_page_of_somebody_else_is_refused_with_alices_cookie(alice: House) -> None:
    async with dashboard_tab(alice.tenant.slug, await log_in(alice.user), origin="https://evil.example") as desk:
        assert await desk.close_code() == 4403


async def test_a_changed_password_ends_old_log_ins(alice: House) -> None:
    cookie = await log_in(alice.user)

    def change() -> None:
        alice.user.set_password("another-one-1")
        alice.user.save()

    await in_pool(change)
    async with dashboard_tab(alice.tenant.slug, cookie) as desk:
        assert await desk.close_code() == 4403


async def _log_out(house: House, cookie: str) -> None:
    from django.contrib.sessions.models import Session

    await in_pool(lambda: Session.objects.filter(session_key=cookie).delete())


async def _dismiss(house: House, cookie: str) -> None:
    await act(house, lambda: Member.objects.update(is_active=False))


@pytest.mark.parametrize("leave", [_log_out, _dismiss])
async def test_whoever_logged_out_or_left_loses_the_open_socket(
    alice: House, visitor: Contact, monkeypatch: pytest.MonkeyPatch, leave: Any
) -> None:
    monkeypatch.setattr(dashboard_module, "RECHECK_EVERY_S", 0.1)
    cookie = await log_in(alice.user)
    async with dashboard(alice.tenant.slug, alice.user, cookie=cookie) as desk:
        await leave(alice, cookie)
        assert await desk.close_code() == 4401
        await act(alice, lambda: None)
    received = await act(alice, lambda: say(alice, visitor, QUESTION))
    assert str(received.conversation_id) not in str(desk.received)

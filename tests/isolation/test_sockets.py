"""Every frame of both sockets, sent by Charlie with Alice's ids: the lists are read from the protocol's unions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, get_args

import pytest

from assistant.conversations.models import Contact, Turn
from assistant.foundation.people import Member
from assistant.foundation.permissions import Role
from assistant.interfaces.sockets.protocol import DeskFrame, WidgetFrame
from tests.factories import House, make_visitor, token_for
from tests.integration.sockets import Tab, act, dashboard, dashboard_tab, log_in, widget
from tests.isolation.world import CANARY, World, make_world, new_id, rows_of

Fields = Callable[[World], dict[str, Any]]

WIDGET_SAMPLES: dict[str, Fields] = {
    "hello": lambda world: {"v": 1, "token": token_for(world.alice, world.contact)},
    "msg": lambda world: {"id": new_id(), "text": f"what was {world.conversation} about?"},
    "human": lambda world: {"id": new_id()},
    "stop": lambda world: {"m": world.answer},
    "typing": lambda world: {"on": True},
    "rate": lambda world: {"m": world.answered, "v": "down"},
    "auth": lambda world: {"token": token_for(world.alice, world.contact)},
    "ping": lambda world: {"n": 1},
}
DESK_SAMPLES: dict[str, Fields] = {
    "hello": lambda world: {"v": 1},
    "watch": lambda world: {"c": world.conversation},
    "unwatch": lambda world: {"c": world.conversation},
    "typing": lambda world: {"c": world.conversation, "on": True},
    "ping": lambda world: {"n": 1},
}
"""Frame type -> fields that name a row of Alice's where they can name one."""


def kinds(union: Any) -> list[str]:
    """The tags of a union. (Any: an annotated union is no type.)"""
    return [get_args(kind.model_fields["t"].annotation)[0] for kind in get_args(get_args(union)[0])]


@pytest.fixture
def world(alice: House, charlie: House, visitor: Contact) -> World:
    return make_world(alice, charlie, visitor)


@pytest.fixture
def charlies_visitor(charlie: House) -> Contact:
    return make_visitor(charlie)


@pytest.mark.parametrize(("union", "samples"), [(WidgetFrame, WIDGET_SAMPLES), (DeskFrame, DESK_SAMPLES)])
def test_every_frame_has_a_sample(union: Any, samples: dict[str, Fields]) -> None:
    assert set(kinds(union)) == set(samples), "a frame is new: add its fields to tests/isolation/test_sockets.py"


@pytest.mark.parametrize("kind", WIDGET_SAMPLES)
async def test_a_visitor_of_charlies_reaches_nothing_of_alices(
    world: World, charlies_visitor: Contact, kind: str
) -> None:
    before = rows_of(world.alice.tenant.id)
    at = {"c": str(world.conversation), "e": 1, "s": 0}
    async with widget(world.charlie, charlies_visitor, at=at) as tab:
        await tab.send(kind, **WIDGET_SAMPLES[kind](world))
        if kind == "auth":
            assert await tab.close_code() == 4403
        else:
            assert await tab.pings()
            await tab.is_quiet(0.2)
        assert CANARY not in str(tab.received)
    assert rows_of(world.alice.tenant.id) == before


@pytest.mark.parametrize("kind", DESK_SAMPLES)
async def test_charlies_dashboard_reaches_nothing_of_alices(world: World, kind: str) -> None:
    before = rows_of(world.alice.tenant.id)
    async with dashboard(world.charlie.tenant.slug, world.charlie.user) as desk:
        await desk.send(kind, **DESK_SAMPLES[kind](world))
        assert await desk.pings()
        if kind in ("watch", "typing"):
            assert [error["code"] for error in desk.of("error")] == ["not_found"]
        assert CANARY not in str(desk.received)
        assert desk.of("row", "msg", "start") == []
    assert rows_of(world.alice.tenant.id) == before


@pytest.mark.parametrize("kind", WIDGET_SAMPLES)
async def test_another_visitor_of_alices_reaches_nothing_of_the_first(world: World, alice: House, kind: str) -> None:
    other = await act(alice, _new_contact, alice)
    async with widget(alice, other, at={"c": str(world.conversation), "e": 1, "s": 0}) as tab:
        await tab.send(kind, **WIDGET_SAMPLES[kind](world))
        if kind == "auth":
            assert await tab.close_code() == 4403
        else:
            assert await tab.pings()
            await tab.is_quiet(0.2)
        assert CANARY not in str(tab.received)
    assert await act(alice, lambda: Turn.objects.get(id=world.turn).state) == Turn.RUNNING


def _new_contact(house: House) -> Contact:
    from assistant.conversations.services import new_contact

    return new_contact(house.inbox, visitor_hash="")


@pytest.mark.parametrize("cookie", ["none", "charlie"])
async def test_alices_dashboard_lets_no_stranger_in(world: World, cookie: str) -> None:
    value = await log_in(world.charlie.user) if cookie == "charlie" else ""
    async with dashboard_tab(world.alice.tenant.slug, value) as desk:
        assert await desk.close_code() == 4403


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_of_alices_house_may_watch(world: World, role: Role) -> None:
    async with dashboard(world.alice.tenant.slug, world.people[role]) as desk:
        await desk.send("watch", c=world.conversation)
        await desk.until("live", c=str(world.conversation))
        assert CANARY in str(desk.of("msg"))


async def test_a_role_that_the_table_does_not_know_may_watch_nothing(world: World, alice: House) -> None:
    async with dashboard(alice.tenant.slug, alice.user) as desk:
        assert await desk.pings()
    await act(alice, lambda: Member.objects.filter(user=alice.user).update(role="guest"))
    async with dashboard_tab(alice.tenant.slug, await log_in(alice.user)) as desk:
        await desk.send("hello", v=1)
        await desk.send("watch", c=world.conversation)
        assert (await desk.until("error"))["code"] in ("not_allowed", "internal")
        await desk.is_quiet(0.2)
        assert CANARY not in str(desk.received)


async def test_a_socket_of_an_unknown_widget_is_refused(database: None) -> None:
    async with Tab("/ws/nobody-box") as tab:
        assert await tab.close_code() == 4403

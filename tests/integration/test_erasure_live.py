"""A contact is erased while people watch: from then on everybody sees placeholders, and the browser starts anew."""

from __future__ import annotations

from assistant.conversations.erasure import erase_contact
from assistant.conversations.models import Contact
from tests.factories import House, token_for
from tests.integration.sockets import Tab, act, dashboard, widget
from tests.integration.test_widget_socket import QUESTION, holding

EMAIL = "ann@example.com"


async def erase(house: House, contact: Contact) -> None:
    await act(house, erase_contact, contact.id, by="key:1", reason="asked")


async def test_the_customers_open_tab_has_to_start_anew(alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab:
        await tab.say(f"I am {EMAIL}. {QUESTION}")
        await tab.until("done")
        assert EMAIL in str(tab.of("msg"))
        await erase(alice, visitor)
        await tab.until("state", state="resolved")
        await tab.send("msg", id="01890000-0000-7000-8000-000000000001", text="hello again")
        assert await tab.close_code() == 4401


async def test_a_token_from_before_opens_nothing(alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab:
        await tab.say(f"I am {EMAIL}.")
        await tab.until("done")
    await erase(alice, visitor)
    async with Tab(f"/ws/{alice.inbox.key}") as again:
        await again.send("hello", v=1, token=token_for(alice, visitor))
        assert await again.close_code() == 4401
        assert again.received == []


async def test_a_running_answer_ends_for_both_sides(alice: House, visitor: Contact) -> None:
    holding()
    async with widget(alice, visitor) as tab, dashboard(alice.tenant.slug, alice.user) as desk:
        ack = await tab.say(f"I am {EMAIL}. {QUESTION}")
        await desk.send("watch", c=ack["c"])
        await desk.until("start")
        await erase(alice, visitor)
        for side in (tab, desk):
            assert (await side.until("done"))["why"] == "superseded"
            await side.until("state", state="resolved")
        assert EMAIL not in str(desk.received)


async def test_whoever_opens_the_conversation_later_sees_placeholders(alice: House, visitor: Contact) -> None:
    async with widget(alice, visitor) as tab:
        ack = await tab.say(f"I am {EMAIL}.")
        await tab.until("done")
    await erase(alice, visitor)
    async with dashboard(alice.tenant.slug, alice.user) as desk:
        await desk.send("watch", c=ack["c"])
        await desk.until("live")
        assert [frame["text"] for frame in desk.of("msg")] == [
            "I am <EMAIL_1>.",
            "The personal data in this conversation was erased.",
        ]

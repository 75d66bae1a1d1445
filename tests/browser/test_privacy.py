"""Personal data from the customer's keyboard to the agent's eyes: who sees what, and what is nowhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.installation import HOME, Installation, past_all_policies, tables
from tests.browser.people import Agent, Customer
from tests.browser.test_accessibility import violations

CARD = "5555 5555 5555 4444"
PIN = "83920417"
SAID = f"The card is {CARD} and my PIN is {PIN}"
SECRETS = (CARD, CARD.replace(" ", ""), PIN)
PHONE = "020 7946 0321"

LogIn = Callable[..., Agent]


@pytest.fixture(autouse=True)
def _default_policy() -> Iterator[None]:
    """What a test stores is gone after it: the installation is everybody's."""
    yield
    with past_all_policies() as server:
        server.execute("DELETE FROM privacy_privacypolicy")


@pytest.fixture
def frames() -> list[str]:
    """What the agents' sockets brought."""
    return []


def listen(page: Page, frames: list[str]) -> None:
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    page.reload()
    expect(page.get_by_text("Live", exact=True)).to_be_visible()


def is_in(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text]


def audit(act: str) -> list[dict[str, Any]]:
    with past_all_policies() as server:
        rows = server.execute("SELECT detail FROM foundation_auditentry WHERE act = %s ORDER BY at", [act]).fetchall()
    return [row[0] if isinstance(row[0], dict) else json.loads(row[0]) for row in rows]


def stored(word: str) -> list[str]:
    """Tables in which some row holds the word."""
    with past_all_policies() as server:
        return [
            table
            for table in tables(server)
            if server.execute(
                f'SELECT 1 FROM "{table}" t WHERE strpos(t::text, %s) > 0 LIMIT 1'.encode(), [word]
            ).fetchone()
        ]


def wants_a_reason(admin: Agent) -> None:
    admin.opens_privacy()
    admin.page.get_by_role("switch", name="Ask for a reason").check()
    admin.saves_the_policy()


def test_card_number_reaches_the_agent_as_a_chip_that_opens_with_a_reason_and_is_nowhere_else(
    customer: Customer, tom: Agent, logged_in: LogIn, frames: list[str]
) -> None:
    wants_a_reason(logged_in("admin"))
    listen(tom.page, frames)
    customer.says(SAID)
    tom.opens_conversation_of(customer)
    chip = tom.messages.get_by_role("button", name="Card number")
    expect(chip).to_be_visible()
    expect(tom.messages.locator(".secret.is-gone")).to_have_text("Password removed")
    assert is_in(tom.page.content()) == []

    chip.click()
    dialog = tom.page.get_by_role("dialog", name="Why do you need to see this?")
    expect(dialog).to_be_visible()
    tom.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(chip).to_be_focused()
    expect(chip).to_have_text("Card number")

    chip.press("Enter")
    expect(dialog.get_by_label("Reason")).to_be_focused()
    tom.page.keyboard.type("refund of ann@example.org")
    tom.page.keyboard.press("Enter")
    opened = tom.messages.get_by_role("button", name=CARD)
    expect(opened).to_be_focused()

    opened.click()
    expect(chip).to_have_text("Card number")
    tom.page.get_by_role("button", name=re.compile("^Show all hidden values")).click()
    expect(opened).to_be_visible()
    assert audit("placeholder.revealed")[-2:] == [
        {"placeholders": ["<CREDIT_CARD_1>"], "reason": "refund of <EMAIL>"},
        {"placeholders": ["<CREDIT_CARD_1>"], "reason": "refund of <EMAIL>"},
    ]
    assert frames
    assert is_in("".join(frames)) == []
    assert [stored(secret) for secret in SECRETS] == [[], [], []]
    logs = "".join(path.read_text(errors="replace") for path in (HOME / "logs").glob("*.log"))
    assert is_in(logs) == []


def test_somebody_without_the_right_sees_the_chip_and_can_not_open_it(
    customer: Customer, logged_in: LogIn, frames: list[str]
) -> None:
    observer = logged_in("observer")
    listen(observer.page, frames)
    customer.says(SAID)
    observer.opens_conversation_of(customer)

    expect(observer.messages.locator(".secret")).to_have_text(["Card number", "Password removed"])
    expect(observer.messages.get_by_role("button")).to_have_count(0)
    for name in ("Show all hidden values", "Take over", "Resolve [a-z]$", "Erase this person", "Privacy"):
        expect(observer.page.get_by_role("button", name=re.compile(name))).to_have_count(0)
        expect(observer.page.get_by_role("link", name=re.compile(name))).to_have_count(0)
    assert is_in(observer.page.content()) == []
    assert is_in("".join(frames)) == []
    status = observer.page.evaluate(
        """async (id) => (await fetch(`/api/v1/conversations/${id}/reveal`, {
            method: "POST",
            headers: {
                "Content-Type": "application/json",
                "X-Deskside-Tenant": "larkfield-bank",
                "X-CSRFToken": document.getElementById("desk").dataset.csrf,
            },
            body: JSON.stringify({ all: true, reason: "curious" }),
        })).status""",
        customer.conversation,
    )
    assert status == 403


def test_customer_is_told_kindly_and_the_browser_keeps_nothing_of_what_they_typed(customer: Customer) -> None:
    customer.says(SAID)
    expect(customer.panel).to_contain_text("I removed it and nobody here can read it.")

    expect(customer.own_messages.last).to_contain_text("my PIN is ••••")
    expect(customer.own_messages.last).to_contain_text(CARD)
    kept = customer.page.evaluate("() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    assert is_in(str(kept)) == []
    assert customer.page.evaluate("async () => (await indexedDB.databases()).length") == 0

    customer.page.reload()
    customer.opens_chat()
    expect(customer.own_messages.last).to_contain_text(f"The card is {CARD} and my PIN is ••••")


def test_policy_that_destroys_phones_is_tried_saved_and_holds(customer: Customer, logged_in: LogIn) -> None:
    ines = logged_in("admin")
    ines.opens_privacy()
    result = ines.page.get_by_role("region", name="What would be stored")
    ines.page.get_by_role("textbox", name="Text to try").fill(f"Call {PHONE} or ann@example.org")
    expect(result).to_have_text("Call Phone or E-mail")

    ines.page.get_by_role("radio", name="Phone: Destroyed").check()
    expect(result).to_have_text("Call Phone removed or E-mail")
    expect(ines.page.get_by_text("You have changes that are not saved.")).to_be_visible()
    customer.asks(f"Please call {PHONE}")  # answered, so it is stored under the old policy
    ines.saves_the_policy()
    customer.says(f"I said {PHONE}")
    expect(customer.own_messages.last).to_contain_text("I said ••••")

    tom = logged_in("agent")
    tom.opens_conversation_of(customer)
    expect(tom.messages.get_by_role("button", name="Phone")).to_have_count(1)
    expect(tom.messages.locator(".secret.is-gone")).to_have_text("Phone removed")
    assert audit("privacy.changed")[-1] == {
        "fields": ["treatments"],
        "treatments": {"PHONE": ["placeholder", "destroy"]},
    }


def test_keeping_passwords_readable_needs_a_second_thought(logged_in: LogIn) -> None:
    ines = logged_in("admin")
    ines.opens_privacy()
    radio = ines.page.get_by_role("radio", name="Password: Readable")
    radio.click()
    dialog = ines.page.get_by_role("dialog", name="Password: less than destroyed?")
    expect(dialog.get_by_role("button", name="Keep destroying it")).to_be_focused()
    ines.page.keyboard.press("Escape")
    expect(radio).not_to_be_checked()
    expect(ines.page.get_by_role("radio", name="Password: Destroyed")).to_be_checked()
    expect(ines.page.get_by_text("Everything is saved.")).to_be_visible()

    radio.click()
    dialog.get_by_role("button", name="Do it anyway").click()
    expect(radio).to_be_checked()
    expect(ines.page.locator("#warning-password")).to_contain_text("Less safe than the default")


def test_own_pattern_says_why_it_is_refused_and_counts_once_it_is_good(customer: Customer, logged_in: LogIn) -> None:
    ines = logged_in("admin")
    ines.opens_privacy()
    ines.page.get_by_role("textbox", name="Text to try").fill("Policies PN-123456 and PN-654321")
    ines.page.get_by_role("button", name="Add a pattern").click()
    expect(ines.page.get_by_label("Name", exact=True)).to_be_focused()
    ines.page.keyboard.type("Policies")
    ines.page.get_by_label("Kind", exact=True).fill("policy number")
    pattern = ines.page.get_by_label("Pattern", exact=True)
    pattern.fill(r"(?<=P)N-[0-9]{6}")
    says = ines.page.locator(".pattern-says")
    expect(says).to_contain_text("This can not be used")
    expect(pattern).to_have_attribute("aria-invalid", "true")
    pattern.fill("P*")
    expect(says).to_contain_text("match everywhere")
    pattern.fill("PN-[0-9]{6}")
    expect(says).to_have_text("Matches in the text that you try: 2.")
    expect(ines.page.get_by_role("region", name="What would be stored")).to_have_text(
        "Policies Policy number and Policy number 2"
    )

    ines.page.get_by_role("combobox", name="What happens").select_option("destroy")
    ines.page.get_by_role("textbox", name="Never personal here").fill("pn-654321")
    expect(ines.page.get_by_role("region", name="What would be stored")).to_have_text(
        "Policies Policy number removed and PN-654321"
    )
    ines.saves_the_policy()
    customer.says("My policy is PN-123456")
    expect(customer.own_messages.last).to_contain_text("My policy is ••••")


def test_agent_may_read_and_try_the_policy_and_not_change_it(tom: Agent) -> None:
    tom.opens_privacy()
    expect(tom.page.get_by_text("Only administrators can change it.")).to_be_visible()
    expect(tom.page.get_by_role("radio", name="Phone: Destroyed")).to_be_disabled()
    expect(tom.page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    expect(tom.page.get_by_role("button", name="Add a pattern")).to_have_count(0)
    tom.page.get_by_role("textbox", name="Text to try").fill(f"Call {PHONE}")
    expect(tom.page.get_by_role("region", name="What would be stored")).to_have_text("Call Phone")


def test_administrator_erases_a_person_after_typing_that_it_is_meant(customer: Customer, logged_in: LogIn) -> None:
    customer.says(SAID)
    ines = logged_in("admin")
    ines.opens_conversation_of(customer)
    ines.messages.get_by_role("button", name="Card number").click()
    expect(ines.messages).to_contain_text(CARD)
    ines.page.get_by_role("button", name="Erase this person").click()
    now = ines.page.get_by_role("button", name="Erase for ever")
    expect(now).to_be_disabled()
    ines.page.get_by_label("Reason for the audit").fill("asked for it")
    ines.page.get_by_label("Type “erase” to confirm").fill("erase")
    now.click()
    expect(ines.page.get_by_role("dialog")).to_contain_text("Erased. Values: 1, conversations: 1.")
    ines.page.get_by_role("button", name="Close").click()

    expect(ines.messages).not_to_contain_text(CARD)
    expect(ines.messages.locator(".secret.is-gone")).to_have_text(["Card number", "Password removed"])
    expect(ines.state).to_have_text("Resolved")
    assert audit("contact.erased")[-1]["reason"] == "asked for it"


def test_policy_page_speaks_the_readers_language(
    installation: Installation, logged_in: LogIn, new_profile: Callable[..., BrowserContext]
) -> None:
    cookies = logged_in("admin").page.context.storage_state()
    page = new_profile(storage_state=cookies, locale="zh-CN").new_page()
    page.goto(f"{installation.address}/desk/larkfield-bank/#privacy")
    expect(page.get_by_role("heading", name="隐私")).to_be_visible()
    expect(page.get_by_role("region", name="将会存储的内容")).to_contain_text("密码已删除")
    assert page.evaluate("document.documentElement.lang") == "zh"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 360])
def test_policy_page_has_no_accessibility_violation_and_fits(logged_in: LogIn, theme: str, width: int) -> None:
    options = {"color_scheme": theme, "reduced_motion": "reduce", "viewport": {"width": width, "height": 800}}
    ines = logged_in("admin", **options)
    ines.opens_privacy()
    assert violations(ines.page) == []

    ines.page.get_by_role("radio", name="Phone: Readable").check()
    ines.page.get_by_role("button", name="Add a pattern").click()
    ines.page.get_by_label("Kind", exact=True).fill("no")
    expect(ines.page.locator(".pattern-says")).to_contain_text("A kind has 3 to 24")
    ines.page.get_by_label("Days until values are destroyed").fill("30")
    assert violations(ines.page) == []
    assert ines.page.evaluate("document.documentElement.scrollWidth") <= width
    assert ines.page.locator(".privacy-scroll").evaluate("element => element.scrollWidth <= element.clientWidth")


def test_thread_with_open_chips_and_the_reason_dialog_have_no_accessibility_violation(
    customer: Customer, logged_in: LogIn
) -> None:
    customer.says(SAID)
    wants_a_reason(logged_in("admin"))
    tom = logged_in("agent", reduced_motion="reduce")
    tom.opens_conversation_of(customer)
    tom.page.get_by_role("button", name=re.compile("^Show all hidden values")).click()
    expect(tom.page.get_by_role("dialog")).to_be_visible()
    assert violations(tom.page) == []
    tom.page.keyboard.type("refund")
    tom.page.keyboard.press("Enter")
    expect(tom.messages).to_contain_text(CARD)
    assert violations(tom.page) == []

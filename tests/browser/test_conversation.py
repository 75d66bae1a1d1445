"""One visitor's evening, from the first question to the agent's goodbye, as both of them see it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Route, expect

from tests.browser.conftest import BANK
from tests.browser.installation import Installation, past_all_policies
from tests.browser.people import PATIENCE_MS, Agent, Customer
from tests.browser.test_accessibility import violations

QUESTION = "What is the daily mobile deposit limit of the Everyday Current Account?"
FIGURE = "£1,500"
RATINGS = ("Helpful", "Not helpful")
OTHER_FIGURES = ("£750", "£900", "£1,800", "£2,250", "£3,200", "£3,600", "£4,200", "£6,400", "£7,500", "£12,500")


def test_answer_streams_with_this_accounts_figure_and_a_citation_that_opens_its_source(customer: Customer) -> None:
    customer.watches_the_stream()
    answer = customer.asks(QUESTION)

    expect(answer).to_contain_text(FIGURE)
    said = answer.inner_text()
    assert [figure for figure in OTHER_FIGURES if figure in said] == []
    assert customer.saw_lengths() == sorted(set(customer.saw_lengths())), "what was shown is never taken back"
    with customer.page.expect_popup() as opened:
        answer.get_by_role("link", name="Everyday Current Account").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Fees and limits of the Everyday Current Account")
    expect(opened.value.get_by_role("cell", name=FIGURE)).to_be_visible()


def test_answer_is_rated_by_keyboard_and_the_last_word_counts(customer: Customer) -> None:
    expect(customer.answers.first).to_be_visible()
    expect(customer.rating).to_have_count(0)  # the greeting is nobody's merit
    customer.asks(QUESTION)
    helpful, not_helpful = (customer.rating.get_by_role("button", name=name, exact=True) for name in RATINGS)

    helpful.focus()
    customer.page.keyboard.press("Enter")
    expect(helpful).to_have_attribute("aria-pressed", "true")
    wait_for_ratings(customer, "up")

    customer.page.keyboard.press("Tab")
    customer.page.keyboard.press("Space")
    expect(not_helpful).to_have_attribute("aria-pressed", "true")
    expect(helpful).to_have_attribute("aria-pressed", "false")
    wait_for_ratings(customer, "down")
    for button in (helpful, not_helpful):
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 24


def test_rating_that_cannot_be_sent_is_not_shown_and_what_was_declined_cannot_be_rated(customer: Customer) -> None:
    customer.asks(QUESTION)
    customer.page.context.set_offline(True)
    expect(customer.panel.locator(".status .bar")).to_be_visible()
    customer.rating.get_by_role("button").first.click()
    expect(customer.rating.get_by_role("button", pressed=True)).to_have_count(0)

    customer.page.context.set_offline(False)
    expect(customer.panel.locator(".status .bar")).to_have_count(0)
    expect(customer.asks("Will it rain on Sunday in Bergen?")).to_contain_text("I could not find that")
    expect(customer.rating).to_have_count(0)


def test_message_written_before_the_connection_stands_is_sent_once_it_does(
    installation: Installation, new_profile: Callable[..., BrowserContext]
) -> None:
    customer = Customer(new_profile().new_page())
    customer.page.route("**/session", _answer_late)
    customer.page.goto(installation.address + BANK)
    customer.opens_chat()

    customer.says("How do I add a payee?")

    expect(customer.answers.last).to_contain_text("payee")
    expect(customer.own_messages).to_have_count(1)


def test_reload_in_the_middle_of_an_answer_completes_it_exactly_once(customer: Customer) -> None:
    customer.says("How do I freeze my card?")
    assert customer.conversation  # the server has the message, and it answers from now on
    customer.page.reload()
    customer.opens_chat()

    expect(customer.answers).to_have_count(2)  # the greeting and the answer
    expect(customer.answers.last).to_contain_text("card")
    customer.page.wait_for_timeout(1_500)
    expect(customer.answers).to_have_count(2)
    expect(customer.own_messages).to_have_count(1)


def test_customer_asks_for_a_person_and_agent_takes_over_replies_hands_back_and_resolves(
    customer: Customer, tom: Agent
) -> None:
    customer.asks("What does the Premier Current Account cost?")
    customer.page.get_by_role("button", name="Talk to a person").click()
    expect(customer.header).to_contain_text(re.compile("in the queue|Waiting for a person"))

    tom.page.get_by_role("button", name=re.compile(r"^Waiting \d+$")).click()
    expect(tom.rows.first).to_contain_text("Waiting")
    tom.opens_conversation_of(customer)
    expect(tom.messages).to_contain_text("What does the Premier Current Account cost?")
    customer.says("It is about my late mother's account")
    expect(tom.messages).to_contain_text("It is about my late mother's account")

    tom.presses("Take over")
    expect(customer.header).to_contain_text("Tom Hale")
    tom.replies("I am sorry for your loss. I will go through it with you.")
    expect(customer.agent_messages.last).to_contain_text("I am sorry for your loss.")
    customer.says("Thank you, that is kind")
    expect(tom.messages).to_contain_text("Thank you, that is kind")

    tom.presses("Hand back")
    expect(customer.header).to_contain_text("AI assistant")
    tom.presses("Resolve")
    expect(customer.header).to_contain_text("Resolved")
    expect(tom.state).to_have_text("Resolved")


def test_agent_who_has_the_conversation_is_not_spoken_over_by_the_assistant(customer: Customer, tom: Agent) -> None:
    customer.asks("Is there a fee for the Student Current Account?")
    tom.opens_conversation_of(customer)
    tom.presses("Take over")
    expect(customer.header).to_contain_text("Tom Hale")
    answers = customer.answers.count()

    customer.says("And what is the daily transfer limit?")

    expect(tom.messages).to_contain_text("And what is the daily transfer limit?")
    customer.page.wait_for_timeout(2_500)
    assert customer.answers.count() == answers
    tom.presses("Resolve")


def test_agent_gets_a_draft_with_its_sources_and_undo_puts_the_own_words_back(customer: Customer, tom: Agent) -> None:
    customer.asks(QUESTION)
    tom.opens_conversation_of(customer)
    tom.presses("Take over")
    expect(tom.help).to_have_text(["Draft reply", "Summarise"])
    tom.reply.fill("Good evening,")
    expect(tom.help).to_have_text(["Draft reply", "Summarise", "Shorter", "Friendlier", "Translate to English"])

    tom.gets("Draft reply")
    expect(tom.reply).to_have_value(re.compile(FIGURE))
    source = tom.page.locator(".reply").get_by_role("link", name=re.compile("Everyday Current Account"))
    expect(source).to_have_attribute("href", re.compile("^#knowledge/articles/"))
    tom.gets("Friendlier")
    expect(tom.reply).to_have_value(re.compile(f"^Thank you.*{FIGURE}", re.DOTALL))
    expect(source).to_be_visible()
    assert violations(tom.page) == []
    tom.gets("Undo")
    tom.gets("Undo")
    expect(tom.reply).to_have_value("Good evening,")
    expect(source).to_have_count(0)
    assert customer.agent_messages.count() == 0

    tom.gets("Draft reply")
    source.click()
    expect(tom.page.get_by_label("Title", exact=True)).to_have_value(re.compile("Everyday Current Account"))
    tom.page.go_back()
    expect(tom.reply).to_have_value(re.compile(FIGURE))
    tom.reply.press("Enter")
    expect(customer.agent_messages.last).to_contain_text(FIGURE)
    expect(tom.help).to_have_text(["Draft reply", "Summarise"])
    tom.presses("Resolve")


def test_summary_stands_above_the_thread_until_it_is_dismissed_and_an_observer_is_not_offered_one(
    customer: Customer, tom: Agent, logged_in: Callable[..., Agent]
) -> None:
    customer.asks(QUESTION)
    observer = logged_in("observer")
    observer.opens_conversation_of(customer)
    expect(observer.page.get_by_text("Your role does not answer.")).to_be_visible()
    expect(observer.page.get_by_role("button", name="Summarise")).to_have_count(0)

    tom.opens_conversation_of(customer)
    tom.gets("Summarise")
    summary = tom.page.get_by_role("region", name="Summary")
    expect(summary).to_contain_text("Everyday Current Account")
    expect(summary.get_by_role("list", name="Sources").get_by_role("button").first).to_be_visible()
    assert violations(tom.page) == []
    summary.get_by_role("button", name="Dismiss").click()
    expect(summary).to_have_count(0)


def test_agent_finds_how_another_customer_was_helped_with_the_same(
    installation: Installation, customer: Customer, new_profile: Callable[..., BrowserContext], tom: Agent
) -> None:
    another = Customer(new_profile().new_page())
    another.page.goto(installation.address + BANK)
    another.opens_chat()
    another.asks("My kayak was stolen, is it insured?")
    customer.asks("Is my kayak insured if it is stolen?")

    tom.opens_conversation_of(customer)
    tom.page.get_by_role("button", name="Find similar ones").click()
    found = tom.customer_pane.get_by_role("link", name=re.compile("My kayak was stolen"))
    expect(found).to_be_visible()
    assert violations(tom.page) == []
    found.click()
    expect(tom.messages).to_contain_text("My kayak was stolen, is it insured?")
    expect(tom.page.get_by_role("button", name="Find similar ones")).to_be_visible()


def test_email_address_reaches_the_agent_as_a_chip_that_shows_it_on_demand(customer: Customer, tom: Agent) -> None:
    address = "dana.reed@example.org"
    customer.says(f"Please write to {address} about my card")
    expect(customer.own_messages.last).to_contain_text(address)

    tom.opens_conversation_of(customer)
    chip = tom.messages.locator("button.secret").first
    expect(chip).to_have_text("E-mail")
    assert address not in tom.page.content()

    chip.click()
    expect(chip).to_have_text(address)


def test_signed_in_shop_customer_is_known_to_the_agent_with_her_orders(
    installation: Installation, new_profile: Callable[..., BrowserContext]
) -> None:
    maria = Customer(new_profile().new_page())
    maria.page.goto(f"{installation.address}/demo/norrvik/")
    maria.page.get_by_role("link", name="Sign in as Maria Okafor").click()
    maria.opens_chat()
    maria.asks("How long does delivery to the United Kingdom take?")

    sanna = Agent(new_profile().new_page())
    sanna.logs_in(installation.address, "agent@norrvik.example", installation.password)
    sanna.opens_conversation_of(maria)

    expect(sanna.customer_pane).to_contain_text("Identity verified")
    expect(sanna.customer_pane).to_contain_text("maria.okafor@example.com")
    expect(sanna.customer_pane.locator(".card-head b").filter(has_text="#NV-")).to_have_count(4)


def test_signing_out_of_the_shop_leaves_nothing_of_the_conversation_behind(
    installation: Installation, new_profile: Callable[..., BrowserContext]
) -> None:
    maria = Customer(new_profile().new_page())
    maria.page.goto(f"{installation.address}/demo/norrvik/?as=maria")
    maria.opens_chat()
    maria.asks("Can I wash the Torun throw?")

    maria.page.get_by_role("link", name="Sign out").click()
    maria.opens_chat()

    expect(maria.answers.first).to_be_visible()
    maria.page.wait_for_timeout(1_000)
    expect(maria.own_messages).to_have_count(0)


def test_chat_in_another_language_is_answered_in_it(customer: Customer) -> None:
    answer = customer.asks("Joint Current Account 每日手机存款限额是多少？")
    expect(answer).to_contain_text("£3,200")


def test_front_door_leads_to_both_demo_sites(installation: Installation, customer: Customer) -> None:
    customer.page.goto(installation.address)
    customer.page.get_by_role("link", name=re.compile("^Larkfield Bank")).click()
    expect(customer.page).to_have_url(installation.address + BANK)
    customer.page.goto(installation.address)
    customer.page.get_by_role("link", name=re.compile("^Norrvik")).click()
    expect(customer.page.get_by_role("heading", level=1)).to_have_text("Things that age well")


def wait_for_ratings(customer: Customer, *values: str) -> None:
    """Until the server has stored just these of this conversation's answers; the frame needs a moment."""
    query = (
        "SELECT value FROM conversations_rating WHERE message_id IN"
        " (SELECT id FROM conversations_message WHERE conversation_id = %s)"
    )
    kept: list[str] = []
    with past_all_policies() as server:
        for _ in range(PATIENCE_MS // 100):
            kept = [value for (value,) in server.execute(query, (customer.conversation,)).fetchall()]
            if kept == list(values):
                break
            customer.page.wait_for_timeout(100)
    assert kept == list(values)


def _answer_late(route: Route) -> None:
    """A slow line: the visitor is quicker than the session."""
    answer = route.fetch()
    time.sleep(1.0)
    route.fulfill(response=answer)

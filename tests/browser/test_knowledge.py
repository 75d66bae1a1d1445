"""The knowledge desk: from a question that nobody could answer to the customer who gets the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import BANK
from tests.browser.installation import Installation, past_all_policies
from tests.browser.people import Agent, Customer
from tests.browser.test_accessibility import THEMES, violations
from tests.files import pdf

LEAFLETS = "Leaflets of the test"
BOXES = "Do you rent safe deposit boxes?"
ARTICLE = (
    "We rent safe deposit boxes in our Leeds branch.\n\nA small box costs £120 a year.\n\n"
    "## For agents\n\nLook at the waiting list in form B7 first."
)
WRITTEN = (
    *("unansweredquestion", "gap", "curatedphrasing", "curatedanswer"),
    *("evaluationquestion", "evaluationrun"),
)
TABS = ("Gaps", "Articles", "Pairs", "Sources", "Search", "Evaluation")

LogIn = Callable[..., Agent]


@pytest.fixture(autouse=True)
def _as_before(installation: Installation) -> Iterator[None]:
    """What a test writes is gone after it: the installation is everybody's. A run that was killed left something."""
    forget_what_was_written()
    yield
    forget_what_was_written()


def forget_what_was_written() -> None:
    with past_all_policies() as server:
        desk = f"SELECT id FROM knowledge_knowledgesource WHERE name IN ('Desk', '{LEAFLETS}')"
        written = f"SELECT id FROM knowledge_document WHERE source_id IN ({desk})"
        for table in ("knowledge_passage", "knowledge_documentversion"):
            server.execute(f"DELETE FROM {table} WHERE document_id IN ({written})".encode())
        server.execute(f"DELETE FROM knowledge_document WHERE id IN ({written})".encode())
        for table in WRITTEN:
            server.execute(f"DELETE FROM knowledge_{table}".encode())
        runs = f"SELECT id FROM knowledge_sourcerun WHERE source_id IN ({desk})"
        server.execute(f"DELETE FROM knowledge_sourceproblem WHERE run_id IN ({runs})".encode())
        server.execute(f"DELETE FROM knowledge_upload WHERE source_id IN ({desk})".encode())
        server.execute(f"DELETE FROM knowledge_sourcerun WHERE source_id IN ({desk})".encode())
        server.execute(f"DELETE FROM knowledge_knowledgesource WHERE name = '{LEAFLETS}'".encode())


def opens(agent: Agent, tab: str) -> Page:
    agent.page.get_by_role("link", name="Knowledge", exact=True).click()
    agent.page.get_by_role("navigation", name="Parts of the knowledge desk").get_by_role("link", name=tab).click()
    expect(agent.page.get_by_role("link", name=tab, exact=True)).to_have_attribute("aria-current", "page")
    return agent.page


def sees_the_gap(page: Page, question: str) -> None:
    """It comes a moment after the answer, by a job."""
    gap = page.get_by_role("button", name=re.compile(re.escape(question)))
    for _ in range(20):
        page.get_by_role("button", name=re.compile("^Open ")).click()
        page.wait_for_timeout(500)
        if gap.count():
            break
    gap.click()


def writes(page: Page, title: str, body: str) -> None:
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Text, in Markdown").fill(body)
    page.get_by_role("button", name="Save", exact=True).click()


def test_question_without_an_answer_becomes_an_article_and_the_next_customer_gets_it(
    installation: Installation, customer: Customer, new_profile: Callable[..., BrowserContext], logged_in: LogIn
) -> None:
    expect(customer.asks(BOXES)).to_contain_text("I could not find that")
    page = opens(logged_in("manager"), "Gaps")
    sees_the_gap(page, BOXES)
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_text("Not answered yet")).to_be_visible()

    page.get_by_role("button", name="Draft article").click()
    expect(page.get_by_text("here are the questions as headings")).to_be_visible()
    writes(page, "Safe deposit boxes", ARTICLE)
    expect(page.get_by_text("Saved as version 1.")).to_be_visible()
    page.get_by_role("button", name="Ask again").click()
    expect(page.get_by_text("Customers who ask this get an answer now.")).to_be_visible()

    another = Customer(new_profile().new_page())
    another.page.goto(installation.address + BANK)
    another.opens_chat()
    answer = another.asks(BOXES)
    expect(answer).to_contain_text("Leeds")
    expect(answer.get_by_role("link", name="Safe deposit boxes")).to_be_visible()


def test_pdf_is_imported_on_the_desk_and_answers_the_next_customer(
    installation: Installation, customer: Customer, logged_in: LogIn, tmp_path: Path
) -> None:
    leaflet = tmp_path / "lockers.pdf"
    lines = [(20.0, "Bicycle lockers"), (11.0, "A bicycle locker in Leeds costs 37 pounds a month.")]
    leaflet.write_bytes(pdf(lines))
    page = opens(logged_in("manager"), "Sources")
    page.get_by_role("button", name="Add a source").click()
    page.get_by_label("Name", exact=True).fill(LEAFLETS)
    page.get_by_label(re.compile("^Files: Markdown")).first.set_input_files(leaflet)
    page.get_by_role("button", name="Import", exact=True).click()
    card = page.locator(".know-cards > li").filter(has_text=LEAFLETS)
    expect(card.get_by_text("1 article", exact=False)).to_be_visible(timeout=60_000)
    answer = customer.asks("What does a bicycle locker in Leeds cost?")
    expect(answer).to_contain_text("37 pounds")


def test_part_for_agents_is_split_off_and_versions_can_be_compared_and_restored(logged_in: LogIn) -> None:
    page = opens(logged_in("manager"), "Articles")
    page.get_by_role("button", name="Write article").click()
    writes(page, "Safe deposit boxes", ARTICLE)
    expect(page.get_by_text("Saved as version 1.")).to_be_visible()
    page.get_by_role("button", name="Split by audience").click()
    page.get_by_role("checkbox", name="For agents").check()
    page.get_by_role("button", name="Split", exact=True).click()
    expect(page.get_by_text("Saved as version 2.")).to_be_visible()
    expect(page.get_by_label("Text, in Markdown")).not_to_have_value(re.compile("B7"))

    page.get_by_role("button", name="Changes Version 2").click()
    expect(page.locator(".diff-removed").filter(has_text="form B7")).to_be_visible()
    page.get_by_role("link", name="Articles", exact=True).click()
    page.get_by_label("Find by title").fill("safe deposit")
    expect(page.locator(".know-row")).to_have_count(2)
    page.locator(".know-row").filter(has_text="(internal)").click()
    expect(page.get_by_label("Text, in Markdown")).to_have_value(re.compile("B7"))
    page.go_back()
    page.locator(".know-row").filter(has_not_text="(internal)").click()
    page.get_by_role("button", name="Restore Version 1").click()
    expect(page.get_by_text("Saved as version 3.")).to_be_visible()
    expect(page.get_by_label("Text, in Markdown")).to_have_value(re.compile("B7"))


def test_two_who_edit_at_once_lose_nothing(logged_in: LogIn) -> None:
    one = opens(logged_in("manager"), "Articles")
    one.get_by_role("button", name="Write article").click()
    writes(one, "Lost umbrellas", "They wait at the counter.")
    expect(one.get_by_text("Saved as version 1.")).to_be_visible()
    other = logged_in("admin").page
    other.goto(one.url)
    writes(other, "Lost umbrellas", "They wait in Leeds.")
    expect(other.get_by_text("Saved as version 2.")).to_be_visible()

    writes(one, "Lost umbrellas", "They wait in York.")
    expect(one.get_by_role("alert")).to_contain_text("Somebody else changed this article meanwhile")
    expect(one.get_by_label("Text, in Markdown")).to_have_value("They wait in York.")
    one.get_by_role("button", name="Show their version").click()
    expect(one.get_by_label("Text, in Markdown")).to_have_value("They wait in Leeds.")


def test_pair_is_written_and_searched_questions_show_their_scores(logged_in: LogIn) -> None:
    page = opens(logged_in("manager"), "Pairs")
    page.get_by_role("button", name="Write a pair").click()
    page.get_by_label("Question", exact=True).fill("How long is the warranty?")
    page.get_by_label("Answer, word for word").fill("Two **years**.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="How long is the warranty?")).to_be_visible()

    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_label("Question", exact=True).fill("I am ann@example.org: monthly fee of the Premier Current Account?")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="A customer would get an answer.")).to_be_visible()
    expect(page.locator(".passage").first).to_contain_text("Premier Current Account")
    expect(page.locator(".passage").first.locator(".score-all")).to_be_visible()
    expect(page.get_by_text("ann@example.org")).to_have_count(0)


def test_own_questions_are_asked_and_the_result_stays_in_the_history(logged_in: LogIn) -> None:
    page = opens(logged_in("manager"), "Evaluation")
    page.get_by_label("Question", exact=True).fill("Will it rain on Sunday in Bergen?")
    page.get_by_role("checkbox", name=re.compile("it should be declined")).check()
    page.get_by_role("button", name="Add question").click()
    expect(page.get_by_text("should be declined", exact=True)).to_be_visible()
    page.get_by_role("button", name="Ask all now").click()
    row = page.get_by_role("row").filter(has_text="Priya Nair").first
    expect(row.get_by_role("button")).to_be_visible()
    row.get_by_role("button").click()
    expect(page.get_by_role("list", name="What came of each question")).to_contain_text("Bergen")


def test_agent_reads_and_an_observer_does_not_see_it(logged_in: LogIn) -> None:
    page = opens(logged_in("agent"), "Articles")
    expect(page.get_by_role("button", name="Write article")).to_have_count(0)
    page.locator(".know-row").first.click()
    expect(page.get_by_label("Title", exact=True)).not_to_be_editable()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    observer = logged_in("observer").page
    expect(observer.get_by_role("link", name="Knowledge")).to_have_count(0)


@pytest.mark.parametrize("theme", THEMES)
def test_no_tab_has_an_accessibility_violation(customer: Customer, logged_in: LogIn, theme: str) -> None:
    customer.asks(BOXES)
    agent = logged_in("manager", color_scheme=theme, reduced_motion="reduce")
    page = opens(agent, "Gaps")
    sees_the_gap(page, BOXES)
    found = {tab: violations(opens(agent, tab)) for tab in TABS}
    page.get_by_role("link", name="Articles", exact=True).click()
    page.locator(".know-row").first.click()
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
    found["an article"] = violations(page)
    assert {tab: problems for tab, problems in found.items() if problems} == {}

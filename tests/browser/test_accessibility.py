"""axe finds nothing to complain about, in either theme."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import BANK
from tests.browser.installation import Installation
from tests.browser.people import Agent, Customer

THEMES = ("light", "dark")
PAGES = ("/", "/accounts/login/", "/nothing-here/", "/demo/norrvik/?as=maria")


@pytest.fixture(params=THEMES)
def themed(request: pytest.FixtureRequest, new_profile: Callable[..., BrowserContext]) -> Callable[[], Page]:
    """Opens pages for somebody who prefers this theme; without motion, which would blur colours."""
    return lambda: new_profile(color_scheme=request.param, reduced_motion="reduce").new_page()


@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_accessibility_violation(installation: Installation, themed: Callable[[], Page], path: str) -> None:
    page = themed()
    page.goto(installation.address + path)
    assert violations(page) == []


def test_widget_with_an_answer_and_its_source_article_have_no_accessibility_violation(
    installation: Installation, themed: Callable[[], Page]
) -> None:
    customer = Customer(themed())
    customer.page.goto(installation.address + BANK)
    customer.opens_chat()
    answer = customer.asks("What is the monthly fee of the Premier Current Account?")
    assert violations(customer.page) == []

    with customer.page.expect_popup() as opened:
        answer.get_by_role("link", name="Premier Current Account").click()
    expect(opened.value.get_by_role("heading", level=1)).to_be_visible()
    assert violations(opened.value) == []


def test_dashboard_with_an_open_conversation_has_no_accessibility_violation(
    installation: Installation, themed: Callable[[], Page]
) -> None:
    customer = Customer(themed())
    customer.page.goto(installation.address + BANK)
    customer.opens_chat()
    customer.asks("Write to kim.lowe@example.org please: how do I add a payee?")
    tom = Agent(themed())
    tom.logs_in(installation.address, "agent@larkfield.example", installation.password)
    assert violations(tom.page) == []

    tom.opens_conversation_of(customer)
    tom.presses("Take over")
    expect(tom.reply).to_be_visible()
    tom.messages.locator("button.secret").first.click()

    assert violations(tom.page) == []
    tom.presses("Resolve")


def violations(page: Page) -> list[str]:
    """What axe found, one line for each element."""
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {' '.join(map(str, node['target']))}" for rule in found for node in rule["nodes"]]

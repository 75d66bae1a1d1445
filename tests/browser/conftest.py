"""The running product and a browser, once for all tests; a fresh profile for every person."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.installation import Installation, how_it_stands, running_installation
from tests.browser.people import Agent, Customer, running_browser

HERE = Path(__file__).parent
BANK = "/demo/larkfield-bank/"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium and the real engine."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.engine)
            item.add_marker(pytest.mark.timeout(900))  # the first one starts the installation


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test tells how the installation stands: its logs are gone when somebody reads the report."""
    report = yield
    if report.failed and "installation" in getattr(item, "funcargs", {}):
        try:
            report.sections.append(("Installation", how_it_stands()))
        except (psycopg.Error, OSError) as problem:
            report.sections.append(("Installation", f"does not answer: {problem!r}"))
    return report


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with running_browser(chromium) as started:
        yield started


@pytest.fixture(scope="session")
def installation(browser: Browser) -> Iterator[Installation]:
    """Asked for after the browser: where that is missing, nothing is started."""
    with running_installation() as started:
        yield started


@pytest.fixture
def new_profile(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser of somebody else: no cookies, nothing stored. Arguments are Playwright's."""
    opened: list[BrowserContext] = []

    def open_one(**options: object) -> BrowserContext:
        opened.append(browser.new_context(**{"viewport": {"width": 1360, "height": 860}, **options}))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def customer(installation: Installation, new_profile: Callable[..., BrowserContext]) -> Customer:
    """On the bank's site, with the chat open."""
    someone = Customer(new_profile().new_page())
    someone.page.goto(installation.address + BANK)
    someone.opens_chat()
    return someone


@pytest.fixture
def logged_in(installation: Installation, new_profile: Callable[..., BrowserContext]) -> Callable[..., Agent]:
    """Somebody of the bank, by the name before the @; keyword arguments are Playwright's."""

    def log_in(name: str, **options: object) -> Agent:
        agent = Agent(new_profile(**options).new_page())
        agent.logs_in(installation.address, f"{name}@larkfield.example", installation.password)
        return agent

    return log_in


@pytest.fixture
def tom(installation: Installation, new_profile: Callable[..., BrowserContext]) -> Agent:
    """The bank's agent, logged in."""
    agent = Agent(new_profile().new_page())
    agent.logs_in(installation.address, "agent@larkfield.example", installation.password)
    return agent

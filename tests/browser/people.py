"""Who meets the product in a browser: a customer on somebody's site, and an agent at the dashboard.

Methods are named for what a person does and sees. They wait as a person would, up to `PATIENCE_MS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Browser, FilePayload, Locator, Page, expect, sync_playwright

CHROMIUM_ARGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--disable-features=LocalNetworkAccessChecks",  # a page that a test serves itself counts as a foreign network
]
PATIENCE_MS = 60_000
BEGINNING = 7
"""So many letters tell one message from the one before."""

expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def running_browser(chromium: str) -> Iterator[Browser]:
    """Debian's Chromium; every start has a profile of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


class Customer:
    """Somebody on a page with the widget."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE_MS)
        self.composer = page.get_by_role("textbox", name="Write a message")
        self.panel = page.locator("deskside-widget .chat")
        self.header = self.panel.locator(".head")
        self.answers = self.panel.locator("article.said-assistant[aria-busy='false']")
        self.agent_messages = self.panel.locator("article.said-agent")
        self.rating = self.panel.get_by_role("group", name="Was this helpful?")
        self.own_messages = self.panel.locator("article.said-contact")

    def opens_chat(self) -> None:
        self.page.get_by_role("button", name="Open chat").click()
        expect(self.composer).to_be_visible()

    def says(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")
        expect(self.own_messages.last).to_contain_text(text[:BEGINNING])  # a PIN further on may be dots by now

    def asks(self, question: str) -> Locator:
        """The whole answer. The greeting counts as the first thing the assistant says, so it must be there."""
        expect(self.answers.first).to_be_visible()
        before = self.answers.count()
        self.says(question)
        answer = self.answers.nth(before)
        expect(answer).to_be_visible()
        return answer

    @property
    def conversation(self) -> str:
        """Its id, as the widget remembers it."""
        found = self.page.wait_for_function(
            "() => Object.entries(localStorage).find(([name]) => name.endsWith(':conversation'))?.[1]"
        )
        return str(found.json_value())

    def watches_the_stream(self) -> None:
        """From now on, remember how long the newest answer was at each change on the screen."""
        self.page.evaluate(
            """() => {
                const root = document.querySelector("deskside-widget").shadowRoot;
                window.seenLengths = [];
                const look = () => {
                    const text = [...root.querySelectorAll("article.said-assistant .md")].at(-1)?.textContent ?? "";
                    if (text && window.seenLengths.at(-1) !== text.length) window.seenLengths.push(text.length);
                };
                new MutationObserver(look).observe(root, { subtree: true, childList: true, characterData: true });
            }"""
        )

    def saw_lengths(self) -> list[int]:
        return list(self.page.evaluate("() => window.seenLengths"))


class Agent:
    """Somebody logged in to a tenant's dashboard."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE_MS)
        self.rows = page.locator(".row")
        self.messages = page.get_by_role("region", name="Messages")
        self.reply = page.get_by_role("textbox", name="Write a reply")
        self.help = page.get_by_role("group", name="Help with the reply").get_by_role("button")
        self.customer_pane = page.get_by_role("region", name="Customer")
        self.state = page.locator(".thread-head .chip")

    def logs_in(self, address: str, email: str, password: str) -> None:
        self.page.goto(f"{address}/accounts/login/")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()
        expect(self.page.get_by_text("Live", exact=True)).to_be_visible()

    def opens_conversation_of(self, customer: Customer) -> None:
        """By its address, as one follows a link that a colleague sent."""
        self.page.evaluate("(id) => { location.hash = id; }", customer.conversation)
        expect(self.messages.locator("article").first).to_be_visible()

    def presses(self, button: str) -> None:
        """One of the buttons above the conversation, whose names end with their key."""
        self.page.get_by_role("button", name=re.compile(f"^{button} [a-z]$")).click()

    def gets(self, button: str) -> None:
        """One of the buttons beside the reply; the model takes its time."""
        self.page.get_by_role("button", name=button, exact=True).click()
        expect(self.page.locator("[role=status]").get_by_text("Writing …", exact=True)).to_have_count(0)

    def opens_privacy(self) -> None:
        self.page.get_by_role("link", name="Privacy").click()
        expect(self.page.get_by_role("heading", name="Privacy", exact=True)).to_be_visible()
        expect(self.page.get_by_role("region", name="What would be stored")).not_to_be_empty()

    def opens_knowledge(self, tab: str) -> Page:
        """The knowledge desk at one of its tabs."""
        self.page.get_by_role("link", name="Knowledge", exact=True).click()
        tabs = self.page.get_by_role("navigation", name="Parts of the knowledge desk")
        tabs.get_by_role("link", name=tab).click()
        expect(tabs.get_by_role("link", name=tab, exact=True)).to_have_attribute("aria-current", "page")
        return self.page

    def adds_source(self, name: str, files: Mapping[str, bytes]) -> None:
        """On the tab Sources: import these files."""
        self.page.get_by_role("button", name="Add a source").click()
        self.page.get_by_label("Name", exact=True).fill(name)
        chosen: list[FilePayload] = [
            {"name": file, "mimeType": "application/pdf", "buffer": content} for file, content in files.items()
        ]
        self.page.get_by_label(re.compile("^Files: Markdown")).first.set_input_files(chosen)
        self.page.get_by_role("button", name="Import", exact=True).click()

    def saves_the_policy(self) -> None:
        self.page.get_by_role("button", name="Save", exact=True).click()
        expect(self.page.get_by_text("Saved. It holds for what is written from now on.")).to_be_visible()

    def replies(self, text: str) -> None:
        self.reply.fill(text)
        self.reply.press("Enter")
        expect(self.messages.locator("article").last).to_contain_text(text)

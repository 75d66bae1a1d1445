"""Take the pictures of the documentation: `.venv/bin/python -m tests.browser.pictures`.

A real evening at the two demo companies: every answer in them was given by the assistant as it runs here.
"""

from __future__ import annotations

import io
import shutil
import sys
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.installation import ROOT, Installation, running_installation
from tests.browser.people import Agent, Customer, running_browser

PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 400_000
BANK = "/demo/larkfield-bank/"
SHOP = "/demo/norrvik/"
Theme = Literal["light", "dark"]

BANK_VISITORS = (
    "What is the daily transfer limit of the Joint Current Account?",
    "Premier Current Account 的月费是多少？",
    "i lost my card yesterday",
    "how long until a cheque clears",
    "Please write to j.marsh@example.org about my overdraft",
    "Can I open a Student Current Account in July?",
)


class Photographer:
    """Opens pages at double scale and keeps what they show."""

    def __init__(self, browser: Browser, installation: Installation) -> None:
        self.browser = browser
        self.address = installation.address
        self.password = installation.password

    def page(self, theme: Theme, width: int, height: int, **more: Any) -> Page:
        """Somebody new. (Any: Playwright's options.)"""
        options = {"device_scale_factor": 2, "color_scheme": theme, "reduced_motion": "reduce", **more}
        return self.browser.new_context(viewport={"width": width, "height": height}, **options).new_page()

    def customer(self, path: str, theme: Theme, width: int, height: int, **more: Any) -> Customer:
        """On a demo site with the chat open. (Any: Playwright's options.)"""
        customer = Customer(self.page(theme, width, height, **more))
        customer.page.goto(self.address + path)
        customer.opens_chat()
        return customer

    def agent(self, email: str, theme: Theme) -> Agent:
        """Logged in at the dashboard."""
        agent = Agent(self.page(theme, 1440, 880))
        agent.logs_in(self.address, email, self.password)
        return agent

    def take(self, page: Page, name: str) -> None:
        """What the window shows, without the caret, in at most `MOST_BYTES`."""
        page.mouse.move(0, 0)
        page.wait_for_timeout(300)
        picture = Image.open(io.BytesIO(page.screenshot(caret="hide"))).convert("RGB")
        path = PICTURES / f"{name}.png"
        picture.save(path, optimize=True)
        if path.stat().st_size > MOST_BYTES:
            picture.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
        size = path.stat().st_size
        assert size <= MOST_BYTES, f"{path} has {size} bytes"
        sys.stdout.write(f"{path.relative_to(ROOT)}  {size // 1_000} KB\n")


def main() -> None:
    """Start the product and take all of them."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is missing: apt-get install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running_browser(chromium) as browser, running_installation() as installation:
        photographer = Photographer(browser, installation)
        take_sites(photographer)
        take_widget(photographer)
        take_phone(photographer)
        take_dashboard(photographer)
        take_privacy(photographer)


def take_sites(photographer: Photographer) -> None:
    """The two demo sites as a visitor finds them."""
    for path, name in ((BANK, "demo-bank"), (SHOP, "demo-shop")):
        page = photographer.page("light", 1280, 800)
        page.goto(photographer.address + path)
        expect(page.get_by_role("button", name="Open chat")).to_be_visible()
        photographer.take(page, name)


def take_widget(photographer: Photographer) -> None:
    """A question, its answer and its source; and the source itself."""
    themes: tuple[Theme, ...] = ("light", "dark")
    for theme in themes:
        customer = photographer.customer(BANK, theme, 1100, 740)
        customer.asks("What is the daily mobile deposit limit of the Everyday Current Account?")
        answer = customer.asks("And with the Premier Current Account?")
        photographer.take(customer.page, f"widget-{theme}")
        if theme == "light":
            with customer.page.expect_popup() as opened:
                answer.get_by_role("link", name="Premier Current Account").click()
            opened.value.set_viewport_size({"width": 1100, "height": 900})
            photographer.take(opened.value, "article")


def take_phone(photographer: Photographer) -> None:
    """The shop's chat on a phone."""
    customer = photographer.customer(SHOP, "light", 390, 800, is_mobile=True, has_touch=True)
    customer.asks("Can I change my order?")
    customer.asks("How long is a gift card valid?")
    customer.composer.blur()
    photographer.take(customer.page, "widget-phone")


def take_privacy(photographer: Photographer) -> None:
    """What becomes of each kind, and what an agent sees of it."""
    ines = photographer.agent("admin@larkfield.example", "light")
    ines.opens_privacy()
    ines.page.get_by_role("radio", name="Date of birth: Destroyed").check()
    ines.page.get_by_role("radio", name="Phone: Readable").check()
    expect(ines.page.get_by_role("region", name="What would be stored")).to_contain_text("020 7946 0958")
    ines.page.locator(".privacy-scroll").evaluate("element => element.scrollTo(0, 0)")
    photographer.take(ines.page, "privacy")

    ben = photographer.customer(BANK, "light", 800, 700)
    ben.asks("My card 5555 5555 5555 4444 was swallowed in Leeds. How do I order a new one?")
    ben.asks("You can reach me at 020 7946 0321 or ben.lowe@example.org, my PIN is 48213. When will it come?")
    tom = photographer.agent("agent@larkfield.example", "light")
    tom.opens_conversation_of(ben)
    tom.presses("Take over")
    tom.messages.get_by_role("button", name="Phone").click()
    expect(tom.messages.get_by_role("button", name="020 7946 0321")).to_be_visible()
    photographer.take(tom.page, "chips")
    tom.presses("Resolve")


def take_dashboard(photographer: Photographer) -> None:
    """A busy list at the bank, and a conversation with an owner at the shop."""
    for question in BANK_VISITORS:
        photographer.customer(BANK, "light", 800, 700).asks(question)
    waiting = photographer.customer(BANK, "light", 800, 700)
    waiting.asks("What does it cost to close my account?")
    waiting.page.get_by_role("button", name="Talk to a person").click()
    alex = photographer.customer(BANK, "light", 800, 700)
    alex.asks("What is the arranged overdraft rate of the Everyday Plus Current Account?")
    alex.says("My e-mail is alex.winter@example.org, can a person check my case?")
    tom = photographer.agent("agent@larkfield.example", "light")
    tom.opens_conversation_of(alex)
    tom.presses("Take over")
    tom.replies("Of course, Alex. I have your account open now, one moment please.")
    alex.says("Thanks. It was charged twice in October.")
    expect(tom.messages).to_contain_text("charged twice in October")
    tom.reply.fill("I can see both charges. The second one is our mistake, and I have ")
    photographer.take(tom.page, "dashboard-light")
    _take_shop_dashboard(photographer)


def _take_shop_dashboard(photographer: Photographer) -> None:
    for question in ("Do you deliver to Norway?", "How long is the warranty?", "When is parcel delivery free?"):
        photographer.customer(SHOP, "light", 800, 700).asks(question)
    maria = photographer.customer(f"{SHOP}?as=maria", "light", 800, 700)
    maria.asks("Can I change my order?")
    maria.page.get_by_role("button", name="Talk to a person").click()
    expect(maria.header).to_contain_text("queue")
    sanna = photographer.agent("agent@norrvik.example", "dark")
    sanna.opens_conversation_of(maria)
    sanna.presses("Take over")
    sanna.replies("Hej Maria! Your parcel NV-240582 has been with the carrier since Monday.")
    maria.says("Lovely! Could the carafe in the other one still be left out?")
    expect(sanna.messages).to_contain_text("the carafe in the other one")
    sanna.customer_pane.locator("summary").first.click()
    photographer.take(sanna.page, "dashboard-dark")


if __name__ == "__main__":
    main()

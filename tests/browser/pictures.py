"""Take the pictures of the documentation: `.venv/bin/python -m tests.browser.pictures`, or only some: `… knowledge`.

A real evening at the two demo companies: every answer in them was given by the assistant as it runs here.
"""

from __future__ import annotations

import io
import re
import shutil
import sys
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.installation import ROOT, Installation, forget_what_was_written, running_installation
from tests.browser.people import Agent, Customer, running_browser
from tests.files import pdf

PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 400_000
SMALL_BYTES = 150_000
QUESTIONS = Path(__file__).with_name("evaluation.jsonl")
LEAFLETS = "Branch leaflets"
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

    def agent(self, email: str, theme: Theme, width: int = 1440, height: int = 880) -> Agent:
        """Logged in at the dashboard."""
        agent = Agent(self.page(theme, width, height))
        agent.logs_in(self.address, email, self.password)
        return agent

    def take(self, page: Page, name: str, most_bytes: int = MOST_BYTES) -> None:
        """What the window shows, without the caret, in as many colours as `most_bytes` allow."""
        page.mouse.move(0, 0)
        page.wait_for_timeout(300)
        picture = Image.open(io.BytesIO(page.screenshot(caret="hide"))).convert("RGB")
        path = PICTURES / f"{name}.png"
        picture.save(path, optimize=True)
        for colours in (256, 64):
            if path.stat().st_size > most_bytes:
                picture.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        size = path.stat().st_size
        assert size <= most_bytes, f"{path} has {size} bytes"
        sys.stdout.write(f"{path.relative_to(ROOT)}  {size // 1_000} KB\n")


def main() -> None:
    """Start the product and take them: all, or those that the command names."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is missing: apt-get install chromium")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with running_browser(chromium) as browser, running_installation() as installation:
        photographer = Photographer(browser, installation)
        for name, take in ALBUM.items():
            if name in (sys.argv[1:] or ALBUM):
                take(photographer)


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


def take_knowledge(photographer: Photographer) -> None:
    """Where articles come from, why a passage is found, and how the bank's own questions are answered."""
    forget_what_was_written(LEAFLETS)
    priya = photographer.agent("manager@larkfield.example", "light", 1200, 640)
    page = priya.opens_knowledge("Sources")
    lockers = [(20.0, "Bicycle lockers"), (11.0, "A bicycle locker in Leeds costs 37 pounds a month.")]
    counters = [(20.0, "Counter hours"), (11.0, "Our branch in York is open on Saturdays from 9 to 1.")]
    leaflets = {"lockers.pdf": pdf(lockers), "counter-hours.pdf": pdf(counters), "scan.pdf": pdf([])}
    priya.adds_source(LEAFLETS, leaflets)
    card = page.locator(".know-cards > li").filter(has_text=LEAFLETS)
    expect(card.get_by_text("Done", exact=True)).to_be_visible(timeout=90_000)
    problems = card.get_by_role("button", name=re.compile("what could not be read"))
    if problems.count():
        problems.click()
    photographer.take(page, "knowledge-sources", SMALL_BYTES)

    priya.opens_knowledge("Search")
    page.get_by_label("Question", exact=True).fill("How much cash can I take out a day with the Joint Current Account?")
    for _ in range(2):  # the first search reads the shelf; the picture shows what the others take
        with page.expect_response("**/knowledge/search"):
            page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator(".passage").first).to_be_visible()
    photographer.take(page, "knowledge-search", SMALL_BYTES)

    priya.opens_knowledge("Evaluation")
    page.get_by_label("Import", exact=True).set_input_files(QUESTIONS)
    run = page.get_by_role("button", name="Ask all now")
    expect(run).to_be_enabled()
    run.click()
    expect(page.get_by_role("img", name="Risk and coverage")).to_be_visible(timeout=600_000)
    photographer.take(page, "knowledge-evaluation", SMALL_BYTES)
    forget_what_was_written(LEAFLETS)


ALBUM = {
    "sites": take_sites,
    "widget": take_widget,
    "phone": take_phone,
    "dashboard": take_dashboard,
    "privacy": take_privacy,
    "knowledge": take_knowledge,
}


if __name__ == "__main__":
    main()

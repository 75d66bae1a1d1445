"""What the widget costs and withstands on somebody else's page."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Route, expect

from tests.browser.installation import Installation
from tests.browser.people import Customer

FIRST_LOAD_BYTES = 25_000
LAUNCHER_BYTES = 3_072 + 200

HOSTILE_PAGE = """<!doctype html>
<html><head><title>Hostile</title>
<style>
  * { all: unset !important; box-sizing: content-box !important; font: 40px/3 fantasy !important;
      color: red !important; transform: rotate(2deg) !important; letter-spacing: 1em !important; }
  div, button, article, textarea { position: static !important; background: yellow !important; }
  #over { position: fixed !important; inset: 0 !important; z-index: 2147483647 !important; }
</style>
<script>
  Array.prototype.last = function () { return this[this.length - 1]; };
  Array.prototype.toJSON = function () { return "[" + this.join() + "]"; };
  Array.from = (things) => { const all = []; for (const thing of things) all.push(thing); return all; };
  Object.prototype.extend = function () {};
  String.prototype.trim = function () { return this.replace(/^\\s+|\\s+$/g, ""); };
  window.name = "taken"; window.t = window.h = window.$ = () => { throw new Error("not yours"); };
</script></head>
<body><p>Everything here is against you.</p><div id="over"></div>
<script async src="/static/deskside/widget.js" data-widget="larkfield-bank-demo"></script></body></html>"""


def test_widget_downloads_at_most_25_kb_and_the_launcher_alone_about_3(
    installation: Installation, new_profile: Callable[..., BrowserContext]
) -> None:
    customer = Customer(new_profile().new_page())
    customer.page.goto(f"{installation.address}/demo/larkfield-bank/", wait_until="networkidle")
    assert sum(_transferred(customer).values()) <= LAUNCHER_BYTES

    customer.opens_chat()
    expect(customer.answers.first).to_be_visible()

    assert sum(_transferred(customer).values()) <= FIRST_LOAD_BYTES, _transferred(customer)


def test_page_that_resets_every_style_and_patches_arrays_still_has_a_working_chat(
    installation: Installation, new_profile: Callable[..., BrowserContext]
) -> None:
    customer = Customer(new_profile().new_page())
    address = f"{installation.address}/hostile/"
    customer.page.route(address, _serve_hostile_page)
    customer.page.goto(address)

    customer.opens_chat()
    answer = customer.asks("What is the daily transfer limit of the Joint Current Account?")

    expect(answer).to_contain_text("£20,000")
    box = customer.panel.bounding_box()
    assert box is not None
    assert (round(box["width"]), round(box["height"])) == (380, 640)
    assert customer.composer.evaluate("element => getComputedStyle(element).fontSize") == "14.5px"


def test_chat_on_a_phone_fills_the_screen_and_closes_again(
    installation: Installation, new_profile: Callable[..., BrowserContext]
) -> None:
    phone = new_profile(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, reduced_motion="reduce")
    customer = Customer(phone.new_page())
    customer.page.goto(f"{installation.address}/demo/norrvik/")
    customer.opens_chat()

    box = customer.panel.bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    customer.page.get_by_role("button", name="Close chat").click()
    expect(customer.panel).to_be_hidden()


def _serve_hostile_page(route: Route) -> None:
    route.fulfill(body=HOSTILE_PAGE, content_type="text/html")


def _transferred(customer: Customer) -> dict[str, int]:
    """Bytes over the wire of each of the widget's files, as the browser counted them."""
    sizes: dict[str, int] = customer.page.evaluate(
        """() => Object.fromEntries(performance.getEntriesByType("resource")
            .filter(({ name }) => name.includes("/static/deskside/widget"))
            .map(({ name, encodedBodySize }) => [name.split("/").at(-1), encodedBodySize]))"""
    )
    return sizes

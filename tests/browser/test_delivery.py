"""The pages of endpoints and keys in a browser: what they show by themselves, and that all can use them."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from leadkeep.console.cookies import SIGN_IN
from tests.support.console import make_user
from tests.support.endpoints import make_endpoint
from tests.support.receiver import Receiver
from tests.support.server import Server

pytestmark = pytest.mark.browser


@pytest.fixture
def page(server: Server, browser: Browser) -> Iterator[Page]:
    """An owner's, on a phone."""
    _, token = make_user(server.database, "owner")
    context = browser.new_context(base_url=server.url, viewport={"width": 360, "height": 740})
    context.add_cookies([{"name": SIGN_IN, "value": token, "url": server.url}])
    yield context.new_page()
    context.close()


def check(page: Page) -> None:
    """Nothing that axe finds, and nothing wider than the page."""
    found = Axe().run(page).response["violations"]
    assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]
    assert page.locator("html").evaluate("html => html.scrollWidth <= innerWidth")


def test_the_preview_follows_what_is_typed(page: Page) -> None:
    page.goto("/delivery/new")
    preview = page.locator("#preview")
    expect(preview).to_contain_text('"lead.captured"')
    expect(page.get_by_label("Template", exact=True)).to_be_hidden()
    page.locator("#form-template").check()
    page.get_by_label("Template", exact=True).fill("Hello {{ data.lead.name }}")
    expect(preview).to_contain_text("Hello Ada Lovelace")
    page.get_by_label("Template", exact=True).fill("{{ nobody.at }}")
    expect(preview).to_contain_text("template, line 1")
    check(page)


def test_what_came_of_a_test_appears_by_itself(server: Server, page: Page, hooks: Receiver) -> None:
    endpoint = make_endpoint(server.database, hooks.url(), bots=("nobody",), description="wide" * 50)
    page.goto("/delivery")
    check(page)
    page.goto(f"/delivery/{endpoint.id}")
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator("#test")).to_contain_text("The test arrived: HTTP 200.")
    expect(page.locator("#ledger tbody tr")).to_have_count(1)
    check(page)
    page.get_by_role("link", name="See what was sent and answered").click()
    expect(page.get_by_role("heading", name="Attempt 1")).to_be_visible()
    check(page)


def test_a_key_is_copied_whole(page: Page) -> None:
    page.goto("/keys")
    if not page.get_by_label("Name").is_visible():
        page.locator(".make-key > summary").click()
    page.get_by_label("Name").fill("Copied")
    page.get_by_role("button", name="Make the key").click()
    button = page.get_by_role("button", name="Copy the line")
    assert (button.get_attribute("data-copy") or "").endswith('"email": "ada@example.com"}\'')
    check(page)

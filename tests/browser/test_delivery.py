"""The pages of endpoints and keys in a browser: what they show by themselves, and that all can use them."""

import pytest
from playwright.sync_api import expect

from tests.browser.console import Desk, SitDown
from tests.support.endpoints import make_endpoint
from tests.support.receiver import Receiver
from tests.support.server import Server

pytestmark = pytest.mark.browser


PHONE = {"viewport": {"width": 360, "height": 740}}


def check(desk: Desk) -> None:
    """Nothing that axe finds, and nothing wider than the page."""
    assert desk.barriers() == []
    assert desk.too_wide_by() == 0


def test_the_preview_follows_what_is_typed(sit_down: SitDown) -> None:
    desk = sit_down("/delivery/new", **PHONE)
    page = desk.page
    preview = page.locator("#preview")
    expect(preview).to_contain_text('"lead.captured"')
    expect(page.get_by_label("Template", exact=True)).to_be_hidden()
    page.locator("#form-template").check()
    page.get_by_label("Template", exact=True).fill("Hello {{ data.lead.name }}")
    expect(preview).to_contain_text("Hello Ada Lovelace")
    page.get_by_label("Template", exact=True).fill("{{ nobody.at }}")
    expect(preview).to_contain_text("template, line 1")
    check(desk)


def test_what_came_of_a_test_appears_by_itself(server: Server, sit_down: SitDown, hooks: Receiver) -> None:
    endpoint = make_endpoint(server.database, hooks.url(), bots=("nobody",), description="wide" * 50)
    desk = sit_down("/delivery", **PHONE)
    page = desk.page
    check(desk)
    page.goto(f"/delivery/{endpoint.id}")
    page.get_by_role("button", name="Send a test").click()
    expect(page.locator("#test")).to_contain_text("The test arrived: HTTP 200.")
    expect(page.locator("#ledger tbody tr")).to_have_count(1)
    check(desk)
    page.get_by_role("link", name="See what was sent and answered").click()
    expect(page.get_by_role("heading", name="Attempt 1")).to_be_visible()
    check(desk)


def test_a_key_is_copied_whole(sit_down: SitDown) -> None:
    desk = sit_down("/keys", **PHONE)
    page = desk.page
    if not page.get_by_label("Name").is_visible():
        page.locator(".make-key > summary").click()
    page.get_by_label("Name").fill("Copied")
    page.get_by_role("button", name="Make the key").click()
    button = page.get_by_role("button", name="Copy the line")
    assert (button.get_attribute("data-copy") or "").endswith('"email": "ada@example.com"}\'')
    check(desk)

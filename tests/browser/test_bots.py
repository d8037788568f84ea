"""The settings of a bot: what script adds to them."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, expect

from leadkeep.domain.bot import FormChange
from tests.browser.console import Desk
from tests.support.console import make_user
from tests.support.server import Server

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>\u202e"


@pytest.fixture
def desk(browser: Browser, sqlite_server: Server) -> Iterator[Desk]:
    desk = Desk(browser, sqlite_server.url, make_user(sqlite_server.database, "owner")[1])
    with closing(desk.context):
        yield desk


def test_the_preview_follows_what_is_typed(desk: Desk, sqlite_server: Server) -> None:
    bot_id = sqlite_server.bot(form=FormChange(title="Saved title"))
    desk.open(f"/bots/{bot_id}")
    preview = desk.page.get_by_role("region", name="Preview")
    expect(preview).to_contain_text("Saved title")
    expect(preview).to_contain_text("Thank you for submitting your contact information.")

    desk.page.get_by_label("Title").fill(f"Typed {HOSTILE}")
    expect(preview).to_contain_text(f"Typed {HOSTILE}")
    desk.page.get_by_label("Title").fill(" ")
    expect(preview).to_contain_text("Let us know where we can reach you:")

    desk.page.get_by_role("group", name="Ask for").get_by_label("Phone number").uncheck()
    expect(preview.get_by_text("Phone Number")).to_be_hidden()
    expect(preview.get_by_text("Email Address")).to_be_visible()

    desk.page.get_by_label("Show the form").uncheck()
    expect(preview.get_by_text("Email Address")).to_be_hidden()
    expect(preview).to_contain_text("No form: the chat opens at once.")
    assert desk.complaints == []


def test_a_snippet_is_copied_whole(desk: Desk, sqlite_server: Server) -> None:
    bot_id = sqlite_server.bot(public=True)
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=sqlite_server.url)
    desk.open(f"/bots/{bot_id}")
    desk.page.get_by_role("button", name="Copy the widget’s code").click()
    expect(desk.page.locator(".copied")).to_be_visible()
    copied: str = desk.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith('<script type="module">\n')
    assert f"chatflowid: '{bot_id}'" in copied
    assert copied.endswith("</script>")


def test_a_bot_is_deleted_only_after_a_yes(desk: Desk, sqlite_server: Server) -> None:
    bot_id = sqlite_server.bot()
    desk.open(f"/bots/{bot_id}")
    # The desk says no to every question.
    desk.page.get_by_role("button", name="Delete this bot").click()
    assert desk.complaints == ["a dialog: Delete this bot?"]
    desk.open(f"/bots/{bot_id}")

"""The hand-overs, as two agents see them at the same time."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.request_handover import request_handover
from leadkeep.console.cookies import SIGN_IN
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.message import NewMessage, Role
from tests.support.console import make_user
from tests.support.server import Server

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(server: Server, browser: Browser) -> Iterator[OpenPage]:
    """Opens a page as a new agent of that bot."""
    contexts: list[BrowserContext] = []

    def open_it(bot_id: str, path: str, name: str = "", **options: object) -> Page:
        _, token = make_user(server.database, "agent", [bot_id], name)
        contexts.append(browser.new_context(**options))  # type: ignore[arg-type]
        contexts[-1].add_cookies([{"name": SIGN_IN, "value": token, "url": server.url}])
        page = contexts[-1].new_page()
        page.goto(f"{server.url}{path}")
        return page

    yield open_it
    for context in contexts:
        context.close()


def ask(server: Server, bot_id: str, session_id: str, reason: str) -> None:
    with server.database.transaction() as store:
        request_handover(store, OPERATOR, bot_id, session_id, reason)


def test_agents_see_at_once_what_the_other_does(server: Server, open_page: OpenPage) -> None:
    bot_id = server.bot(escalate_after=1)
    ask(server, bot_id, "one", "Alpha")
    ada, bob = open_page(bot_id, "/handovers", "Ada"), open_page(bot_id, "/handovers", "Bob")
    ask(server, bot_id, "two", "Beta")
    second = bob.locator(".entry", has_text="Beta")
    expect(second).to_be_visible()
    ada.locator(".entry", has_text="Alpha").get_by_role("button", name="Claim").click()
    expect(ada.locator("#said")).to_have_text("It is yours.")
    expect(bob.locator(".entry", has_text="Alpha")).to_contain_text("Ada claimed it")
    # What is being written stays, whatever happens around it.
    mine = ada.locator(".entry", has_text="Alpha")
    mine.get_by_text("Answer", exact=True).click()
    mine.get_by_role("textbox").fill("I am on my w")
    second.get_by_role("button", name="Claim").click()
    expect(ada.locator(".entry", has_text="Beta")).to_contain_text("Bob claimed it")
    expect(mine.get_by_role("textbox")).to_be_focused()
    ada.keyboard.type("ay")
    expect(mine.get_by_role("textbox")).to_have_value("I am on my way")
    mine.get_by_role("button", name="Keep the answer").click()
    expect(mine).to_contain_text("answered after")
    expect(mine.locator("textarea")).to_have_value("")
    expect(bob.locator(".entry", has_text="Alpha")).to_contain_text("answered after")
    mine.get_by_role("button", name="Resolve").click()
    expect(bob.locator(".entry", has_text="Alpha")).to_have_count(0)


def test_a_transcript_opens_at_its_end(server: Server, open_page: OpenPage) -> None:
    bot_id = server.bot()
    said = [NewMessage(role=Role.VISITOR, text=f"Message {n}. {'x' * 500}") for n in range(60)]
    with server.database.transaction() as store:
        append_messages(store, OPERATOR, bot_id, "a/b", said)
    page = open_page(bot_id, f"/sessions/{bot_id}/a%2Fb", viewport={"width": 360, "height": 740})
    expect(page.get_by_text("Message 59.")).to_be_in_viewport()
    expect(page.get_by_text("Message 0.")).not_to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

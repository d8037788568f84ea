"""The hand-overs, as two agents see them at the same time."""

import pytest
from playwright.sync_api import expect

from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.request_handover import request_handover
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.message import NewMessage, Role
from tests.browser.console import SitDown
from tests.support.server import Server

pytestmark = pytest.mark.browser


def ask(server: Server, bot_id: str, session_id: str, reason: str) -> None:
    with server.database.transaction() as store:
        request_handover(store, OPERATOR, bot_id, session_id, reason)


def test_agents_see_at_once_what_the_other_does(server: Server, sit_down: SitDown) -> None:
    bot_id = server.bot(escalate_after=1)
    ask(server, bot_id, "one", "Alpha")
    ada, bob = (sit_down("/handovers", "agent", [bot_id], name).page for name in ("Ada", "Bob"))
    ask(server, bot_id, "two", "Beta")
    second = bob.locator(".entry", has_text="Beta")
    expect(second).to_be_visible()
    ada.locator(".entry", has_text="Alpha").get_by_role("button", name="Claim").click()
    expect(ada.locator("#said")).to_have_text("It is yours.")
    expect(bob.locator(".entry", has_text="Alpha")).to_contain_text("Ada claimed it")
    # What is being written stays, whatever happens around it.
    mine = ada.locator(".entry", has_text="Alpha")
    mine.locator("summary").click()
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


def test_a_transcript_opens_at_its_end(server: Server, sit_down: SitDown) -> None:
    bot_id = server.bot()
    said = [NewMessage(role=Role.VISITOR, text=f"Message {n}. {'x' * 500}") for n in range(60)]
    with server.database.transaction() as store:
        append_messages(store, OPERATOR, bot_id, "a/b", said)
    desk = sit_down(f"/sessions/{bot_id}/a%2Fb", "agent", [bot_id], viewport={"width": 360, "height": 740})
    page = desk.page
    expect(page.get_by_text("Message 59.")).to_be_in_viewport()
    expect(page.get_by_text("Message 0.")).not_to_be_in_viewport()
    assert desk.too_wide_by() == 0

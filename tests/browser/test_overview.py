"""The chart of the overview, in a browser."""

import pytest
from playwright.sync_api import Browser, expect

from leadkeep.actions.append_messages import append_messages
from leadkeep.console.cookies import SIGN_IN
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.message import NewMessage, Role
from tests.support.console import make_user
from tests.support.server import Server

pytestmark = pytest.mark.browser


def test_the_chart_is_drawn_and_tells_its_numbers(server: Server, browser: Browser) -> None:
    bot_id = server.bot()
    with server.database.transaction() as store:
        append_messages(store, OPERATOR, bot_id, "s", [NewMessage(role=Role.VISITOR, text="a@example.com")])
    _, token = make_user(server.database, "viewer", [bot_id])
    context = browser.new_context(viewport={"width": 1280, "height": 800}, timezone_id="Asia/Tokyo")
    context.add_cookies([{"name": SIGN_IN, "value": token, "url": server.url}])
    page = context.new_page()
    wrong: list[object] = []
    page.on("pageerror", lambda error: wrong.append(error))
    page.on("console", lambda message: wrong.append(message.text))
    page.goto(f"{server.url}/?days=7")
    chart = page.locator("[data-plot=numbers] .u-over")
    box = chart.bounding_box()
    assert box is not None
    chart.hover(position={"x": box["width"] - 8, "y": 40})
    expect(page.locator("[data-tip]")).to_contain_text("Sessions  1")
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.locator("[data-plot=numbers] canvas")).to_be_visible()
    page.wait_for_function("document.querySelector('.u-over').clientWidth < 360")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wrong == []
    context.close()

"""The chart of the overview, in a browser."""

import pytest
from playwright.sync_api import expect

from leadkeep.actions.append_messages import append_messages
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.message import NewMessage, Role
from tests.browser.console import NARROW, WIDE, SitDown
from tests.support.server import Server

pytestmark = pytest.mark.browser


def test_the_chart_is_drawn_and_tells_its_numbers(server: Server, sit_down: SitDown) -> None:
    bot_id = server.bot()
    with server.database.transaction() as store:
        append_messages(store, OPERATOR, bot_id, "s", [NewMessage(role=Role.VISITOR, text="a@example.com")])
    desk = sit_down("/?days=7", "viewer", [bot_id], timezone_id="Asia/Tokyo")
    desk.look(WIDE)
    page = desk.page
    chart = page.locator("[data-plot=numbers] .u-over")
    box = chart.bounding_box()
    assert box is not None
    chart.hover(position={"x": box["width"] - 8, "y": 40})
    expect(page.locator("[data-tip]")).to_contain_text("Sessions  1")
    desk.look(NARROW)
    expect(page.locator("[data-plot=numbers] canvas")).to_be_visible()
    page.wait_for_function("document.querySelector('.u-over').clientWidth < 360")
    assert desk.too_wide_by() == 0

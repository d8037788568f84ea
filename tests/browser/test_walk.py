"""Whoever follows the links of the console comes to every page they may see, and to no other."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser

from leadkeep.console.face import PAGES
from leadkeep.storage.database import Database
from tests.browser.console import Desk
from tests.support.console import make_user
from tests.support.console_things import Things
from tests.support.process import StartServer

pytestmark = pytest.mark.browser

ROUTES = [re.sub(r"\{(\w+):\w+\}", r"{\1}", path) for page in PAGES for path in page.paths]
PATTERNS = {re.compile(re.sub(r"\{\w+\}", "[^/?#]+", path) + r"\Z"): path for path in ROUTES}
# The more a route names, the better it fits.
BY_FIT = sorted(PATTERNS, key=lambda pattern: PATTERNS[pattern].count("{"))

OF_ALL = {"/", "/account", "/account/second-factor", "/bots", "/bots/{bot_id}", "/handovers", "/inbox"}
OF_ALL |= {"/leads/{lead_id}", "/people/{person_id}", "/sessions/{bot_id}/{session_id}"}
OF_AN_OWNER = OF_ALL | {
    *("/audit", "/bots/new", "/delivery", "/delivery/new", "/delivery/{endpoint_id}", "/keys", "/people"),
    *("/delivery/{endpoint_id}/change", "/delivery/{endpoint_id}/{number}", "/settings", "/users"),
    *("/users/new", "/users/{user_id}"),
}
MAY_SEE = {"owner": OF_AN_OWNER, "agent": OF_ALL, "viewer": OF_ALL}


def route_of(path: str) -> str:
    return next(PATTERNS[pattern] for pattern in BY_FIT if pattern.match(path))


@pytest.fixture(params=MAY_SEE)
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def things(database: Database) -> Things:
    """A bot with one of everything."""
    made = Things(database)
    for name in ("lead_id", "handover_id", "number", "other_person_id", "user_id", "key_id", "note_id"):
        assert made[name]
    return made


def links(desk: Desk) -> Iterator[str]:
    """Of a page, those that lead to pages."""
    for address in desk.page.locator("a[href^='/']").evaluate_all("links => links.map(one => one.pathname)"):
        if not address.startswith(("/static/", "/inbox/export")):
            yield address


def test_links_lead_to_every_page_of_a_role(
    migrated_url: str, things: Things, start_server: StartServer, browser: Browser, role: str
) -> None:
    process = start_server(migrated_url)
    _, token = make_user(things.database, role, None if role == "owner" else [things["bot_id"]])
    desk = Desk(browser, process.url, token)
    seen: dict[str, str] = {}
    waiting = ["/"]
    with closing(desk.context):
        while waiting:
            path = waiting.pop()
            if (route := route_of(path)) not in seen:
                seen[route] = path
                desk.open(path)
                waiting += links(desk)
        assert seen.keys() == MAY_SEE[role]
        assert desk.complaints == []

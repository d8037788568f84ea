"""Whoever comes to the console, with whatever screen, colours and helps: every page is there for them."""

from collections.abc import Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from leadkeep.actions import clock
from leadkeep.actions.fill_demo import fill_demo
from leadkeep.storage.database import Database
from leadkeep.storage.schema import leads
from tests.browser.console import NARROW, WIDE, Desk, Scheme
from tests.support.console import make_user
from tests.support.console_things import Things
from tests.support.databases import Engine
from tests.support.process import ServerProcess

pytestmark = pytest.mark.browser

# In braces stands what `demo` knows of a lead of the demo, or makes: see MAKERS of
# tests/support/console_things.py.
FOR_NOBODY = ["/sign-in", "/welcome/{token}"]
FOR_AN_OWNER = [
    "/",
    "/account",
    "/account/second-factor",
    "/first-steps",
    "/inbox",
    "/inbox?q=ma",
    "/leads/{lead_id}",
    "/people",
    "/people/{person_id}",
    "/handovers",
    "/sessions/{bot_id}/{session_id}",
    "/bots",
    "/bots/new",
    "/bots/{bot_id}",
    "/delivery",
    "/delivery/new",
    "/delivery/{endpoint_id}",
    "/delivery/{endpoint_id}/change",
    "/delivery/{endpoint_id}/{number}",
    "/keys",
    "/users",
    "/users/new",
    "/users/{user_id}",
    "/audit",
    "/settings",
]
FOR_A_VIEWER = ["/inbox", "/leads/{lead_id}", "/sessions/{bot_id}/{session_id}", "/bots/{bot_id}"]
# Of the first two all rules are asked, of the others those that colours and sizes decide: that takes half the
# time, and finds the same.
LOOKS: list[tuple[tuple[int, int], Scheme]] = [
    (WIDE, "light"),
    (NARROW, "dark"),
    (WIDE, "dark"),
    (NARROW, "light"),
]


class Demo:
    """A server of the demo's data. `things` are those of its newest lead, and others where asked for."""

    def __init__(self, url: str, database: Database) -> None:
        self.url = url
        self.database = database
        newest = sa.select(leads).order_by(leads.c.created_at.desc(), leads.c.id.desc()).limit(1)
        with database.snapshot() as store:
            lead = store.execute(newest).one()
        known = {name: getattr(lead, name) for name in ("bot_id", "session_id", "person_id")}
        self.things = Things(database, {**known, "lead_id": lead.id})
        self._tokens: dict[str, str] = {"": ""}

    def token(self, role: str) -> str:
        """Of a browser in which somebody of that role is signed in; nobody where it is empty."""
        if role not in self._tokens:
            self._tokens[role] = make_user(self.database, role, name="Ada Lovelace")[1]
        return self._tokens[role]


@pytest.fixture(scope="module")
def demo(sqlite_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    url = sqlite_engine.migrated()
    process = ServerProcess(url, tmp_path_factory.mktemp("demo") / "log")
    with closing(Database(url)) as database:
        fill_demo(database, 300, 1, clock.now())
        try:
            process.start()
            yield Demo(process.url, database)
        finally:
            process.kill()


def assert_no_barriers(browser: Browser, demo: Demo, role: str, path: str) -> None:
    """In one go for all screens, as loading is what takes time."""
    desk = Desk(browser, demo.url, demo.token(role))
    with closing(desk.context):
        desk.open(demo.things.fill(path))
        for number, (size, scheme) in enumerate(LOOKS):
            desk.look(size, scheme)
            assert desk.too_wide_by() == 0, (size, scheme)
            assert desk.barriers(looks_only=number >= 2) == [], (size, scheme)
        assert desk.complaints == []


@pytest.mark.parametrize("path", FOR_NOBODY)
def test_pages_for_nobody(browser: Browser, demo: Demo, path: str) -> None:
    assert_no_barriers(browser, demo, "", path)


@pytest.mark.parametrize("path", FOR_AN_OWNER)
def test_pages_for_an_owner(browser: Browser, demo: Demo, path: str) -> None:
    assert_no_barriers(browser, demo, "owner", path)


@pytest.mark.parametrize("path", FOR_A_VIEWER)
def test_pages_for_a_viewer(browser: Browser, demo: Demo, path: str) -> None:
    assert_no_barriers(browser, demo, "viewer", path)

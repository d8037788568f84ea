"""A real Chromium, the real widget, and a site that embeds it."""

import shutil
from collections.abc import Collection, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.console import Desk, SitDown
from tests.browser.flowise_embed import widget_script
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.support.console import make_user
from tests.support.server import Server

# As root there is no sandbox; the rest keeps the browser from calling home.
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.fail("There is no chromium on PATH; on Debian: apt-get install chromium", pytrace=False)
    return found


# Not for the whole session: while Playwright is there, `asyncio.run` refuses to work in this thread.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGS)
        yield launched
        launched.close()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    visitor = Visitor(browser)
    yield visitor
    visitor.context.close()


@pytest.fixture
def sit_down(browser: Browser, server: Server) -> Iterator[SitDown]:
    """Opens a path as a new user of that role, for those bots; no browser may complain of anything."""
    desks: list[Desk] = []

    def opened(
        path: str,
        role: str = "owner",
        bots: Collection[str] | None = None,
        name: str = "",
        **options: Any,
    ) -> Desk:
        _, token = make_user(server.database, role, bots, name)
        desks.append(Desk(browser, server.url, token, **options))
        desks[-1].open(path)
        return desks[-1]

    yield opened
    for desk in desks:
        desk.context.close()
    assert [complaint for desk in desks for complaint in desk.complaints] == []


@pytest.fixture(scope="session")
def flowise_widget(pytestconfig: pytest.Config) -> bytes:
    return widget_script(pytestconfig.cache.mkdir("flowise-embed"))


@pytest.fixture
def site(flowise_widget: bytes) -> Iterator[Site]:
    site = Site(flowise_widget)
    yield site
    site.close()

"""Takes the pictures of the documentation anew: `make screenshots`, or `python tools/screenshots.py`.

A server on made-up leads, an owner who is signed in, and Debian's Chromium.
"""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.request import urlopen

import sqlalchemy as sa
from playwright.sync_api import Browser, sync_playwright

from leadkeep.actions.create_user import create_user
from leadkeep.actions.sign_in import Browser as Device
from leadkeep.actions.sign_in import sign_in
from leadkeep.console.cookies import SIGN_IN
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.user import Role
from leadkeep.storage.database import Database
from leadkeep.storage.schema import leads

IMAGES = Path(__file__).parents[1] / "docs" / "images"
LEADS = "4000"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="leadkeep-pictures-") as home:
        url = f"sqlite:///{home}/demo.db"
        _leadkeep("demo", "--leads", LEADS, "--database", url)
        with _serving(url) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
            token, lead_id = _prepared(url)
            for name, path, scheme in (
                ("inbox", "/inbox", "light"),
                ("lead", f"/leads/{lead_id}", "light"),
                ("overview-page", "/?days=90", "dark"),
                ("handovers", "/handovers", "light"),
            ):
                _take(browser, address, token, path, scheme, IMAGES / f"{name}.png")
                print(f"docs/images/{name}.png")


def _prepared(url: str) -> tuple[str, str]:
    """The token of an owner's browser, and the id of a lead with much to see."""
    with closing(Database(url)) as database, database.transaction() as store:
        owner = create_user(store, OPERATOR, "maya@example.com", "Maya Lindqvist", Role.OWNER)
        worked_on = (leads.c.message_id.is_not(None)) & (leads.c.status == "qualified")
        found = sa.select(leads.c.id).where(worked_on, leads.c.name.is_not(None))
        lead_id = store.execute(found.order_by(leads.c.created_at.desc()).limit(1)).scalar_one()
        return sign_in(store, owner, Device("Firefox · Linux", "127.0.0.1"), "link"), str(lead_id)


def _take(browser: Browser, address: str, token: str, path: str, scheme: str, file: Path) -> None:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="en-GB",
        base_url=address,
    )
    context.add_cookies([{"name": SIGN_IN, "value": token, "url": address}])
    page = context.new_page()
    page.goto(path)
    page.wait_for_timeout(600)
    page.screenshot(path=file)
    context.close()


@contextmanager
def _serving(url: str) -> Iterator[str]:
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "leadkeep", "serve", "--database", url, "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> None:
    for _ in range(100):
        try:
            with urlopen(f"{address}/readyz"):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The server did not come up.")


def _leadkeep(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "leadkeep", *arguments], check=True)


def _chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        raise SystemExit("There is no chromium on PATH; on Debian: apt-get install chromium")
    return found


if __name__ == "__main__":
    main()

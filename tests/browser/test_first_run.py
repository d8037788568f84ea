"""The very first start: from the link that the terminal prints to a first lead that is seen to arrive."""

import json
import re
import shlex
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.support.process import ServerProcess, StartServer

pytestmark = pytest.mark.browser

SENTENCE = "a calm river at dawn"


def link_of(process: ServerProcess) -> str:
    (link,) = re.findall(r"http://\S+/welcome/\S+", process.log.read_text())
    return str(link)


def send_as_shown(line: str) -> None:
    """What the page says to paste into a terminal, sent without one."""
    command, url, *options = shlex.split(line)
    assert command == "curl"
    headers = [options[at + 1] for at, option in enumerate(options) if option == "-H"]
    body = json.loads(options[options.index("-d") + 1])
    pairs = dict(header.split(": ", 1) for header in headers)
    assert httpx.post(url, json=body, headers=pairs, trust_env=False).status_code == 201


def test_a_new_owner_is_led_to_a_first_lead(
    database_url: str, start_server: StartServer, browser: Browser
) -> None:
    process = start_server(database_url)
    link = link_of(process)
    page = browser.new_context(locale="en-GB", timezone_id="Europe/Lisbon").new_page()
    page.goto(link)
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Password").fill("password12")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("easily guessed")).to_be_visible()
    expect(page.get_by_label("Password")).to_be_focused()
    expect(page.get_by_label("Your name")).to_have_value("Ada Lovelace")
    page.get_by_label("Password").fill(SENTENCE)
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Name").fill("Shop assistant")
    with page.expect_response("**/live?*"):
        page.get_by_role("button", name="Make the bot").click()
    expect(page.get_by_text("Waiting for the first one")).to_be_visible()
    send_as_shown(page.locator("code").nth(1).inner_text())
    expect(page.get_by_role("link", name="Ada Lovelace")).to_be_visible(timeout=2_000)
    page.get_by_role("link", name="Go to the inbox").click()
    expect(page.locator("table.leads").get_by_role("link", name="Ada Lovelace")).to_be_visible()
    page.goto(f"{process.url}/account")
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Lisbon")
    page.context.close()

    with httpx.Client(trust_env=False) as client:
        assert client.get(link).status_code == 404
    process.kill()
    process.start()
    assert process.log.read_text().count("Open this link") == 1


def test_one_signs_in_with_password_and_code_and_out_again(
    migrated_url: str, start_server: StartServer, browser: Browser
) -> None:
    import pyotp

    process = start_server(migrated_url)
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(link_of(process))
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Password").fill(SENTENCE)
    page.get_by_role("button", name="Begin").click()
    page.goto(f"{process.url}/account/second-factor")
    secret = page.locator("code").first.inner_text()
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    page.get_by_label("Your password").fill(SENTENCE)
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text("takes a code from your authenticator")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Password").fill("a calm river at dusk")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not fit together")
    page.get_by_label("Password").fill(SENTENCE)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Code from your authenticator")).to_be_focused()
    # The next one, as none is taken twice.
    page.get_by_label("Code from your authenticator").fill(
        pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30))
    )
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{process.url}/inbox")
    expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
    page.context.close()

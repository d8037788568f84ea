"""What visitors typed is shown as text, whatever it is, and breaks no page."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser

from leadkeep.domain.bot import MAX_NAME as MAX_BOT_NAME
from leadkeep.domain.bot import FormChange
from leadkeep.domain.lead import MAX_EMAIL, MAX_NAME, MAX_PHONE
from tests.browser.console import NARROW, WIDE, Desk
from tests.support.console import make_user
from tests.support.console_things import Things
from tests.support.server import Server

pytestmark = pytest.mark.browser

MARK = "hostile"
TEXTS = {
    "markup": f"{MARK}\"'></a></textarea><script>ran=1</script><img src=x onerror=ran=1><svg onload=ran=1>",
    "template": f"{MARK}{{{{ 7*7 }}}}{{% raw %}}${{7*7}}<!--&lt;b&gt;&amp;--><b>javascript:ran=1//",
    "right to left": f"{MARK}\u202eevil\u2066\u202b\u200f مرحبا שלום",
    "no space": MARK + "x" * 10_000,
    "no space, wide": MARK + "漢\u00a0" * 5_000,
    "formula": f'=HYPERLINK("http://{MARK}.example","a")+cmd|\' /C calc\'!A0',
    "controls": f"{MARK}\x01\x08\x1b[2J\x7f\x85\u2028\ufeff\ufffe\r\n\t.",
}
"""Cut where a field takes no more."""

# In braces stands what `things` knows of the hostile lead. A page that shows none of its text is to have none
# of these, but a row in test_accessibility.
PAGES = [
    "/inbox?bot={bot_id}",
    "/inbox?bot={bot_id}&sort=name",
    "/leads/{lead_id}",
    "/people",
    "/people/{person_id}",
    "/sessions/{bot_id}/{session_path}",
    "/handovers?bot={bot_id}",
    "/?bot={bot_id}",
    "/bots?after={before}",
    "/bots/{bot_id}",
]

# What stands where its direction could carry the words beside it along; form controls keep it to themselves.
ASTRAY = """(mark) => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), astray = [];
  while (texts.nextNode()) {
    const at = texts.currentNode.parentElement;
    const kept = at.closest(".typed, .typed-long, script, textarea, option");
    if (!kept && texts.currentNode.data.includes(mark)) astray.push(at.outerHTML.slice(0, 200));
  }
  return astray;
}"""
SHOWN = """(mark) => document.body.textContent.includes(mark) ||
  [...document.querySelectorAll("input, textarea")].some((field) => field.value.includes(mark))"""
BUILT = "document.querySelectorAll('main img[src=x], main svg[onload], main script, main b').length"


@pytest.fixture(scope="module", params=TEXTS)
def things(request: pytest.FixtureRequest, sqlite_server: Server) -> Things:
    """Those of one hostile lead, as a bot's server would leave it."""
    text: str = TEXTS[request.param]
    server = sqlite_server
    # Where there is but one, pages do not name it.
    server.bot()
    bot_id = server.bot(
        name=text[:MAX_BOT_NAME],
        form=FormChange(title=text[:2_000], success_message=text[:2_000]),
    )
    lead = {
        "bot_id": bot_id,
        "session_id": f"session of {bot_id}",
        "name": text[:MAX_NAME],
        "email": text[:MAX_EMAIL],
        "phone": text[:MAX_PHONE],
        "attributes": {text[:60]: text[:10_000], "nested": {"a": [text[:1_000]]}},
    }
    visit = {
        "page_url": f"https://www.example.com/{text[:1_500]}",
        "referrer": f"https://www.example.com/?{text[:1_500]}",
        "utm": {"source": text[:1_000], "campaign": text[:1_000]},
        "user_agent": text[:1_000],
    }
    sessions = f"/api/v2/bots/{bot_id}/sessions"
    sent(server, sessions, {"id": lead["session_id"], **visit})
    stored = sent(server, "/api/v2/leads", lead)
    session = f"{sessions}/{lead['session_id']}"
    spoken = [{"role": role, "text": text[:10_000]} for role in ("visitor", "bot", "agent")]
    sent(server, f"{session}/messages", {"messages": spoken})
    sent(server, f"{session}/handover", {"reason": text[:500]})
    return Things(
        server.database,
        {
            "bot_id": bot_id,
            "before": bot_id[:-1],
            "lead_id": stored["id"],
            "session_path": quote(stored["session_id"]),
            "person_id": stored["person_id"],
        },
    )


def sent(server: Server, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = server.client.post(path, json=body, headers=server.bearer("admin"))
    assert answer.is_success, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def desk(browser: Browser, sqlite_server: Server) -> Iterator[Desk]:
    desk = Desk(browser, sqlite_server.url, make_user(sqlite_server.database, "owner")[1])
    with closing(desk.context):
        yield desk


@pytest.mark.parametrize("path", PAGES)
def test_it_is_shown_as_text_and_breaks_nothing(desk: Desk, things: Things, path: str) -> None:
    desk.complaints.clear()
    desk.open(things.fill(path))
    page = desk.page
    # Some of it a page gets by script.
    page.wait_for_function(SHOWN, arg=MARK)
    assert page.evaluate("'ran' in window") is False
    assert page.evaluate(BUILT) == 0
    assert page.evaluate(ASTRAY, MARK) == []
    for size in (NARROW, WIDE):
        desk.look(size)
        assert desk.too_wide_by() == 0, size
    assert desk.complaints == []

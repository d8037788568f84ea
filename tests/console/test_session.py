"""A session's page shows what was said, and that somebody read it is written down."""

from datetime import timedelta
from urllib.parse import quote

from leadkeep.actions import clock
from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.read_audit import read_audit
from leadkeep.actions.start_session import start_session
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.audit import AuditFilter, Deed
from leadkeep.domain.message import NewMessage, Role
from leadkeep.domain.visit import SentVisit, Utm
from tests.console.conftest import MakePerson
from tests.support.server import Server

SESSION = "ü/..?&<s>"
HOSTILE = "<img src=x onerror=alert(1)>" + "x" * 10_000


def test_a_session_shows_what_was_said_and_where_from(server: Server, person: MakePerson) -> None:
    bot_id = server.bot(name="Shop")
    visit = SentVisit(page_url="https://shop.example/", utm=Utm(campaign="<b>spring</b>"), country="DE")
    said = [
        NewMessage(role=Role.VISITOR, text=HOSTILE),
        NewMessage(role=Role.VISITOR, text="zoe@example.com"),
    ]
    with server.database.transaction() as store:
        start_session(store, OPERATOR, bot_id, SESSION, visit)
        append_messages(store, OPERATOR, bot_id, SESSION, said)
    ada = person("viewer", [bot_id])
    page = ada.get(f"/sessions/{bot_id}/{quote(SESSION, safe='')}")
    assert "&lt;img src=x" in page
    assert "<img src=x" not in page
    assert "<b>spring" not in page
    assert "https://shop.example/" in page
    assert "Germany" in page
    assert 'href="/leads/' in page
    with server.database.snapshot() as store:
        found = read_audit(
            store, OPERATOR, AuditFilter(actor_id=ada.user.id, deed=Deed.SESSION_READ), None, 10
        )
    assert [(one.subject, one.facts) for one in found] == [(SESSION, {"bot": bot_id})]
    ada.get(f"/sessions/{server.bot()}/{quote(SESSION, safe='')}", 404)
    ada.get(f"/sessions/{bot_id}/none", 404)


def test_a_long_one_is_read_in_parts(server: Server, person: MakePerson) -> None:
    bot_id, start = server.bot(), clock.now() - timedelta(hours=9)
    said = [
        NewMessage(role=Role.BOT, text=f"Message {n}.", at=start + timedelta(minutes=n)) for n in range(250)
    ]
    with server.database.transaction() as store:
        stored = append_messages(store, OPERATOR, bot_id, "s", said)
    ada = person("agent", [bot_id])
    page, seen = ada.get(f"/sessions/{bot_id}/s"), 0
    while "Earlier messages" in page:
        seen += page.count('class="message')
        before = page.split(f'href="/sessions/{bot_id}/s?before=')[1].split('"')[0]
        page = ada.get(f"/sessions/{bot_id}/s?before={before}")
    assert seen + page.count('class="message') == 250
    assert "Message 0." in page
    assert "Newest messages" in page
    around = ada.get(f"/sessions/{bot_id}/s?message={stored[120][0].id}")
    assert around.count("marked") == 1
    assert "Message 120." in around
    assert "Message 140." in around
    ada.get(f"/sessions/{bot_id}/s?before=nonsense", 422)
    assert "Message 249." in ada.get(f"/sessions/{bot_id}/s?message=nonsense")

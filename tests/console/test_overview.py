"""The overview counts what its reader may see, and says what waits for them."""

import re
from html import unescape

import msgspec

from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.request_handover import request_handover
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.message import NewMessage, Role
from tests.console.conftest import MakePerson
from tests.support.server import Server

_CHART = re.compile(r"data-chart='([^']+)'")


def lead(server: Server, bot_id: str, session_id: str) -> None:
    sent = {"bot_id": bot_id, "session_id": session_id, "email": f"{session_id}@example.com"}
    server.client.post("/api/v2/leads", json=sent, headers=server.bearer("capture")).raise_for_status()


def chart(page: str) -> dict[str, list[int]]:
    found = _CHART.search(page)
    assert found is not None
    decoded: dict[str, list[int]] = msgspec.json.decode(unescape(found[1]))
    return decoded


def test_each_sees_the_numbers_of_their_bots(server: Server, person: MakePerson) -> None:
    mine, other = server.bot(name="Mine <b>"), server.bot(name="Not mine")
    lead(server, mine, "a")
    lead(server, other, "b")
    with server.database.transaction() as store:
        append_messages(store, OPERATOR, mine, "c", [NewMessage(role=Role.VISITOR, text="Hello")])
        request_handover(store, OPERATOR, mine, "d", None)
    ada = person("agent", [mine])
    page = ada.get("/?days=7")
    drawn = chart(page)
    assert (drawn["leads"], drawn["sessions"]) == ([0, 0, 0, 0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 3])
    assert 'href="/handovers"' in page
    assert "1 visitor waits" in page
    assert "Not mine" not in page
    assert "/delivery" not in page
    ada.get(f"/?bot={other}", 404)


def test_time_is_asked_for_in_the_query(person: MakePerson, server: Server) -> None:
    bob = person("viewer", [server.bot()])
    assert 'value="2026-01-31"' in bob.get("/?from=2026-01-01&to=2026-01-31")
    assert "Per week" in bob.get("/?days=365")
    for query in ("days=8", "from=2010-01-01&to=2026-01-01", "from=soon"):
        assert 'role="alert"' in bob.get(f"/?{query}", 422)


def test_breakdowns_can_be_fetched_alone(person: MakePerson, server: Server) -> None:
    bot_id = server.bot(name="Shop")
    lead(server, bot_id, "a")
    cleo = person("agent", [bot_id])
    assert "Shop" in cleo.get("/overview/bot")
    assert "Leadkeep API" in cleo.get("/overview/origin?days=90")
    cleo.get("/overview/status", 404)


def test_without_bots_there_is_a_friendly_start(person: MakePerson) -> None:
    assert "Nothing here yet" in person("viewer", ["none-of-these"]).get("/")

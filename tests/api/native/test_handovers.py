"""Hand-overs over the native face."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import httpx
import pytest

from leadkeep.actions.create_key import create_key
from leadkeep.domain.access import OPERATOR, Permission
from leadkeep.domain.key import NewKey
from leadkeep.domain.moments import from_iso, iso_z
from tests.support.conversations import Talk
from tests.support.server import Server


def agent(server: Server, name: str) -> tuple[str, dict[str, str]]:
    """The id of a key of that name, and the header that carries its token."""
    new = NewKey(name=name, permissions=frozenset({Permission.WRITE}), bots=None)
    with server.database.transaction() as store:
        key, token = create_key(store, OPERATOR, new)
    return key.id, {"Authorization": f"Bearer {token}"}


def handovers(talk: Talk) -> list[Any]:
    items: list[Any] = talk.get("/handovers").raise_for_status().json()["items"]
    return items


def seconds(since: str, until: str) -> float:
    return (from_iso(until) - from_iso(since)).total_seconds()


def for_agent(talk: Talk) -> list[bool]:
    path = f"/v1/get-conversation-ids/{talk.bot_id}"
    rows = talk.server.client.post(path, headers=talk.server.bearer("read")).json()
    return [row["for_agent"] for row in rows]


def test_each_step_keeps_its_time_and_who_took_it(server: Server) -> None:
    talk = Talk(server)
    (ada_id, ada), (bob_id, bob) = agent(server, "Ada"), agent(server, "Bob")
    requested = talk.request("Asks for a discount")
    assert requested.status_code == 201
    assert (requested.json()["reason"], requested.json()["claimed_at"]) == ("Asks for a discount", None)
    claimed = server.client.post(f"{talk.path}/handover/claim", headers=ada).json()
    assert claimed["claimed_by"] == {"id": ada_id, "name": "Ada"}
    assert claimed["waiting_seconds"] == seconds(claimed["requested_at"], claimed["claimed_at"])
    assert talk.get().json()["current_handover"] == claimed
    ended = server.client.post(f"{talk.path}/handover/resolve", headers=bob).json()
    assert (ended["ended_by"], ended["outcome"]) == ({"id": bob_id, "name": "Bob"}, "resolved")
    assert handovers(talk) == [ended]
    session = talk.get().json()
    assert (session["handover"], session["current_handover"]) == ("resolved", None)
    assert session["handed_over_at"] == session["lead_at"] == ended["requested_at"]


def test_an_agents_message_answers_the_handover(server: Server) -> None:
    talk = Talk(server)
    asked = from_iso(talk.request().json()["requested_at"])
    talk.say("Hold on", role="bot")
    (waiting,) = handovers(talk)
    assert (waiting["answered_at"], waiting["first_answer_seconds"]) == (None, None)
    later = datetime.fromtimestamp(asked.timestamp() + 61, asked.tzinfo)
    talk.say("Hello", role="agent", at=iso_z(later))
    (answered,) = handovers(talk)
    assert answered["answered_at"] == iso_z(later)
    assert answered["first_answer_seconds"] == 61.0


def test_a_session_is_for_an_agent_from_the_first_handover_on(server: Server) -> None:
    talk = Talk(server)
    talk.say("Hi")
    assert for_agent(talk) == []
    talk.request()
    assert for_agent(talk) == [True]
    talk.post("handover/return")
    assert for_agent(talk) == [True]
    assert talk.get().json()["handover"] == "returned"


def test_who_comes_second_is_told_who_was_first_and_when(server: Server) -> None:
    talk = Talk(server)
    talk.request()
    first, second = (
        server.client.post(f"{talk.path}/handover/claim", headers=agent(server, name)[1])
        for name in ("Ada", "Bob")
    )
    won, lost = first.json(), second.json()
    assert (first.status_code, second.status_code) == (200, 409)
    assert (lost["claimed_by"], lost["claimed_at"]) == (won["claimed_by"], won["claimed_at"])
    assert lost["detail"] == f"Ada claimed this at {won['claimed_at']}"


def test_of_a_return_and_a_resolution_at_once_one_ends_it(server: Server) -> None:
    talk = Talk(server)
    talk.request()
    barrier = Barrier(2, timeout=30)

    def end(step: str) -> int:
        with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
            barrier.wait()
            return client.post(f"{talk.path}/handover/{step}", headers=server.bearer("write")).status_code

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(end, ["return", "resolve"])) == [200, 409]
    (ended,) = handovers(talk)
    assert ended["outcome"] == talk.get().json()["handover"]


def test_a_session_is_handed_over_once_at_a_time_and_again_later(server: Server) -> None:
    talk = Talk(server)
    talk.request("first")
    assert talk.request("second").status_code == 409
    talk.post("handover/return")
    assert talk.request("third").status_code == 201
    assert [one["reason"] for one in handovers(talk)] == ["first", "third"]
    first = talk.get("/handovers?limit=1")
    rest = server.client.get(first.links["next"]["url"], headers=server.bearer("read"))
    assert [one["reason"] for one in rest.json()["items"]] == ["third"]
    assert rest.json()["next_cursor"] is None


def test_a_handover_is_requested_by_who_captures_or_who_writes(server: Server) -> None:
    for permission, status in (("capture", 201), ("write", 201), ("read", 403)):
        assert Talk(server).post("handover", {}, permission).status_code == status


@pytest.mark.parametrize("step", ["claim", "return", "resolve"])
def test_where_nothing_is_open_there_is_a_conflict_and_without_a_session_nothing(
    server: Server, step: str
) -> None:
    talk = Talk(server)
    assert talk.post(f"handover/{step}").status_code == 404
    talk.open()
    answer = talk.post(f"handover/{step}")
    assert answer.status_code == 409
    assert answer.json()["detail"] == f"Session {talk.session_id} has no open hand-over"
    assert handovers(talk) == []


@pytest.mark.parametrize("sent", [{"reason": "x" * 2_001}, {"reason": 5}, {"why": "x"}])
def test_a_request_that_breaks_a_rule_is_refused(server: Server, sent: Any) -> None:
    assert Talk(server).post("handover", sent).status_code == 422


def test_a_handover_may_be_asked_for_without_a_body(server: Server) -> None:
    talk = Talk(server)
    asked = server.client.post(f"{talk.path}/handover", headers=server.bearer("capture"))
    assert (asked.status_code, asked.json()["reason"]) == (201, None)


@pytest.mark.parametrize("step", ["claim", "return", "resolve"])
def test_a_step_that_takes_no_body_heeds_none(server: Server, step: str) -> None:
    talk = Talk(server)
    talk.request("Help").raise_for_status()
    for body, status in (('{"by": "Ada"}', 422), ("garbage{", 422), ("{}", 200)):
        headers = server.bearer("write") | {"Content-Type": "application/json"}
        answer = server.client.post(f"{talk.path}/handover/{step}", content=body, headers=headers)
        assert answer.status_code == status

"""The queue of hand-overs, and the answers of agents."""

from datetime import timedelta

import pytest

from leadkeep.actions import clock, read_queue
from leadkeep.actions.answer_session import answer_session
from leadkeep.actions.claim_handover import claim_handover
from leadkeep.actions.read_queue import answers_now, count_waiting
from leadkeep.actions.request_handover import request_handover
from leadkeep.actions.resolve_handover import resolve_handover
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.errors import ForbiddenError, InvalidError, NotFoundError
from leadkeep.domain.handover import Handover
from leadkeep.domain.handover_queue import Patience, patience
from leadkeep.domain.message import Role
from leadkeep.storage import handovers
from leadkeep.storage.database import Database
from leadkeep.storage.store import Store

READ, WRITE = Permission.READ, Permission.WRITE


def agent(name: str, *bots: str, permissions: tuple[Permission, ...] = (READ, WRITE)) -> Grant:
    return Grant(id=name, name=name, permissions=frozenset(permissions), bots=frozenset(bots))


def ask(store: Store, bot_id: str, *session_ids: str) -> None:
    for session_id in session_ids:
        request_handover(store, OPERATOR, bot_id, session_id, None)


def test_the_queue_holds_what_is_open_oldest_first(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = agent("ada", "a", "b")
    with database.transaction() as store:
        ask(store, "a", "1", "2", "3")
        ask(store, "b", "4", "5")
        ask(store, "c", "6")
        claim_handover(store, ada, "b", "4")
        claim_handover(store, OPERATOR, "a", "2")
        resolve_handover(store, OPERATOR, "a", "3")
        found = read_queue.read_queue(store, ada)
        assert [one.session_id for one in found.waiting] == ["1", "5"]
        assert [one.session_id for one in found.claimed] == ["2", "4"]
        assert [one.session_id for one in read_queue.read_queue(store, ada, mine=True).claimed] == ["4"]
        assert read_queue.read_queue(store, ada, "b").waiting[0].bot_name == "b"
        assert count_waiting(store, ada).number == 2
        with pytest.raises(NotFoundError):
            read_queue.read_queue(store, ada, "c")
        monkeypatch.setattr(read_queue, "SHOWN", 1)
        found = read_queue.read_queue(store, ada)
        assert (len(found.waiting), found.waiting_more, found.claimed_more) == (1, 1, 1)


def test_an_agent_answers_what_is_open(database: Database) -> None:
    ada = agent("ada", "a")
    with database.transaction() as store:
        ask(store, "a", "1")
        before = answers_now(store, ada)
        message = answer_session(store, ada, "a", "1", " Hello ")
        assert (message.role, message.text) == (Role.AGENT, "Hello")
        current = handovers.open_of(store, "a", "1")
        assert current is not None
        assert current.answered_at == message.at
        assert answers_now(store, ada) != before
        with pytest.raises(InvalidError):
            answer_session(store, ada, "a", "1", " ")
        with pytest.raises(NotFoundError):
            answer_session(store, ada, "a", "2", "Hello")
        with pytest.raises(NotFoundError):
            answer_session(store, agent("bob", "b"), "a", "1", "Hello")
        with pytest.raises(ForbiddenError):
            answer_session(store, agent("cleo", "a", permissions=(READ,)), "a", "1", "Hello")


def test_patience_ends_with_the_time_that_the_bot_allows() -> None:
    now = clock.now()
    waiting = [
        Handover(id="", bot_id="a", session_id="1", requested_at=now - timedelta(minutes=minutes))
        for minutes in (1, 7, 10)
    ]
    assert [patience(one, 10, now) for one in waiting] == [Patience.FINE, Patience.SHORT, Patience.OVER]
    assert {patience(one, None, now) for one in waiting} == {Patience.FINE}

import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa

from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.claim_handover import claim_handover
from leadkeep.actions.delete_session import delete_session
from leadkeep.actions.request_handover import request_handover
from leadkeep.actions.resolve_handover import resolve_handover
from leadkeep.actions.return_to_bot import return_to_bot
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.errors import ConflictError, ForbiddenError, LeadkeepError, NotFoundError
from leadkeep.domain.handover import Handover, HandoverState
from leadkeep.domain.message import NewMessage, Role
from leadkeep.domain.moments import iso_z
from leadkeep.domain.session import contacts_of
from leadkeep.storage import bots, deletions, handovers, sessions
from leadkeep.storage.database import Database
from leadkeep.storage.schema import sessions as sessions_table
from leadkeep.storage.store import Store
from tests.support.leads import START, a_lead

Verb = Callable[[Store, Grant, str, str], Handover]


def agent(name: str, permission: Permission = Permission.WRITE, bots: frozenset[str] | None = None) -> Grant:
    return Grant(id=f"id-{name}", name=name, permissions=frozenset({permission}), bots=bots)


def request(store: Store, grant: Grant, bot_id: str, session_id: str) -> Handover:
    return request_handover(store, grant, bot_id, session_id, "help")


def session(store: Store) -> Any:
    return store.execute(sa.select(sessions_table)).one()


def test_a_handover_goes_from_the_request_to_the_end(database: Database) -> None:
    with database.transaction() as store:
        requested = request(store, agent("Bot", Permission.CAPTURE), "b", "s")
        assert (requested.requested_by_name, requested.reason) == ("Bot", "help")
        assert (session(store).handover, session(store).lead_at) == ("waiting", requested.requested_at)
        claimed = claim_handover(store, agent("Ada"), "b", "s")
        assert (claimed.id, claimed.claimed_by_id, claimed.claimed_by_name) == (requested.id, "id-Ada", "Ada")
        assert session(store).handover == "claimed"
        ended = resolve_handover(store, agent("Bob"), "b", "s")
        assert (ended.ended_by_name, ended.outcome) == ("Bob", HandoverState.RESOLVED)
        assert session(store).handover == "resolved"
        assert handovers.of_session(store, "b", "s") == [ended]


def test_a_second_handover_leaves_the_time_of_the_first(database: Database) -> None:
    with database.transaction() as store:
        first = request(store, OPERATOR, "b", "s")
        with pytest.raises(ConflictError):
            request(store, OPERATOR, "b", "s")
        return_to_bot(store, OPERATOR, "b", "s")
        assert session(store).handover == "returned"
    time.sleep(0.002)
    with database.transaction() as store:
        second = request(store, OPERATOR, "b", "s")
        assert (session(store).handed_over_at, session(store).handover) == (first.requested_at, "waiting")
        found = handovers.of_session(store, "b", "s")
    assert [(one.id, one.outcome) for one in found] == [
        (first.id, HandoverState.RETURNED),
        (second.id, None),
    ]


def test_a_session_that_is_a_lead_stays_one_of_its_time(database: Database) -> None:
    with database.transaction() as store:
        bots.add_missing(store, ["b"], START)
        sessions.record(store, contacts_of([a_lead("b")]))
        request(store, OPERATOR, "b", "s")
        assert session(store).lead_at == START


def test_who_comes_second_is_told_who_was_first_and_when(database: Database) -> None:
    with database.transaction() as store:
        request(store, OPERATOR, "b", "s")
        first = claim_handover(store, agent("Ada"), "b", "s")
        with pytest.raises(ConflictError) as refused:
            claim_handover(store, agent("Bob"), "b", "s")
        assert first.claimed_at is not None
        assert refused.value.message == f"Ada claimed this at {iso_z(first.claimed_at)}"


def test_of_claims_at_once_exactly_one_wins(database: Database, migrated_url: str) -> None:
    names = ["Ada", "Bob", "Cyd", "Dan"]
    databases = [Database(migrated_url) for _ in names]
    barrier = Barrier(len(names), timeout=30)

    def claim(own: Database, name: str) -> Handover | str:
        barrier.wait()
        try:
            with own.transaction() as store:
                return claim_handover(store, agent(name), "b", "s")
        except ConflictError as error:
            return error.message

    with database.transaction() as store:
        request(store, OPERATOR, "b", "s")
    with ThreadPoolExecutor(len(names)) as threads:
        outcomes = list(threads.map(claim, databases, names))
    for own in databases:
        own.close()
    (winner,) = [outcome for outcome in outcomes if isinstance(outcome, Handover)]
    losers = {outcome for outcome in outcomes if isinstance(outcome, str)}
    assert winner.claimed_at is not None
    assert losers == {f"{winner.claimed_by_name} claimed this at {iso_z(winner.claimed_at)}"}


def test_of_requests_at_once_exactly_one_is_made(database: Database, migrated_url: str) -> None:
    barrier = Barrier(2, timeout=30)

    def ask(name: str) -> bool:
        own = Database(migrated_url)
        barrier.wait()
        try:
            with own.transaction() as store:
                request(store, agent(name), "b", "s")
        except ConflictError:
            return False
        finally:
            own.close()
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(ask, ["Ada", "Bob"])) == [False, True]
    with database.snapshot() as store:
        assert len(handovers.of_session(store, "b", "s")) == 1


def say(store: Store, role: Role, at: Any, vendor_id: str | None = None) -> None:
    new = NewMessage(role=role, text="x", at=at, vendor_id=vendor_id)
    append_messages(store, OPERATOR, "b", "s", [new])


def test_an_agents_first_message_after_the_request_is_the_answer(database: Database) -> None:
    def answered() -> Any:
        (found,) = handovers.of_session(store, "b", "s")
        return found.first_answer_seconds

    with database.transaction() as store:
        asked = request(store, OPERATOR, "b", "s").requested_at
        say(store, Role.AGENT, asked - timedelta(seconds=1))
        say(store, Role.BOT, asked + timedelta(seconds=1))
        assert answered() is None
        say(store, Role.AGENT, asked + timedelta(seconds=90), "v")
        assert answered() == 90.0
        say(store, Role.AGENT, asked + timedelta(seconds=99))
        assert answered() == 90.0


def test_waiting_is_counted_up_to_the_claim() -> None:
    waiting = Handover(id="h", bot_id="b", session_id="s", requested_at=START)
    assert waiting.waiting_seconds is None
    claimed = Handover(
        id="h", bot_id="b", session_id="s", requested_at=START, claimed_at=START + timedelta(seconds=1.5)
    )
    assert claimed.waiting_seconds == 1.5


@pytest.mark.parametrize("verb", [claim_handover, return_to_bot, resolve_handover])
def test_without_an_open_handover_there_is_a_conflict_and_without_a_session_nothing(
    database: Database, verb: Verb
) -> None:
    with database.transaction() as store:
        with pytest.raises(NotFoundError):
            verb(store, OPERATOR, "b", "s")
        append_messages(store, OPERATOR, "b", "s", [])
        with pytest.raises(ConflictError):
            verb(store, OPERATOR, "b", "s")
        request(store, OPERATOR, "b", "s")
        resolve_handover(store, OPERATOR, "b", "s")
        with pytest.raises(ConflictError):
            verb(store, OPERATOR, "b", "s")


@pytest.mark.parametrize("verb", [request, claim_handover, return_to_bot, resolve_handover])
def test_a_handover_is_of_a_bot_of_the_grant_and_takes_the_permission(database: Database, verb: Verb) -> None:
    with database.transaction() as store:
        bots.add_missing(store, ["theirs"], START)
        with pytest.raises(NotFoundError):
            verb(store, agent("Ada", bots=frozenset({"mine"})), "theirs", "s")
        with pytest.raises(NotFoundError):
            verb(store, agent("Ada", bots=frozenset({"none"})), "none", "s")
        with pytest.raises(ForbiddenError):
            verb(store, agent("Ada", Permission.READ), "theirs", "s")


def append(store: Store, grant: Grant, bot_id: str, session_id: str) -> Any:
    said = [
        NewMessage(role=Role.AGENT, text="I am here"),
        NewMessage(role=Role.VISITOR, text="ada@example.com"),
    ]
    return append_messages(store, grant, bot_id, session_id, said)


@pytest.mark.parametrize(
    ("verb", "outcome"),
    [(claim_handover, NotFoundError), (resolve_handover, NotFoundError), (append, list), (request, Handover)],
)
def test_whoever_writes_in_a_session_that_is_being_deleted_waits_and_finds_it_gone(
    database: Database, migrated_url: str, verb: Any, outcome: type
) -> None:
    with database.transaction() as store:
        request(store, OPERATOR, "b", "s")

    def act() -> object:
        with closing(Database(migrated_url)) as other:
            try:
                with other.transaction() as store:
                    return verb(store, OPERATOR, "b", "s")
            except LeadkeepError as error:
                return error

    with ThreadPoolExecutor(1) as threads, database.transaction() as store:
        deletions.lock_sessions(store, [("b", "s")])
        acting = threads.submit(act)
        # Until it has come as far as it comes.
        time.sleep(0.3)
        delete_session(store, OPERATOR, "b", "s")
        store.connection.commit()
        assert isinstance(acting.result(), outcome)


@pytest.mark.parametrize("verb", [claim_handover, return_to_bot])
def test_an_answer_with_a_lead_and_another_step_wait_for_one_another_in_turn(
    database: Database, migrated_url: str, verb: Verb
) -> None:
    with database.transaction() as store:
        request(store, OPERATOR, "b", "s")
    barrier = Barrier(2, timeout=30)

    def repeatedly(act: Callable[[Store], object]) -> None:
        with closing(Database(migrated_url)) as other:
            for _ in range(20):
                barrier.wait()
                with other.transaction() as store:
                    act(store)

    def step(store: Store) -> None:
        with contextlib.suppress(ConflictError):
            request(store, OPERATOR, "b", "s")
        with contextlib.suppress(ConflictError):
            verb(store, OPERATOR, "b", "s")

    with ThreadPoolExecutor(2) as threads:
        for done in [
            threads.submit(repeatedly, step),
            threads.submit(repeatedly, lambda store: append(store, OPERATOR, "b", "s")),
        ]:
            done.result()

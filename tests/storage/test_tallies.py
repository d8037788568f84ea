"""The tallies say at any time what counting the rows would say."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from leadkeep.actions.request_handover import request_handover
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.session import contacts_of
from leadkeep.storage import bots, leads, sessions
from leadkeep.storage.database import Database, Store
from leadkeep.storage.schema import leads as lead_rows
from leadkeep.storage.schema import sessions as session_rows
from leadkeep.storage.schema import tallies
from tests.support.databases import Engine
from tests.support.leads import START, a_lead, put

MINUTES = st.integers(0, 120)
SESSIONS = st.sampled_from(["a", "b", "c"])
STEPS = st.one_of(
    st.tuples(st.just("capture"), st.lists(st.tuples(SESSIONS, MINUTES), min_size=1, max_size=5)),
    st.tuples(st.just("open"), st.tuples(SESSIONS, MINUTES)),
    st.tuples(st.just("hand over"), st.tuples(SESSIONS, MINUTES)),
    st.tuples(st.just("delete leads"), st.tuples(SESSIONS, MINUTES)),
    st.tuples(st.just("delete session"), st.tuples(SESSIONS, MINUTES)),
    st.tuples(st.just("be no lead"), st.tuples(SESSIONS, MINUTES)),
)


def tallied(store: Store) -> dict[object, tuple[int, ...]]:
    sums = [sa.func.sum(tallies.c[name]) for name in ("leads", "sessions", "converted")]
    rows = store.execute(sa.select(tallies.c.at, *sums).group_by(tallies.c.at))
    return {at: tuple(map(int, numbers)) for at, *numbers in rows if any(numbers)}


def counted(store: Store) -> dict[object, tuple[int, ...]]:
    found: Counter[tuple[object, int]] = Counter()
    for (at,) in store.execute(sa.select(lead_rows.c.created_at)):
        found[quarter(at), 0] += 1
    for at, lead_at in store.execute(sa.select(session_rows.c.created_at, session_rows.c.lead_at)):
        found[quarter(at), 1] += 1
        found[quarter(at), 2] += lead_at is not None
    return {at: tuple(found[at, what] for what in range(3)) for at in {at for at, _ in found}}


def quarter(at: object) -> object:
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)  # type: ignore[attr-defined]


def take(store: Store, step: str, what: object) -> None:
    if step == "capture":
        new = [
            a_lead("bot", session_id, after_ms=minute * 60_000)
            for session_id, minute in sorted(what, key=lambda pair: pair[1])  # type: ignore[call-overload]
        ]
        sessions.record(store, contacts_of(new))
        leads.add(store, new)
        return
    session_id, minute = what  # type: ignore[misc]
    mine = session_rows.c.id == session_id
    if step == "open":
        sessions.ensure(store, "bot", [session_id], START + timedelta(minutes=minute))
    elif step == "hand over":
        sessions.ensure(store, "bot", [session_id], START)
        sessions.hand_over(store, "bot", session_id, START + timedelta(minutes=minute))
    elif step == "be no lead":
        store.execute(sa.update(session_rows).where(mine).values(lead_at=None))
    else:
        store.execute(sa.delete(lead_rows).where(lead_rows.c.session_id == session_id))
        if step == "delete session":
            store.execute(sa.delete(session_rows).where(mine))


def test_they_agree_with_the_rows_after_any_changes(engine: Engine) -> None:
    url = engine.migrated()

    with closing(Database(url)) as database:

        @settings(max_examples=40)
        @given(st.lists(STEPS, max_size=12))
        def run(steps: list[tuple[str, object]]) -> None:
            with database.transaction() as store:
                store.execute(sa.delete(lead_rows))
                store.execute(sa.delete(session_rows))
                bots.add_missing(store, ["bot"], START)
            for step, what in steps:
                with database.transaction() as store:
                    take(store, step, what)
            with database.snapshot() as store:
                assert tallied(store) == counted(store)

        run()
    engine.drop(url)


def test_they_agree_after_many_writers_at_once(database: Database, migrated_url: str) -> None:
    def write(number: int) -> None:
        with closing(Database(migrated_url)) as own:
            for turn in range(10):
                put(own, *(a_lead("bot", f"{number}-{turn}-{one}", after_ms=turn) for one in range(3)))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    with database.snapshot() as store:
        assert tallied(store) == counted(store) == {quarter(START): (120, 120, 120)}


def test_a_change_that_is_taken_back_is_not_tallied(database: Database) -> None:
    with database.transaction() as store:
        request_handover(store, OPERATOR, "bot", "s", None)
        before = tallied(store)
        savepoint = store.connection.begin_nested()
        take(store, "capture", [("t", 0)])
        savepoint.rollback()
        assert tallied(store) == before == counted(store)

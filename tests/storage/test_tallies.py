"""The tallies say at any time what counting the rows would say."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import NamedTuple

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import given, settings
from hypothesis import strategies as st

from leadkeep.actions.request_handover import request_handover
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.session import contacts_of
from leadkeep.storage import bots, leads, sessions
from leadkeep.storage.database import Database
from leadkeep.storage.migrate import bring_up_to_date
from leadkeep.storage.schema import leads as lead_rows
from leadkeep.storage.schema import sessions as session_rows
from leadkeep.storage.schema import tallies
from leadkeep.storage.store import Store
from tests.support.databases import Engine
from tests.support.leads import START, a_lead, put

Tally = tuple[int, int, int]
Tallies = dict[datetime, Tally]


class Step(NamedTuple):
    """What is done with the session, with leads and times so many minutes after START."""

    verb: str
    session_id: str
    minutes: list[int]


STEPS = st.builds(
    Step,
    st.sampled_from(["capture", "open", "hand over", "delete leads", "delete session", "be no lead"]),
    st.sampled_from("abc"),
    st.lists(st.integers(0, 120), min_size=1, max_size=3).map(sorted),
)


def take(store: Store, step: Step) -> None:
    mine = session_rows.c.id == step.session_id
    at = START + timedelta(minutes=step.minutes[0])
    if step.verb == "capture":
        new = [a_lead("bot", step.session_id, after_ms=minute * 60_000) for minute in step.minutes]
        sessions.record(store, contacts_of(new))
        leads.add(store, new)
    elif step.verb == "open":
        sessions.ensure(store, "bot", ["d", step.session_id], at)
    elif step.verb == "hand over":
        sessions.ensure(store, "bot", [step.session_id], START)
        sessions.hand_over(store, "bot", step.session_id, at)
    elif step.verb == "be no lead":
        store.execute(sa.update(session_rows).where(mine).values(lead_at=None))
    else:
        store.execute(sa.delete(lead_rows).where(lead_rows.c.session_id == step.session_id))
        if step.verb == "delete session":
            store.execute(sa.delete(session_rows).where(mine))


def tallied(store: Store) -> Tallies:
    sums = [sa.func.sum(tallies.c[name]).label(name) for name in ("leads", "sessions", "converted")]
    rows = store.execute(sa.select(tallies.c.at, *sums).group_by(tallies.c.at)).all()
    found = {row.at: (int(row.leads), int(row.sessions), int(row.converted)) for row in rows}
    return {at: numbers for at, numbers in found.items() if any(numbers)}


def counted(store: Store) -> Tallies:
    new: Counter[datetime] = Counter()
    opened: Counter[datetime] = Counter()
    converted: Counter[datetime] = Counter()
    for row in store.execute(sa.select(lead_rows.c.created_at)).all():
        new[quarter(row.created_at)] += 1
    for row in store.execute(sa.select(session_rows.c.created_at, session_rows.c.lead_at)).all():
        opened[quarter(row.created_at)] += 1
        converted[quarter(row.created_at)] += row.lead_at is not None
    return {at: (new[at], opened[at], converted[at]) for at in new.keys() | opened.keys()}


def quarter(at: datetime) -> datetime:
    return at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0)


def test_they_agree_with_the_rows_after_any_changes(engine: Engine) -> None:
    url = engine.migrated()

    with closing(Database(url)) as database:

        @settings(max_examples=40)
        @given(st.lists(STEPS, max_size=12))
        def run(steps: list[Step]) -> None:
            with database.transaction() as store:
                store.execute(sa.delete(lead_rows))
                store.execute(sa.delete(session_rows))
                bots.add_missing(store, ["bot"], START)
            for step in steps:
                with database.transaction() as store:
                    take(store, step)
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
        take(store, Step("capture", "t", [0]))
        savepoint.rollback()
        assert tallied(store) == before == counted(store)


def test_what_was_stored_before_there_were_any_is_tallied(database_url: str) -> None:
    with closing(Database(database_url)) as database:
        with database.transaction() as store:
            migrate_to(store, "0002")
            for statement in OF_0002:
                store.execute(sa.text(statement))
        bring_up_to_date(database)
        with database.snapshot() as store:
            assert tallied(store) == {
                datetime(2026, 11, 23, 7, 0, tzinfo=UTC): (1, 1, 1),
                datetime(2026, 11, 23, 7, 15, tzinfo=UTC): (1, 1, 0),
            }


OF_0002 = (
    "INSERT INTO bots (id, name, public, origins, form, created_at)"
    " VALUES ('bot', 'Bot', false, '[]', '{}', '2026-11-23T07:00:00.000Z')",
    "INSERT INTO sessions (bot_id, id, created_at, lead_at) VALUES"
    " ('bot', 'a', '2026-11-23T07:14:59.999Z', '2026-11-23T07:15:00.000Z'),"
    " ('bot', 'b', '2026-11-23T07:15:00.000Z', NULL)",
    "INSERT INTO leads (id, bot_id, session_id, attributes, origin, created_at, changed_at) VALUES"
    " ('019ab1f2-7c3d-7e4f-8a5b-6c7d8e9f0a1b', 'bot', 'a', '{}', 'native',"
    " '2026-11-23T07:14:59.999Z', '2026-11-23T07:14:59.999Z'),"
    " ('019ab1f2-7c3d-7e4f-8a5b-6c7d8e9f0a1c', 'bot', 'a', '{}', 'native',"
    " '2026-11-23T07:15:00.000Z', '2026-11-23T07:15:00.000Z')",
)


def migrate_to(store: Store, revision: str) -> None:
    with resources.as_file(resources.files("leadkeep.storage") / "migrations") as scripts:
        config = Config(attributes={"connection": store.connection})
        config.set_main_option("script_location", str(scripts))
        config.set_main_option("path_separator", "os")
        command.upgrade(config, revision)

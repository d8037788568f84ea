import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa

from leadkeep.domain.bot import BotChange
from leadkeep.domain.errors import ConflictError, UnavailableError
from leadkeep.storage import bots
from leadkeep.storage.database import Database
from leadkeep.storage.store import Store
from tests.support.databases import Engine
from tests.support.leads import START, a_lead, put
from tests.support.postgres import free_port


@pytest.fixture
def sqlite_database(sqlite_engine: Engine) -> Iterator[Database]:
    url = sqlite_engine.migrated()
    with closing(Database(url)) as database:
        yield database
    sqlite_engine.drop(url)


def add(store: Store, bot_id: str) -> None:
    bots.add_missing(store, [bot_id], START)


def has(store: Store, bot_id: str) -> bool:
    return bots.get(store, bot_id) is not None


def test_a_transaction_that_raises_stores_nothing(database: Database) -> None:
    def add_and_fail(store: Store) -> None:
        add(store, "b")
        raise RuntimeError

    with pytest.raises(RuntimeError), database.transaction() as store:
        add_and_fail(store)
    with database.snapshot() as store:
        assert not has(store, "b")


async def _seen_after_each_write(database: Database) -> list[tuple[bool, bool]]:
    seen = []
    for bot_id in "abc":
        await database.glance(has, bot_id)
        await database.write(add, bot_id)
        seen.append((await database.glance(has, bot_id), await database.read(has, bot_id)))
    return seen


def test_reads_and_glances_see_what_was_written_before_them(database: Database) -> None:
    assert asyncio.run(_seen_after_each_write(database)) == [(True, True)] * 3


def test_a_glance_after_one_that_failed_works(database: Database) -> None:
    def wrong(store: Store) -> None:
        store.execute(sa.text("SELECT * FROM no_such_table"))

    async def glance() -> bool:
        with pytest.raises(sa.exc.DBAPIError):
            await database.glance(wrong)
        return await database.glance(has, "b")

    assert not asyncio.run(glance())


def test_a_wrong_statement_is_our_fault_and_not_called_passing(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError), database.transaction() as store:
        store.execute(sa.text("SELECT * FROM no_such_table"))


def test_what_clashes_is_a_conflict(database: Database) -> None:
    lead = a_lead("b")
    put(database, lead)
    with pytest.raises(ConflictError):
        put(database, lead)


def test_a_full_sqlite_is_unavailable_and_stores_nothing_of_the_transaction(
    sqlite_database: Database,
) -> None:
    def fill(store: Store) -> None:
        store.execute(sa.text("PRAGMA max_page_count = 1"))
        add(store, "b")
        bots.change(store, "b", BotChange(name="x" * 100_000))

    with pytest.raises(UnavailableError) as refused, sqlite_database.transaction() as store:
        fill(store)
    assert refused.value.retry_after > 0
    with sqlite_database.snapshot() as store:
        assert not has(store, "b")


def test_a_writer_waits_for_another_process_that_holds_sqlites_lock(sqlite_database: Database) -> None:
    with closing(sqlite3.connect(str(sqlite_database.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer = threading.Thread(target=put, args=(sqlite_database, a_lead("b")))
        writer.start()
        writer.join(timeout=0.5)
        assert writer.is_alive()
        other.execute("COMMIT")
        writer.join()
    with sqlite_database.snapshot() as store:
        assert has(store, "b")


@pytest.mark.parametrize(
    "url", ["sqlite:////nonexistent/folder/leadkeep.db", "postgresql://h@127.0.0.1:{port}/d"]
)
def test_a_database_that_is_not_there_is_unavailable(url: str) -> None:
    with closing(Database(url.format(port=free_port()))) as database:
        with pytest.raises(UnavailableError) as refused, database.snapshot():
            pass
        assert refused.value.retry_after > 0
        with pytest.raises(UnavailableError), database.transaction():
            pass


def test_the_text_of_an_error_holds_nothing_that_was_sent(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError) as failed, database.transaction() as store:
        store.execute(sa.text("INSERT INTO no_such_table VALUES (:name)"), {"name": "Ada Lovelace"})
    assert "Ada Lovelace" not in str(failed.value)


def test_what_is_read_together_is_of_one_moment(database: Database) -> None:
    with database.snapshot() as store:
        assert bots.get(store, "late") is None
        with database.transaction() as other:
            add(other, "late")
        assert bots.get(store, "late") is None


def test_whoever_loses_to_another_transaction_is_run_again(database: Database) -> None:
    with database.transaction() as store:
        for bot_id in ("one", "other"):
            add(store, bot_id)
    both = threading.Barrier(2, timeout=30)
    tries = []

    def change(store: Store, *names: str) -> None:
        tries.append(names)
        for name in names:
            bots.change(store, name, BotChange(name="new"))
            if name == names[0] and len(tries) <= 2 and store.dialect.name == "postgresql":
                both.wait()

    async def run() -> None:
        await asyncio.gather(database.write(change, "one", "other"), database.write(change, "other", "one"))

    asyncio.run(run())
    assert (len(tries) > 2) == (database.dialect.name == "postgresql")


def test_what_was_stored_is_said_to_be_even_where_a_listener_fails(sqlite_database: Database) -> None:
    heard: list[bool] = []

    def fail() -> None:
        raise RuntimeError

    sqlite_database.on_write += [fail, lambda: heard.append(True)]
    asyncio.run(sqlite_database.write(add, "b"))
    with sqlite_database.snapshot() as store:
        assert has(store, "b")
    assert heard == [True]

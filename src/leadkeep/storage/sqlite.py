"""The seam for SQLite: everything here, and only here, knows that it is SQLite."""

# What is put together here is words of ours, never a caller's.
# ruff: noqa: S608

import asyncio
import contextlib
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import AsyncGenerator, Collection, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry

from leadkeep.domain.moments import from_iso, iso_z
from leadkeep.domain.search import telling

BUSY_TIMEOUT = 15.0
"""Seconds to wait for another process that writes; a capture waits and succeeds rather than fails."""

LOOK_EVERY = 1.0
"""Seconds between two looks for what other processes wrote: nobody tells of it."""

_PRAGMAS = (
    f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT * 1000)}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16000",
    # What is deleted is overwritten, and not only forgotten; the default depends on who built SQLite.
    "PRAGMA secure_delete = ON",
)
_PRAGMAS_FOR_MUCH = ("PRAGMA cache_size = -256000", "PRAGMA wal_autocheckpoint = 65536")
_CONNECT_ARGS = {
    "timeout": BUSY_TIMEOUT,
    # We say ourselves when a transaction begins, and of what kind.
    "isolation_level": None,
    # The pool hands a connection from thread to thread, one at a time.
    "check_same_thread": False,
    # Bulk inserts of each length are statements of their own.
    "cached_statements": 256,
}
_BEGIN = "leadkeep_begin"
_NAMED = ("true", "false", "null")

# The search index of the leads' words. It keeps no copy of them, and is told of every change as FTS5 asks of
# an index beside a table. `domain.words` has cut and folded them: only spaces part them here.
SEARCH_INDEX = (
    "CREATE VIRTUAL TABLE lead_search USING fts5(words, content='leads', content_rowid='number',"
    " detail='none', columnsize=0, tokenize=\"ascii tokenchars '#'\")",
    "CREATE TRIGGER lead_search_added AFTER INSERT ON leads BEGIN"
    " INSERT INTO lead_search(rowid, words) VALUES (new.number, new.words); END",
    "CREATE TRIGGER lead_search_removed AFTER DELETE ON leads BEGIN"
    " INSERT INTO lead_search(lead_search, rowid, words) VALUES ('delete', old.number, old.words); END",
    "CREATE TRIGGER lead_search_changed AFTER UPDATE OF words ON leads BEGIN"
    " INSERT INTO lead_search(lead_search, rowid, words) VALUES ('delete', old.number, old.words);"
    " INSERT INTO lead_search(rowid, words) VALUES (new.number, new.words); END",
)


def quarter_of(column: str) -> str:
    """SQL for the quarter of an hour that a moment lies in."""
    minute = f"substr({column}, 15, 2)"
    return (
        f"substr({column}, 1, 14) || CASE WHEN {minute} < '15' THEN '00:00.000Z' WHEN {minute} < '30'"
        f" THEN '15:00.000Z' WHEN {minute} < '45' THEN '30:00.000Z' ELSE '45:00.000Z' END"
    )


def _tally(name: str, when: str, row: str, leads: str, sessions: str, converted: str) -> str:
    return (
        f"CREATE TRIGGER {name} AFTER {when} BEGIN"
        " INSERT INTO tallies (at, part, leads, sessions, converted)"
        f" VALUES ({quarter_of(f'{row}.created_at')}, 0, {leads}, {sessions}, {converted})"
        " ON CONFLICT (at, part) DO UPDATE SET leads = leads + excluded.leads,"
        " sessions = sessions + excluded.sessions, converted = converted + excluded.converted; END"
    )


# The tallies are told of every change by the database itself, so that they cannot drift.
TALLYING = (
    _tally("tally_lead_added", "INSERT ON leads", "new", "1", "0", "0"),
    _tally("tally_lead_removed", "DELETE ON leads", "old", "-1", "0", "0"),
    _tally("tally_session_added", "INSERT ON sessions", "new", "0", "1", "new.lead_at IS NOT NULL"),
    _tally("tally_session_removed", "DELETE ON sessions", "old", "0", "-1", "-(old.lead_at IS NOT NULL)"),
    _tally(
        "tally_session_changed",
        "UPDATE OF lead_at ON sessions WHEN (old.lead_at IS NULL) <> (new.lead_at IS NULL)",
        "new",
        "0",
        "0",
        "(new.lead_at IS NOT NULL) - (old.lead_at IS NOT NULL)",
    ),
)


class MomentText(sa.types.TypeDecorator[datetime]):
    """Times as ISO text: it sorts by time, reads well in any tool, and is the very text the APIs print."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else iso_z(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else from_iso(value)


class SQLite:
    """See `dialect.Dialect` for what each part promises."""

    name = "sqlite"
    writers = 1
    readers = 2
    reads_on_loop = True

    def create_engine(self, url: sa.URL) -> sa.Engine:
        engine = sa.create_engine(
            url,
            connect_args=_CONNECT_ARGS,
            pool_size=self.readers + self.writers + 1,
            max_overflow=-1,
            hide_parameters=True,
        )
        sa.event.listen(engine, "do_connect", lambda *_: _make_private(url.database))
        sa.event.listen(engine, "connect", _prepare)
        sa.event.listen(engine, "begin", _begin)
        return engine

    def writing(self, connection: sa.Connection) -> sa.Connection:
        return connection.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})

    def reading(self, connection: sa.Connection) -> sa.Connection:
        return connection

    def glancing(self, connection: sa.Connection) -> sa.Connection:
        glancing = connection.execution_options(**{_BEGIN: None})
        # Readers do not wait in WAL mode, but for rare moments such as recovery: the event loop must not.
        glancing.exec_driver_sql("PRAGMA busy_timeout = 100")
        return glancing

    def lock_schema(self, connection: sa.Connection) -> None:
        """The immediate transaction that this runs in is the lock."""

    def lock_people(self, connection: sa.Connection) -> None:
        """There is one writer at a time anyhow."""

    def lock_feed(self, connection: sa.Connection) -> None:
        """There is one writer at a time anyhow, and who listens looks for itself."""

    async def notices(self, url: sa.URL) -> AsyncGenerator[None, None]:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            yield

    def try_lock(self, connection: sa.Connection, names: Collection[str]) -> set[str]:
        """There is one writer at a time anyhow."""
        return set(names)

    def finds(self, words: Sequence[str]) -> sa.ColumnElement[bool]:
        query = " AND ".join(f'"{word}"' for word in words)
        found = sa.select(sa.column("rowid", sa.Integer)).select_from(sa.table("lead_search"))
        return sa.literal_column("leads.number", sa.Integer).in_(
            found.where(sa.literal_column("lead_search", sa.Text).bool_op("MATCH")(query))
        )

    def insert(self, table: sa.Table) -> sqlite.Insert:
        return sqlite.insert(table)

    # Each length is a statement of its own, which the driver keeps prepared. Half the time of reading rows
    # from a JSON parameter.
    rows_at_once = 64

    def shape_of(self, rows: Sequence[tuple[str | None, ...]]) -> int:
        return len(rows)

    def rows_text(self, group: str, types: Sequence[str], shape: int) -> str:
        return "VALUES " + ", ".join([group] * shape)

    def row_parameters(self, rows: Sequence[tuple[str | None, ...]]) -> tuple[Any, ...]:
        return tuple(chain.from_iterable(rows))

    def size_of(self, connection: sa.Connection) -> int:
        pages, size = (
            int(connection.exec_driver_sql(f"PRAGMA page_{of}").scalar_one()) for of in ("count", "size")
        )
        return pages * size

    def free_for(self, url: sa.URL) -> int | None:
        try:
            return shutil.disk_usage(Path(url.database or "").absolute().parent).free
        except OSError:
            return None

    def expect_much(self, connection: sa.Connection) -> None:
        # Pages that are changed again and again are then written once, and once more into the file.
        for pragma in _PRAGMAS_FOR_MUCH:
            connection.exec_driver_sql(pragma)

    def copy(
        self,
        connection: sa.Connection,
        table: sa.Table,
        columns: Sequence[str],
        rows: Sequence[tuple[str | None, ...]],
    ) -> bool:
        return False

    def sqlalchemy(self) -> sa.Dialect:
        return sqlite.dialect(paramstyle="qmark")

    def json_value(self, value: sa.ColumnElement[Any], zone: str) -> Any:
        kind = value.type.python_type
        if kind is datetime:
            text = sa.type_coerce(value, sa.Text)
            return text if zone == "Z" else sa.func.substr(text, 1, 23).concat(zone)
        if kind is bool:
            return sa.func.json(
                sa.case((value, sa.literal_column("'true'")), else_=sa.literal_column("'false'"))
            )
        return sa.func.json(sa.type_coerce(value, sa.Text))

    def json_object(self, fields: Sequence[tuple[str, sa.ColumnElement[Any]]], *, drop_nulls: bool) -> Any:
        flat = [part for key, value in fields for part in (sa.literal_column(f"'{key}'"), value)]
        built = sa.func.json_object(*flat)
        if not drop_nulls:
            return built
        # A merge patch (RFC 7396) onto nothing leaves null members out. It costs as much as all the rest, so
        # rows without any are spared it.
        whole = sa.and_(*(value.is_not(None) for _, value in fields if getattr(value, "nullable", False)))
        return sa.case((whole, built), else_=sa.func.json_patch(sa.literal_column("'{}'"), built))

    def json_rows(self, columns: Sequence[sa.ColumnElement[Any]]) -> Any:
        return sa.func.json_group_array(sa.func.json_array(*columns), type_=sa.Text)

    def spans(self, parameter: str) -> sa.Subquery:
        rows = sa.text(
            "SELECT key AS number, json_extract(value, '$[0]') AS start_at,"
            f" json_extract(value, '$[1]') AS end_at FROM json_each(:{parameter})"
        )
        return rows.columns(sa.column("number", sa.Integer)).subquery("spans")

    def seconds_between(self, start: sa.ColumnElement[Any], end: sa.ColumnElement[Any]) -> Any:
        days = sa.func.julianday(end, type_=sa.Double) - sa.func.julianday(start, type_=sa.Double)
        return sa.func.round(days * 86_400, 3, type_=sa.Double)

    def has_words(self, words: sa.ColumnElement[str], shape: tuple[int, ...], *, whole: bool) -> Any:
        space: Any = sa.literal_column("' '")
        padded = space.concat(sa.type_coerce(words, sa.Text)).concat(space)

        def holds(group: int, number: int) -> Any:
            term = sa.bindparam(f"word_{group}_{number}", type_=sa.Text)
            return sa.func.instr(padded, term.concat(space) if whole else term) > 0

        return sa.and_(*(sa.or_(*(holds(group, n) for n in range(size))) for group, size in enumerate(shape)))

    def with_words(
        self, number: sa.ColumnElement[int], words: sa.ColumnElement[str], *, whole: bool
    ) -> "sa.Select[Any]":
        table = sa.table("lead_search", sa.column("rowid", sa.Integer))
        match = sa.literal_column("lead_search").op("MATCH")
        return sa.select(table.c.rowid.label("key")).where(
            match(sa.bindparam("whole_words" if whole else "words", type_=sa.Text))
        )

    def word_parameters(self, groups: Sequence[Sequence[str]]) -> dict[str, str]:
        each = {
            f"word_{group}_{number}": f" {term}"
            for group, terms in enumerate(groups)
            for number, term in enumerate(terms)
        }
        return {**each, "words": _match(telling(groups), "*"), "whole_words": _match(groups, "")}

    def has_attribute(self, attributes: sa.ColumnElement[Any]) -> Any:
        member = sa.func.json_each(sa.type_coerce(attributes, sa.Text)).table_valued("key", "type", "value")
        kind, value = member.c.type, member.c.value

        def given(name: str) -> Any:
            return sa.func.json_extract(sa.bindparam(name, type_=sa.Text), sa.literal_column("'$'"))

        numbers: Any = sa.literal_column("'integer'"), sa.literal_column("'real'")
        given_kind = sa.func.json_type(sa.bindparam("attribute_plain", type_=sa.Text))
        alike = sa.or_(
            (kind == sa.literal_column("'text'")) & (value == given("attribute_text")),
            kind.in_(numbers) & given_kind.in_(numbers) & (value == given("attribute_plain")),
            # The three that have no value but their name: true, false and null.
            (kind == given_kind) & given_kind.in_([sa.literal_column(f"'{n}'") for n in _NAMED]),
        )
        return sa.exists().where(member.c.key == sa.bindparam("attribute_key"), alike)

    def among(self, key: sa.ColumnElement[Any], keys: "sa.Select[Any]") -> Any:
        return key.in_(keys)

    def aside(self, condition: sa.ColumnElement[bool]) -> Any:
        return condition.is_(True)

    def is_passing(self, error: sa.exc.DBAPIError) -> bool:
        # SQLITE_ERROR is the statement's fault, such as a table that is not there.
        code = getattr(error.orig, "sqlite_errorcode", None)
        return code != sqlite3.SQLITE_ERROR and isinstance(
            error, sa.exc.OperationalError | sa.exc.InterfaceError
        )

    def is_lost_race(self, error: sa.exc.DBAPIError) -> bool:
        return False

    def code_of(self, error: sa.exc.DBAPIError) -> str:
        return getattr(error.orig, "sqlite_errorname", type(error.orig).__name__)


def _match(groups: Sequence[Sequence[str]], end: str) -> str:
    """In the language of FTS5. Terms are letters, digits and `#`: nothing to escape."""
    joined = (" OR ".join(f'"{term}"{end}' for term in terms) for terms in groups)
    return " AND ".join(f"({group})" for group in joined)


_making = threading.Lock()


def _make_private(path: str | None) -> None:
    """Make a new database file for its owner's eyes only; SQLite gives its companions the same mode.

    One that is there is not even opened. To close any descriptor of a file lets go of all locks that the
    process has on it (POSIX, close), SQLite's among them: another process would take itself for the last one
    to close the database, and remove the log with what was committed since.
    """
    if path is None or path.startswith("file:"):
        return
    # The lock: no connection of ours is opened before the descriptor of a new file is closed. Where it cannot
    # be made, opening it will fail too, and say so at the right moment.
    with _making, contextlib.suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        _execute_patiently(cursor, pragma)
    cursor.close()


def _execute_patiently(cursor: DBAPICursor, pragma: str) -> None:
    """Two processes that open a new file may both want to change its journal: SQLite then tells one of them
    that it is busy at once, whatever the busy timeout."""
    deadline = time.monotonic() + BUSY_TIMEOUT
    while True:
        try:
            cursor.execute(pragma)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _begin(connection: sa.Connection) -> None:
    begin = connection.get_execution_options().get(_BEGIN, "BEGIN")
    if begin:
        connection.exec_driver_sql(begin)

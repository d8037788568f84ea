"""The seam for PostgreSQL: everything here, and only here, knows that it is PostgreSQL.

The driver is imported where it is used: who keeps leads in SQLite need not wait for it at each command.
"""

# What is put together here is words of ours, never a caller's.
# ruff: noqa: S608

from collections.abc import AsyncGenerator, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import psycopg as sa_psycopg

from leadkeep.domain.search import telling

if TYPE_CHECKING:
    import psycopg

_SCHEMA_LOCK = 0x1EAD_CEE9
_PEOPLE_LOCK = 0x1EAD_CEEA
_FEED_LOCK = 0x1EAD_CEEB
LOOK_EVERY = 1.0
"""Seconds between two looks for new events, whether one was told of them or not."""
CHANNEL = "leadkeep"
"""Of notifications that there are new events."""
_TELL = f"SELECT pg_advisory_xact_lock({_FEED_LOCK}), pg_notify('{CHANNEL}', '')"
_DEADLOCK = "40P01"
_TRY_LOCK = sa.text(
    "SELECT name FROM unnest(CAST(:names AS text[])) AS names(name)"
    " WHERE pg_try_advisory_xact_lock(hashtextextended(name, 0))"
)
_CONNECT_ARGS: dict[str, Any] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,
    "application_name": "leadkeep",
    # Compiling a statement takes longer than any of ours should run.
    "options": "-c timezone=UTC -c jit=off -c lock_timeout=15s -c idle_in_transaction_session_timeout=60s",
}
_ISO = {"Z": 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"', "+00:00": 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'}

Moment = postgresql.TIMESTAMP(timezone=True, precision=3)
Uuid = postgresql.UUID(as_uuid=False)


def quarter_of(column: str) -> str:
    """SQL for the quarter of an hour that a moment lies in."""
    return f"date_bin('15 minutes', {column}, timestamptz '2000-01-01 00:00:00+00')"


# The tallies are told of every change by the database itself, so that they cannot drift. A transaction that
# finds the quarter's row held by another one adds a part of its own: nobody waits for anybody.
_TALLY = """
CREATE FUNCTION tally(quarter timestamptz, new_leads bigint, new_sessions bigint, new_converted bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    WITH free AS MATERIALIZED (
        SELECT part FROM tallies WHERE at = quarter ORDER BY part LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    INSERT INTO tallies AS old (at, part, leads, sessions, converted)
    VALUES (
        quarter, coalesce((SELECT part FROM free), pg_current_xact_id()::text::bigint),
        new_leads, new_sessions, new_converted
    )
    ON CONFLICT (at, part) DO UPDATE SET
        leads = old.leads + excluded.leads,
        sessions = old.sessions + excluded.sessions,
        converted = old.converted + excluded.converted;
END $$"""


def _tallying(function: str, leads: str, sessions: str, converted: str) -> str:
    """A function for triggers that are shown all the rows that a statement added or removed."""
    return f"""
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sign int := CASE TG_OP WHEN 'DELETE' THEN -1 ELSE 1 END;
BEGIN
    PERFORM tally(quarter, sign * leads, sign * sessions, sign * converted)
    FROM (
        SELECT {quarter_of("created_at")} AS quarter,
            {leads} AS leads, {sessions} AS sessions, {converted} AS converted
        FROM changed GROUP BY 1
    ) AS counted;
    RETURN NULL;
END $$"""


_TALLY_CHANGE = f"""
CREATE FUNCTION tally_changed_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM tally({quarter_of("new.created_at")}, 0, 0, CASE WHEN new.lead_at IS NULL THEN -1 ELSE 1 END);
    RETURN NULL;
END $$"""


def _trigger(name: str, when: str, each: str, function: str) -> str:
    return f"CREATE TRIGGER {name} AFTER {when} {each} EXECUTE FUNCTION {function}()"


_ADDED = "REFERENCING NEW TABLE AS changed FOR EACH STATEMENT"
_REMOVED = "REFERENCING OLD TABLE AS changed FOR EACH STATEMENT"
_TURNED = "FOR EACH ROW WHEN ((old.lead_at IS NULL) <> (new.lead_at IS NULL))"

TALLYING = (
    _TALLY,
    _tallying("tally_leads", "count(*)", "0", "0"),
    _tallying("tally_sessions", "0", "count(*)", "count(lead_at)"),
    _TALLY_CHANGE,
    _trigger("tally_lead_added", "INSERT ON leads", _ADDED, "tally_leads"),
    _trigger("tally_lead_removed", "DELETE ON leads", _REMOVED, "tally_leads"),
    _trigger("tally_session_added", "INSERT ON sessions", _ADDED, "tally_sessions"),
    _trigger("tally_session_removed", "DELETE ON sessions", _REMOVED, "tally_sessions"),
    _trigger("tally_session_changed", "UPDATE OF lead_at ON sessions", _TURNED, "tally_changed_session"),
)


class PostgreSQL:
    """See `dialect.Dialect` for what each part promises."""

    name = "postgresql"
    writers = 2
    readers = 4
    reads_on_loop = False

    def create_engine(self, url: sa.URL) -> sa.Engine:
        return sa.create_engine(
            url,
            connect_args=_CONNECT_ARGS,
            pool_size=self.readers + self.writers,
            max_overflow=-1,
            # A server that was restarted must cost no request: stale connections are found out before use.
            pool_pre_ping=True,
            hide_parameters=True,
        )

    def writing(self, connection: sa.Connection) -> sa.Connection:
        return connection

    def reading(self, connection: sa.Connection) -> sa.Connection:
        return connection.execution_options(isolation_level="REPEATABLE READ")

    def glancing(self, connection: sa.Connection) -> sa.Connection:
        return connection

    def lock_schema(self, connection: sa.Connection) -> None:
        connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SCHEMA_LOCK)))

    def lock_people(self, connection: sa.Connection) -> None:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_PEOPLE_LOCK)))

    def lock_feed(self, connection: sa.Connection) -> None:
        # Notifying alone would make the commits take turns, but only after the numbers are given.
        connection.exec_driver_sql(_TELL)

    async def notices(self, url: sa.URL) -> AsyncGenerator[None, None]:
        import psycopg

        conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        options = {name: value for name, value in _CONNECT_ARGS.items() if name != "options"}
        connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True, **options)
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            while True:
                async for _ in connection.notifies(timeout=LOOK_EVERY, stop_after=1):
                    pass
                yield

    def try_lock(self, connection: sa.Connection, names: Collection[str]) -> set[str]:
        return set(connection.execute(_TRY_LOCK, {"names": sorted(names)}).scalars())

    def finds(self, words: Sequence[str]) -> sa.ColumnElement[bool]:
        query = " & ".join(f"'{word}'" for word in words)
        column = sa.literal_column("leads.words", postgresql.TSVECTOR())
        return column.bool_op("@@")(sa.cast(query, postgresql.TSQUERY()))

    def insert(self, table: sa.Table) -> postgresql.Insert:
        return postgresql.insert(table)

    # One statement for any number of rows, prepared once: the driver took milliseconds over hundreds of
    # placeholders.
    rows_at_once = 10_000

    def shape_of(self, rows: Sequence[tuple[str | None, ...]]) -> int:
        return 0

    def rows_text(self, group: str, types: Sequence[str], shape: int) -> str:
        # In binary: in the text of an array each quote of each element is escaped, which took the driver and
        # the server sixteen times as long for events. Arrays have no collation of their own.
        arrays = (f"%b::text[]::{type_.partition(' COLLATE ')[0]}[]" for type_ in types)
        return f"SELECT * FROM unnest({', '.join(arrays)})"

    def row_parameters(self, rows: Sequence[tuple[str | None, ...]]) -> tuple[Any, ...]:
        return tuple(map(list, zip(*rows, strict=True)))

    def size_of(self, connection: sa.Connection) -> int:
        return int(connection.scalar(sa.select(sa.func.pg_database_size(sa.func.current_database()))) or 0)

    def free_for(self, url: sa.URL) -> int | None:
        return None

    def expect_much(self, connection: sa.Connection) -> None:
        """The server sees to that."""

    def copy(
        self,
        connection: sa.Connection,
        table: sa.Table,
        columns: Sequence[str],
        rows: Sequence[tuple[str | None, ...]],
    ) -> bool:
        from psycopg import sql

        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.name), names)
        driver: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]
        with driver.cursor() as cursor, cursor.copy(statement) as copying:
            for row in rows:
                copying.write_row(row)
        return True

    def sqlalchemy(self) -> sa.Dialect:
        return sa_psycopg.dialect(paramstyle="format")  # type: ignore[no-untyped-call]

    def json_value(self, value: sa.ColumnElement[Any], zone: str) -> Any:
        if value.type.python_type is not datetime:
            return value
        # The connection's time zone is UTC, so the printed clock is UTC's.
        return sa.func.to_char(value, sa.literal_column(f"'{_ISO[zone]}'", sa.Text))

    def json_object(self, fields: Sequence[tuple[str, sa.ColumnElement[Any]]], *, drop_nulls: bool) -> Any:
        flat = [part for key, value in fields for part in (sa.literal_column(f"'{key}'"), value)]
        built = sa.func.json_build_object(*flat)
        return sa.func.json_strip_nulls(built) if drop_nulls else built

    def json_rows(self, columns: Sequence[sa.ColumnElement[Any]]) -> Any:
        rows = sa.func.json_agg(sa.func.json_build_array(*columns))
        return sa.func.coalesce(sa.cast(rows, sa.Text), "[]")

    def spans(self, parameter: str) -> sa.Subquery:
        rows = sa.text(
            "SELECT ordinality - 1 AS number, (value ->> 0)::timestamptz AS start_at,"
            " (value ->> 1)::timestamptz AS end_at"
            f" FROM jsonb_array_elements(CAST(:{parameter} AS jsonb)) WITH ORDINALITY"
        )
        return rows.columns(sa.column("number", sa.Integer)).subquery("spans")

    def seconds_between(self, start: sa.ColumnElement[Any], end: sa.ColumnElement[Any]) -> Any:
        return sa.extract("epoch", end - start)

    def has_words(self, words: sa.ColumnElement[str], shape: tuple[int, ...], *, whole: bool) -> Any:
        query = sa.bindparam("whole_words" if whole else "words", type_=sa.Text)
        return words.bool_op("@@")(sa.cast(query, postgresql.TSQUERY))

    def with_words(
        self, number: sa.ColumnElement[int], words: sa.ColumnElement[str], *, whole: bool
    ) -> "sa.Select[Any]":
        query = sa.bindparam("whole_words" if whole else "telling_words", type_=sa.Text)
        return sa.select(number.label("key")).where(words.bool_op("@@")(sa.cast(query, postgresql.TSQUERY)))

    def word_parameters(self, groups: Sequence[Sequence[str]]) -> dict[str, str]:
        beginnings, some = _query(groups, ":*"), _query(telling(groups), ":*")
        return {"words": beginnings, "telling_words": some, "whole_words": _query(groups, "")}

    def has_attribute(self, attributes: sa.ColumnElement[Any]) -> Any:
        member = attributes.op("->")(sa.bindparam("attribute_key", type_=sa.Text))
        given = (sa.bindparam(name, type_=sa.Text) for name in ("attribute_text", "attribute_plain"))
        return sa.or_(*(member.bool_op("=")(sa.cast(value, postgresql.JSONB)) for value in given))

    def among(self, key: sa.ColumnElement[Any], keys: "sa.Select[Any]") -> Any:
        # A join it might do by reading the whole table.
        array = sa.func.array(keys.scalar_subquery())
        return key == sa.any_(array)

    def aside(self, condition: sa.ColumnElement[bool]) -> Any:
        # It knows which values are rare, and uses what else an index holds.
        return condition

    def is_passing(self, error: sa.exc.DBAPIError) -> bool:
        return error.connection_invalidated or isinstance(
            error, sa.exc.OperationalError | sa.exc.InterfaceError
        )

    def is_lost_race(self, error: sa.exc.DBAPIError) -> bool:
        return self.code_of(error) == _DEADLOCK

    def code_of(self, error: sa.exc.DBAPIError) -> str:
        return getattr(error.orig, "sqlstate", None) or type(error.orig).__name__


def _query(groups: Sequence[Sequence[str]], end: str) -> str:
    """As text of a tsquery. Terms are letters, digits and `#`: nothing to escape."""
    joined = (" | ".join(f"'{term}'{end}" for term in terms) for terms in groups)
    return " & ".join(f"({group})" for group in joined)

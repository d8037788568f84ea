"""The seam for PostgreSQL: everything here, and only here, knows that it is PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg import sql
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import psycopg as sa_psycopg

_SCHEMA_LOCK = 0x1EAD_CEE9
_PEOPLE_LOCK = 0x1EAD_CEEA
_TRY_LOCK = sa.text(
    "SELECT name FROM unnest(CAST(:names AS text[])) AS names(name)"
    " WHERE pg_try_advisory_xact_lock(hashtextextended(name, 0))"
)
_CONNECT_ARGS = {
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,
    "application_name": "leadkeep",
    "options": "-c timezone=UTC -c lock_timeout=15s -c idle_in_transaction_session_timeout=60s",
}
_ISO = {"Z": 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"', "+00:00": 'YYYY-MM-DD"T"HH24:MI:SS.MS"+00:00"'}

Moment = postgresql.TIMESTAMP(timezone=True, precision=3)
Uuid = postgresql.UUID(as_uuid=False)


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

    def glancing(self, connection: sa.Connection) -> sa.Connection:
        return connection

    def lock_schema(self, connection: sa.Connection) -> None:
        connection.execute(sa.text("SET LOCAL lock_timeout = 0"))
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_SCHEMA_LOCK)))

    def lock_people(self, connection: sa.Connection) -> None:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_PEOPLE_LOCK)))

    def try_lock(self, connection: sa.Connection, names: Collection[str]) -> set[str]:
        return set(connection.execute(_TRY_LOCK, {"names": sorted(names)}).scalars())

    def finds(self, words: Sequence[str]) -> sa.ColumnElement[bool]:
        query = " & ".join(f"'{word}'" for word in words)
        column = sa.literal_column("leads.words", postgresql.TSVECTOR())
        return column.bool_op("@@")(sa.cast(query, postgresql.TSQUERY()))

    def insert(self, table: sa.Table) -> postgresql.Insert:
        return postgresql.insert(table)

    def expect_much(self, connection: sa.Connection) -> None:
        """The server sees to that."""

    def copy(
        self,
        connection: sa.Connection,
        table: sa.Table,
        columns: Sequence[str],
        rows: Sequence[tuple[str | None, ...]],
    ) -> bool:
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

    def is_passing(self, error: sa.exc.DBAPIError) -> bool:
        return error.connection_invalidated or isinstance(
            error, sa.exc.OperationalError | sa.exc.InterfaceError
        )

    def code_of(self, error: sa.exc.DBAPIError) -> str:
        return getattr(error.orig, "sqlstate", None) or type(error.orig).__name__

"""The seam for PostgreSQL: everything here, and only here, knows that it is PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import psycopg

from leadkeep.domain.search import telling

_SCHEMA_LOCK = 0x1EAD_CEE9
_PEOPLE_LOCK = 0x1EAD_CEEA
_CONNECT_ARGS = {
    "connect_timeout": 5,
    "tcp_user_timeout": 15_000,
    "application_name": "leadkeep",
    # Compiling a statement takes longer than any of ours should run.
    "options": "-c timezone=UTC -c jit=off -c lock_timeout=15s -c idle_in_transaction_session_timeout=60s",
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

    def insert(self, table: sa.Table) -> postgresql.Insert:
        return postgresql.insert(table)

    def sqlalchemy(self) -> sa.Dialect:
        return psycopg.dialect(paramstyle="format")  # type: ignore[no-untyped-call]

    def json_value(self, value: sa.ColumnElement[Any], zone: str) -> Any:
        if value.type.python_type is not datetime:
            return value
        # The connection's time zone is UTC, so the printed clock is UTC's.
        return sa.func.to_char(value, sa.literal_column(f"'{_ISO[zone]}'", sa.Text))

    def json_object(self, fields: Sequence[tuple[str, sa.ColumnElement[Any]]], *, drop_nulls: bool) -> Any:
        flat = [part for key, value in fields for part in (sa.literal_column(f"'{key}'"), value)]
        built = sa.func.json_build_object(*flat)
        return sa.func.json_strip_nulls(built) if drop_nulls else built

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

    def code_of(self, error: sa.exc.DBAPIError) -> str:
        return getattr(error.orig, "sqlstate", None) or type(error.orig).__name__


def _query(groups: Sequence[Sequence[str]], end: str) -> str:
    """As text of a tsquery. Terms are letters, digits and `#`: nothing to escape."""
    joined = (" | ".join(f"'{term}'{end}" for term in terms) for terms in groups)
    return " & ".join(f"({group})" for group in joined)

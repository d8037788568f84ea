"""What the rest of storage asks of an engine; `sqlite` and `postgresql` answer, one seam each."""

from collections.abc import AsyncGenerator, Collection, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql as sa_postgresql
from sqlalchemy.dialects import sqlite as sa_sqlite

from leadkeep.domain.errors import InvalidError
from leadkeep.storage.postgresql import PostgreSQL
from leadkeep.storage.sqlite import SQLite


class Dialect(Protocol):
    """One engine. `writers` and `readers` are how many threads may use it at once; `reads_on_loop` says
    that a bounded index read is cheaper than the hop into a thread and may run on the event loop."""

    def __hash__(self) -> int: ...

    name: str
    writers: int
    readers: int
    reads_on_loop: bool

    def create_engine(self, url: sa.URL) -> sa.Engine: ...

    def writing(self, connection: sa.Connection) -> sa.Connection:
        """The connection, about to begin a transaction that writes."""

    def reading(self, connection: sa.Connection) -> sa.Connection:
        """All that it reads in a transaction is of one moment."""

    def glancing(self, connection: sa.Connection) -> sa.Connection:
        """The connection, to be kept open for single reads, each of which sees the newest state."""

    def lock_schema(self, connection: sa.Connection) -> None:
        """Hold every other process off the schema until this transaction ends."""

    def lock_people(self, connection: sa.Connection) -> None:
        """Hold every other transaction off who belongs together until this one ends."""

    def lock_feed(self, connection: sa.Connection) -> None:
        """Hold every other transaction off writing events until this one ends, and tell those who listen
        when it is committed."""

    def notices(self, url: sa.URL) -> AsyncGenerator[None, None]:
        """Something for each time that a transaction may have written events, and every `LOOK_EVERY` seconds.
        Raises what the driver does where the connection is lost."""

    def try_lock(self, connection: sa.Connection, names: Collection[str]) -> set[str]:
        """Hold these names until this transaction ends, without waiting; those that it could get hold of."""

    def finds(self, words: Sequence[str]) -> sa.ColumnElement[bool]:
        """Whether a lead has all of these words, which are cut and folded as `domain.words` does it."""

    def insert(self, table: sa.Table) -> "sa_sqlite.Insert | sa_postgresql.Insert":
        """An insert that can say what to do on conflict."""

    @property
    def rows_at_once(self) -> int:
        """How many rows one statement of a bulk insert takes."""

    def shape_of(self, rows: Sequence[tuple[str | None, ...]]) -> int:
        """What makes these rows another statement than others of the same insert."""

    def rows_text(self, group: str, types: Sequence[str], shape: int) -> str:
        """The rows in a bulk insert, as SQL. `group` is the placeholders of one row in brackets."""

    def row_parameters(self, rows: Sequence[tuple[str | None, ...]]) -> tuple[Any, ...]:
        """What goes with `rows_text`."""

    def size_of(self, connection: sa.Connection) -> int:
        """How many bytes the database takes."""

    def free_for(self, url: sa.URL) -> int | None:
        """How many bytes are left on its disk; None where that is not this machine's."""

    def expect_much(self, connection: sa.Connection) -> None:
        """Let the connection take what it needs for transactions of many megabytes, until it is closed."""

    def copy(
        self,
        connection: sa.Connection,
        table: sa.Table,
        columns: Sequence[str],
        rows: Sequence[tuple[str | None, ...]],
    ) -> bool:
        """Load rows of texts faster than inserts could; False, and nothing done, where nothing is."""

    def sqlalchemy(self) -> sa.Dialect:
        """SQLAlchemy's dialect for statements run by the driver itself, with placeholders by position."""

    def json_value(self, value: sa.ColumnElement[Any], zone: str) -> Any:
        """A moment, boolean or JSON column as it stands in JSON: moments as ISO 8601 with three decimals,
        `zone` being how UTC is written, `Z` or `+00:00`."""

    def json_object(self, fields: Sequence[tuple[str, sa.ColumnElement[Any]]], *, drop_nulls: bool) -> Any:
        """A JSON object built by the database; the fields' names are ours, never a caller's."""

    def json_rows(self, columns: Sequence[sa.ColumnElement[Any]]) -> Any:
        """An aggregate: all rows as the text of one JSON array of arrays."""

    def spans(self, parameter: str) -> sa.Subquery:
        """A table `spans` out of one parameter, a JSON array of pairs of moments as ISO 8601: the columns
        `number`, from 0, `start_at` and `end_at`."""

    def seconds_between(self, start: sa.ColumnElement[Any], end: sa.ColumnElement[Any]) -> Any:
        """From one moment to another, to the millisecond."""

    def has_words(self, words: sa.ColumnElement[str], shape: tuple[int, ...], *, whole: bool) -> Any:
        """Whether the words of a row fit a search, of whose groups `shape` tells the sizes: with their
        beginnings, or `whole`. Its values are `word_parameters`."""

    def with_words(
        self, number: sa.ColumnElement[int], words: sa.ColumnElement[str], *, whole: bool
    ) -> "sa.Select[Any]":
        """As `key`, the numbers of leads that may, from the full-text index, in no order: of beginnings only
        those that tell something are looked up."""

    def word_parameters(self, groups: Sequence[Sequence[str]]) -> dict[str, str]: ...

    def has_attribute(self, attributes: sa.ColumnElement[Any]) -> Any:
        """Whether the JSON object has at `:attribute_key` the JSON value `:attribute_text`, or
        `:attribute_plain`."""

    def among(self, key: sa.ColumnElement[Any], keys: "sa.Select[Any]") -> Any:
        """Whether the key is one of these, each of which is looked up in the key's index."""

    def aside(self, condition: sa.ColumnElement[bool]) -> Any:
        """The condition as one that decides nothing about which index is read."""

    def is_passing(self, error: sa.exc.DBAPIError) -> bool:
        """Whether the error is the database's state (full, locked, gone) rather than the statement."""

    def is_lost_race(self, error: sa.exc.DBAPIError) -> bool:
        """Whether two transactions stood in each other's way, and this one was given up."""

    def code_of(self, error: sa.exc.DBAPIError) -> str:
        """The engine's own short name for the error: safe to log, unlike its text."""


_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


def read_url(text: str) -> sa.URL:
    """A database URL as operators write it. Raises InvalidError, which never repeats a password."""
    try:
        url = sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        raise InvalidError("database", "database must be a URL such as sqlite:///leadkeep.db") from None
    backend = url.drivername.split("+")[0]
    if backend not in _DRIVERS:
        raise InvalidError("database", "database must begin with sqlite:/// or postgresql://")
    if backend == "sqlite" and url.database in {None, "", ":memory:"}:
        raise InvalidError("database", "database must name a file, as in sqlite:///leadkeep.db")
    return url.set(drivername=_DRIVERS[backend])


# One of each: statements are kept by the dialect they were written for.
_SQLITE, _POSTGRESQL = SQLite(), PostgreSQL()


def dialect_of(url: sa.URL) -> Dialect:
    return _SQLITE if url.get_backend_name() == "sqlite" else _POSTGRESQL

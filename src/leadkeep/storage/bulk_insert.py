"""Many rows in one statement.

Unlike the driver's `executemany`, it takes the interpreter's lock once and not once a row, which matters
beside a busy event loop.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from leadkeep.storage.batches import batched
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.store import Store

Row = tuple[str | None, ...]


class _Parts(NamedTuple):
    """A statement around its rows, and the types of their columns."""

    head: str
    group: str
    tail: str
    types: tuple[str, ...]


class BulkInsert:
    """An insert of many rows, each a tuple of texts in the order of `columns`.

    `statement` makes the insert, for the engine, as if for one row; it may say what to do on conflict.
    """

    def __init__(self, columns: Sequence[str], statement: Callable[[Dialect], sa.Insert]) -> None:
        self._columns = columns
        self._statement = statement
        self._parts = cache(self._compiled)
        self._text = cache(self._written)

    def execute(self, store: Store, rows: Sequence[Row]) -> int:
        """How many rows the engine says were written."""
        written = 0
        for some in batched(rows, store.dialect.rows_at_once):
            text = self._text(store.dialect, store.dialect.shape_of(some))
            written += store.connection.exec_driver_sql(text, store.dialect.row_parameters(some)).rowcount
        return written

    def _written(self, dialect: Dialect, shape: int) -> str:
        parts = self._parts(dialect)
        return parts.head + dialect.rows_text(parts.group, parts.types, shape) + parts.tail

    def _compiled(self, dialect: Dialect) -> _Parts:
        values: dict[str, Any] = {name: sa.bindparam(name) for name in self._columns}
        statement, spoken = self._statement(dialect), dialect.sqlalchemy()
        one = str(statement.values(values).compile(dialect=spoken))
        head, _, rest = one.partition(" VALUES ")
        group, conflict, tail = rest.partition(" ON CONFLICT ")
        columns = statement.table.columns
        types = tuple(columns[name].type.compile(dialect=spoken) for name in self._columns)
        return _Parts(head + " ", group, conflict + tail, types)

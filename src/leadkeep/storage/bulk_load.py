"""Very many new rows: by the engine's own way where it has one that is faster than inserting."""

from collections.abc import Sequence

import sqlalchemy as sa

from leadkeep.storage.bulk_insert import BulkInsert, Row
from leadkeep.storage.store import Store


class BulkLoad:
    """Rows of texts that clash with none there are. `columns` come in the order of the table's."""

    def __init__(self, table: sa.Table, columns: Sequence[str]) -> None:
        if list(columns) != [column.name for column in table.columns if column.name in columns]:
            # SQLAlchemy would put them into that order, and values under the wrong names.
            raise ValueError(f"columns of {table.name} are out of order")
        self._table = table
        self._columns = tuple(columns)
        # Inline: nobody asks what the database made of them.
        self._insert = BulkInsert(self._columns, lambda dialect: dialect.insert(table).inline())

    def execute(self, store: Store, rows: Sequence[Row]) -> None:
        if not store.dialect.copy(store.connection, self._table, self._columns, rows):
            self._insert.execute(store, rows)

"""One transaction, as the actions see it."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from leadkeep.domain.event import Event
from leadkeep.storage.dialect import Dialect


@dataclass(slots=True)
class Store:
    """One transaction on one connection, with the dialect it speaks.

    `told` are the events that it has told of. They are written last, when everything they could wait for is
    done: see `events`.
    """

    connection: sa.Connection
    dialect: Dialect
    told: list[Event] = field(default_factory=list)
    _told_before: dict[str, int] = field(default_factory=dict)

    def execute(self, statement: sa.Executable, parameters: Any = None) -> sa.CursorResult[Any]:
        return self.connection.execute(statement, parameters)

    # Driver's SQL: SQLAlchemy's own savepoints cost as much as storing three leads.
    def savepoint(self, name: str) -> None:
        """What is written from here on can be taken back. The name is ours, never a caller's."""
        self._told_before[name] = len(self.told)
        self.connection.exec_driver_sql(f"SAVEPOINT {name}")

    def release(self, name: str) -> None:
        """Forget the savepoint: PostgreSQL grows slower with each that is open."""
        self.connection.exec_driver_sql(f"RELEASE SAVEPOINT {name}")

    def roll_back_to(self, name: str) -> None:
        """Take back what was written since, and let go of what it locked; the savepoint stays."""
        del self.told[self._told_before[name] :]
        self.connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {name}")

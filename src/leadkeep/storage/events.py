"""Events, in the order in which they were committed.

A transaction writes its events last, while it alone may write any. So their numbers grow in the order of the
commits, and whoever has read up to one of them has missed none before it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from leadkeep.domain.event import Event, StoredEvent
from leadkeep.domain.moments import iso_z
from leadkeep.storage.batches import batched
from leadkeep.storage.bulk_insert import BulkInsert
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import events
from leadkeep.storage.store import Store
from leadkeep.storage.types import first_id_at, is_id

_event = reader_of(StoredEvent)

_MAX_PARAMETERS = 500


def add(store: Store, told: Sequence[Event]) -> None:
    """The last that a transaction writes. Who listens is told when it is committed."""
    store.dialect.lock_feed(store.connection)
    _ADD.execute(
        store,
        [
            (
                event.id,
                event.type.value,
                event.bot_id,
                event.subject,
                event.endpoint_id,
                iso_z(event.at),
                event.payload,
            )
            for event in told
        ],
    )


_ADD = BulkInsert(
    ("id", "type", "bot_id", "subject", "endpoint_id", "at", "payload"),
    lambda dialect: dialect.insert(events),
)


def after(store: Store, number: int, limit: int) -> list[StoredEvent]:
    """Those of all bots, tests too, in order."""
    return [_event(row) for row in store.execute(_AFTER, {"after": number, "rows": limit})]


_AFTER = (
    sa.select(events)
    .where(events.c.number > sa.bindparam("after"))
    .order_by(events.c.number)
    .limit(sa.bindparam("rows", type_=sa.Integer))
)


def get(store: Store, event_id: str) -> StoredEvent | None:
    if not is_id(event_id):
        return None
    row = store.execute(_ONE, {"event_id": event_id}).one_or_none()
    return _event(row) if row else None


_ONE = sa.select(events).where(events.c.id == sa.bindparam("event_id"))


def between(store: Store, start: datetime, end: datetime, limit: int) -> list[StoredEvent]:
    """Those that happened from `start` on and before `end`, in order."""
    # Ids hold the time, and have an index.
    statement = sa.select(events).where(events.c.id >= first_id_at(start), events.c.id < first_id_at(end))
    return [_event(row) for row in store.execute(statement.order_by(events.c.number).limit(limit))]


def newest(store: Store) -> int:
    """The number of the newest event that is there; 0 for none."""
    number: int = store.execute(_NEWEST).scalar_one()
    return number


_NEWEST = sa.select(sa.func.coalesce(sa.func.max(events.c.number), 0))


def erase(store: Store, subjects: Collection[str]) -> None:
    """All that was ever told of them, on its way or not."""
    for chunk in batched(sorted(subjects), _MAX_PARAMETERS):
        store.execute(sa.delete(events).where(events.c.subject.in_(chunk)))

"""How far those who read the feed have come."""

import sqlalchemy as sa

from leadkeep.storage.schema import markers
from leadkeep.storage.store import Store

DELIVERIES = "deliveries"
"""Of the events that deliveries were made of."""


def lock(store: Store, name: str) -> int:
    """How far it is; until the transaction ends, nobody else has this marker in hand."""
    missing = store.dialect.insert(markers).values(name=name, number=0).on_conflict_do_nothing()
    found = store.execute(_LOCKED, {"marker": name}).scalar_one_or_none()
    if found is None:
        store.execute(missing)
        found = store.execute(_LOCKED, {"marker": name}).scalar_one()
    number: int = found
    return number


_MINE = markers.c.name == sa.bindparam("marker")
_LOCKED = sa.select(markers.c.number).where(_MINE).with_for_update()


def move(store: Store, name: str, number: int) -> None:
    store.execute(_MOVE, {"marker": name, "to": number})


_MOVE = sa.update(markers).where(_MINE).values(number=sa.bindparam("to"))


def read(store: Store, name: str) -> int:
    number: int = store.execute(_READ, {"marker": name}).scalar_one_or_none() or 0
    return number


_READ = sa.select(markers.c.number).where(_MINE)

"""Idempotency keys, as rows: which lead a caller's key stands for."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from leadkeep.domain.errors import ConflictError
from leadkeep.domain.lead import Lead
from leadkeep.storage.database import Store
from leadkeep.storage.leads import SHOWN
from leadkeep.storage.schema import idempotency_keys, leads


class Kept(NamedTuple):
    """What a key stood for the first time it was sent."""

    body_hash: str
    lead: Lead


def find(store: Store, places: Collection[tuple[str, str]], since: datetime) -> dict[tuple[str, str], Kept]:
    """What is kept of these (caller, key) pairs, unless it is older than `since`."""
    table = idempotency_keys
    statement = (
        sa.select(table.c.caller, table.c.key, table.c.body_hash, *SHOWN)
        .join(leads, leads.c.id == table.c.lead_id)
        .where(sa.tuple_(table.c.caller, table.c.key).in_(sorted(places)), table.c.created_at >= since)
    )
    return {
        (row.caller, row.key): Kept(row.body_hash, msgspec.convert(row, Lead, from_attributes=True))
        for row in store.execute(statement)
    }


def keep(store: Store, place: tuple[str, str], body_hash: str, lead: Lead, since: datetime) -> None:
    """A row older than `since` gives way. Raises ConflictError where another process was first."""
    caller, key = place
    insert = store.dialect.insert(idempotency_keys).values(
        caller=caller, key=key, body_hash=body_hash, lead_id=lead.id, created_at=lead.created_at
    )
    columns = ("body_hash", "lead_id", "created_at")
    kept = insert.on_conflict_do_update(
        index_elements=["caller", "key"],
        set_={name: insert.excluded[name] for name in columns},
        where=idempotency_keys.c.created_at < since,
    )
    if store.execute(kept.returning(idempotency_keys.c.key)).first() is None:
        raise ConflictError("This Idempotency-Key is being used by another request")


def forget_before(store: Store, moment: datetime) -> None:
    store.execute(sa.delete(idempotency_keys).where(idempotency_keys.c.created_at < moment))

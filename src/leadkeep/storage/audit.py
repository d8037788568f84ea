"""The audit log, as rows."""

import msgspec
import sqlalchemy as sa

from leadkeep.domain.audit import AuditFilter, Entry
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import audit
from leadkeep.storage.store import Store
from leadkeep.storage.types import first_id_at

_entry = reader_of(Entry)


def add(store: Store, entry: Entry) -> None:
    store.execute(_ADD, {**msgspec.structs.asdict(entry), "deed": entry.deed.value})


_ADD = sa.insert(audit)


def page(store: Store, wanted: AuditFilter, before: str | None, limit: int) -> list[Entry]:
    """Newest first, those with a smaller id than `before`."""
    statement = sa.select(audit).where(*_conditions(wanted)).order_by(audit.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(audit.c.id < before)
    return [_entry(row) for row in store.execute(statement)]


def _conditions(wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if wanted.actor_id is not None:
        found.append(audit.c.actor_id == wanted.actor_id)
    if wanted.deed is not None:
        found.append(audit.c.deed == wanted.deed.value)
    if wanted.subject is not None:
        found.append(audit.c.subject == wanted.subject)
    # Ids hold the time, and are the order.
    if wanted.start is not None:
        found.append(audit.c.id >= first_id_at(wanted.start))
    if wanted.end is not None:
        found.append(audit.c.id < first_id_at(wanted.end))
    return found

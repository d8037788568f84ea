"""What a team changes of leads, as rows: the leads themselves, their tags, and their history."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from leadkeep.domain.lead import Lead, Position
from leadkeep.domain.lead_change import ChangedLead, PastChange
from leadkeep.domain.moments import iso_z
from leadkeep.domain.tags import tag_key
from leadkeep.storage.bulk_insert import BulkInsert, Row
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import lead_changes, lead_tags, leads
from leadkeep.storage.store import Store

_past_change = reader_of(PastChange)


def save(store: Store, changed: Sequence[ChangedLead]) -> None:
    """Write the leads as they are now, in few statements. They are locked, and each has changes."""
    # An attribute is written with all others.
    fields = {change.field.partition(".")[0] for lead in changed for change in lead.changes}
    columns = tuple(sorted(fields | {"version", "changed_at"}))
    store.execute(_update(columns), [_values(lead.after, columns) for lead in changed])
    if "tags" in fields:
        _save_tags(store, changed)


@cache
def _update(columns: tuple[str, ...]) -> sa.Update:
    return (
        sa.update(leads)
        .where(leads.c.id == sa.bindparam("lead_id"))
        .values({name: sa.bindparam(name) for name in columns})
    )


def _values(lead: Lead, columns: Iterable[str]) -> dict[str, Any]:
    given = {name: getattr(lead, name) for name in columns}
    return {**given, "lead_id": lead.id, **({"status": lead.status.value} if "status" in given else {})}


def _save_tags(store: Store, changed: Sequence[ChangedLead]) -> None:
    """Only what differs: most of a lead's tags stay."""
    were = {(tag_key(tag), lead.before.id) for lead in changed for tag in lead.before.tags}
    are = {(tag_key(tag), lead.after.id) for lead in changed for tag in lead.after.tags}
    gone = [{"of_tag": tag, "of_lead": lead_id} for tag, lead_id in sorted(were - are)]
    if gone:
        store.execute(_UNTAG, gone)
    _TAG.execute(store, sorted(are - were))


_UNTAG = sa.delete(lead_tags).where(
    lead_tags.c.tag == sa.bindparam("of_tag"), lead_tags.c.lead_id == sa.bindparam("of_lead")
)
_TAG = BulkInsert(("tag", "lead_id"), lambda dialect: dialect.insert(lead_tags))


def add(store: Store, new: Iterable[PastChange]) -> None:
    """Add to the leads' histories."""
    _ADD.execute(store, [row(change) for change in new])


_ADD = BulkInsert(
    tuple(column.name for column in lead_changes.columns), lambda dialect: dialect.insert(lead_changes)
)


def row(change: PastChange) -> Row:
    return (
        change.id,
        change.lead_id,
        iso_z(change.at),
        change.changed_by_id,
        change.changed_by_name,
        change.field,
        _json(change.before),
        _json(change.after),
    )


def _json(value: object) -> str | None:
    return None if value is None else msgspec.json.encode(value).decode()


def page(store: Store, lead_id: str, after: Position | None, limit: int) -> list[PastChange]:
    """A lead's history, newest first, from behind `after` on."""
    given = {"of_lead": lead_id, "rows": limit}
    if after is None:
        rows = store.execute(_FIRST, given)
    else:
        rows = store.execute(_FURTHER, {**given, "after_at": after.key, "after_id": after.id})
    return [_past_change(row) for row in rows]


_AT, _ID = lead_changes.c.at, lead_changes.c.id
_FIRST = (
    sa.select(lead_changes)
    .where(lead_changes.c.lead_id == sa.bindparam("of_lead"))
    .order_by(_AT.desc(), _ID.desc())
    .limit(sa.bindparam("rows", type_=sa.Integer))
)
_FURTHER = _FIRST.where(
    sa.tuple_(_AT, _ID)
    < sa.tuple_(sa.bindparam("after_at", type_=_AT.type), sa.bindparam("after_id", type_=_ID.type))
)

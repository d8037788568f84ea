"""Idempotency keys, as rows: which answer a caller's key stands for."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from leadkeep.domain.moments import iso_z
from leadkeep.storage.bulk_insert import BulkInsert, Row
from leadkeep.storage.schema import idempotency_keys
from leadkeep.storage.store import Store

Place = tuple[str, str]
"""A caller's id and the Idempotency-Key it sent."""


class About(NamedTuple):
    """Whose data an answer holds: it is forgotten with the first of them that is deleted.

    A session is named by both `bot_id` and `session_id`.
    """

    lead_id: str | None = None
    bot_id: str | None = None
    session_id: str | None = None
    person_id: str | None = None


class Kept(NamedTuple):
    """What a key stood for the first time it was sent. `answer` None: something that is not kept."""

    request_hash: str
    answer: str | None


class ToKeep(NamedTuple):
    place: Place
    kept: Kept
    about: About
    at: datetime


def find(store: Store, places: Collection[Place], since: datetime) -> dict[Place, Kept]:
    """What is kept of these places. What is older than `since` gives way to what comes now."""
    table = idempotency_keys
    these = sa.tuple_(table.c.caller, table.c.key).in_(sorted(places))
    statement = sa.select(table.c.caller, table.c.key, table.c.body_hash, table.c.answer, table.c.created_at)
    rows = store.execute(statement.where(these)).all()
    if any(row.created_at < since for row in rows):
        store.execute(sa.delete(table).where(these, table.c.created_at < since))
    return {(row.caller, row.key): Kept(row.body_hash, row.answer) for row in rows if row.created_at >= since}


def keep(store: Store, rows: Iterable[ToKeep]) -> None:
    """Raises ConflictError where a place is taken."""
    _KEEP.execute(store, [_row(*row) for row in rows])


_KEEP = BulkInsert(
    ("caller", "key", "body_hash", "answer", *About._fields, "created_at"),
    lambda dialect: dialect.insert(idempotency_keys),
)


def _row(place: Place, kept: Kept, about: About, at: datetime) -> Row:
    # As text in JSON: PostgreSQL's own kind of JSON would put the keys of the answer in another order.
    answer = None if kept.answer is None else msgspec.json.encode(kept.answer).decode()
    return (*place, kept.request_hash, answer, *about, iso_z(at))


def hide(store: Store, told_of: str, *, lead_id: str | None = None, person_id: str | None = None) -> None:
    """Give no answer again that is about the lead or the person and holds this id: it was deleted. The keys
    still stand for what was done."""
    table = idempotency_keys
    about = table.c.person_id == person_id if lead_id is None else table.c.lead_id == lead_id
    tells = sa.cast(table.c.answer, sa.Text).contains(told_of)
    store.execute(sa.update(table).where(about, tells).values(answer=sa.null()))


def forget_before(store: Store, moment: datetime) -> None:
    store.execute(sa.delete(idempotency_keys).where(idempotency_keys.c.created_at < moment))

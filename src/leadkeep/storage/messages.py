"""Messages, as rows."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import sqlalchemy as sa

from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Position
from leadkeep.domain.message import Message
from leadkeep.domain.moments import iso_z
from leadkeep.storage.bulk_insert import BulkInsert, Row
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.json_pages import Listing, Pager
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import messages
from leadkeep.storage.store import Store

_message = reader_of(Message)

_COLUMNS = tuple(column.name for column in messages.columns)
_LISTING = Listing(
    columns={column.name: column for column in messages.columns}, at=messages.c.at, id=messages.c.id
)
_OF_SESSION = (
    messages.c.bot_id == sa.bindparam("bot_id"),
    messages.c.session_id == sa.bindparam("session_id"),
)


def add(store: Store, new: Sequence[Message]) -> list[tuple[Message, bool]]:
    """Each message of one session as it is stored, and whether it is new.

    One whose vendor id the session knows already is not: the message stored under that id takes its place.
    """
    # Sorted, so that two processes that were sent the same messages wait for one another in turn.
    rows = [row(message) for message in sorted(new, key=lambda message: message.vendor_id or "")]
    # Most often all are new, and there is nothing to look up.
    if _ADD.execute(store, rows) == len(rows):
        return [(message, True) for message in new]
    known = _by_vendor_id(store, new)
    stored = [known.get(message.vendor_id or "", message) for message in new]
    return [(there, there.id == message.id) for there, message in zip(stored, new, strict=True)]


def _insert_new(dialect: Dialect) -> sa.Insert:
    return dialect.insert(messages).on_conflict_do_nothing(
        index_elements=["bot_id", "session_id", "vendor_id"], index_where=messages.c.vendor_id.is_not(None)
    )


_ADD = BulkInsert(_COLUMNS, _insert_new)


def row(message: Message) -> Row:
    return (
        message.bot_id,
        message.session_id,
        iso_z(message.at),
        message.id,
        message.role.value,
        message.text,
        message.vendor_id,
    )


def _by_vendor_id(store: Store, new: Sequence[Message]) -> dict[str, Message]:
    vendor_ids = [message.vendor_id for message in new if message.vendor_id]
    if not vendor_ids:
        return {}
    session = {"bot_id": new[0].bot_id, "session_id": new[0].session_id}
    rows = store.execute(_KNOWN, {**session, "vendor_ids": vendor_ids})
    return {row.vendor_id: _message(row) for row in rows}


_KNOWN = sa.select(messages).where(
    *_OF_SESSION, messages.c.vendor_id.in_(sa.bindparam("vendor_ids", expanding=True))
)


def page(
    store: Store,
    bot_id: str,
    session_id: str,
    shape: JsonShape,
    after: Position | None,
    limit: int,
    *,
    newest_first: bool,
) -> JsonPage:
    """A session's messages, by time."""
    pager = _pager(store.dialect, shape, newest_first)
    return pager.read(store, {"bot_id": bot_id, "session_id": session_id}, after, limit)


def moment_of(store: Store, bot_id: str, session_id: str, message_id: str) -> datetime | None:
    """When that message of the session was said; None where there is none."""
    statement = sa.select(messages.c.at).where(*_OF_SESSION, messages.c.id == message_id)
    return store.execute(statement, {"bot_id": bot_id, "session_id": session_id}).scalar_one_or_none()


@cache
def _pager(dialect: Dialect, shape: JsonShape, newest_first: bool) -> Pager:
    return Pager(dialect, _LISTING, _OF_SESSION, shape, newest_first=newest_first)

"""The queue of open hand-overs."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from leadkeep.domain.handover_queue import Queued, Waiting
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import bots, handovers, sessions
from leadkeep.storage.store import Store

_queued = reader_of(Queued)

_Conditions = list[sa.ColumnElement[bool]]


def waiting(store: Store, only: frozenset[str] | None, limit: int) -> list[Queued]:
    """Those that nobody has claimed, oldest first; `only` None means of every bot."""
    return _listed(store, _waiting_of(only), limit)


def claimed(store: Store, only: frozenset[str] | None, by_id: str | None, limit: int) -> list[Queued]:
    """Those that somebody has claimed, oldest first; `by_id` None means whoever it was."""
    return _listed(store, _claimed_of(only, by_id), limit)


def count_waiting(store: Store, only: frozenset[str] | None) -> Waiting:
    first = sa.func.min(handovers.c.requested_at, type_=handovers.c.requested_at.type)
    columns = sa.select(sa.func.count().label("number"), first.label("since"))
    row = store.execute(columns.where(*_waiting_of(only))).one()
    return Waiting(row.number, row.since)


def count_claimed(store: Store, only: frozenset[str] | None, by_id: str | None) -> int:
    count = sa.select(sa.func.count()).select_from(handovers).where(*_claimed_of(only, by_id))
    return int(store.execute(count).scalar_one())


def last_answer(store: Store, only: frozenset[str] | None) -> tuple[int, datetime | None]:
    """Of the open ones: how many were answered, and when the last was. Another answer makes it another."""
    answered = handovers.c.answered_at
    last = sa.func.max(answered, type_=answered.type)
    columns = sa.select(sa.func.count(answered).label("number"), last.label("last"))
    row = store.execute(columns.where(*_open_of(only))).one()
    return row.number, row.last


def _listed(store: Store, where: _Conditions, limit: int) -> list[Queued]:
    statement = _SELECT.where(*where).order_by(handovers.c.requested_at, handovers.c.id).limit(limit)
    return [_queued(row) for row in store.execute(statement)]


def _open_of(only: frozenset[str] | None) -> _Conditions:
    of_bots = [] if only is None else [handovers.c.bot_id.in_(sorted(only))]
    return [handovers.c.ended_at.is_(None), *of_bots]


def _waiting_of(only: frozenset[str] | None) -> _Conditions:
    return [handovers.c.claimed_at.is_(None), *_open_of(only)]


def _claimed_of(only: frozenset[str] | None, by_id: str | None) -> _Conditions:
    of_whom = [] if by_id is None else [handovers.c.claimed_by_id == by_id]
    return [handovers.c.claimed_at.is_not(None), *_open_of(only), *of_whom]


_VISITOR: tuple[Any, ...] = (sessions.c.name, sessions.c.email, sessions.c.phone)
_SELECT = (
    sa.select(*handovers.c, *_VISITOR, bots.c.name.label("bot_name"), bots.c.escalate_after)
    .join(sessions, (sessions.c.bot_id == handovers.c.bot_id) & (sessions.c.id == handovers.c.session_id))
    .join(bots, bots.c.id == handovers.c.bot_id)
)

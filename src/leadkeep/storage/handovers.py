"""Hand-overs, as rows. A session has at most one that is open, which is to say not ended."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from leadkeep.domain.handover import Handover, HandoverState
from leadkeep.domain.lead import Position
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import bots, handovers
from leadkeep.storage.store import Store

_handover = reader_of(Handover)

_OF_SESSION = (
    handovers.c.bot_id == sa.bindparam("of_bot"),
    handovers.c.session_id == sa.bindparam("of_session"),
)
_OPEN = (*_OF_SESSION, handovers.c.ended_at.is_(None))


def request(store: Store, new: Handover) -> bool:
    """False where the session has an open one already."""
    insert = store.dialect.insert(handovers).values(**msgspec.structs.asdict(new))
    once = insert.on_conflict_do_nothing(
        index_elements=["bot_id", "session_id"], index_where=handovers.c.ended_at.is_(None)
    )
    return store.execute(once.returning(handovers.c.id)).first() is not None


def open_of(store: Store, bot_id: str, session_id: str) -> Handover | None:
    return _first(store, sa.select(handovers).where(*_OPEN), bot_id, session_id)


def claim(
    store: Store, bot_id: str, session_id: str, at: datetime, by_id: str, by_name: str
) -> Handover | None:
    """The hand-over as it is now; None where none is open or somebody was first.

    Of two callers at once one gets it: the other's statement waits, and then finds it claimed.
    """
    statement = sa.update(handovers).where(*_OPEN, handovers.c.claimed_at.is_(None))
    claimed = {"claimed_at": at, "claimed_by_id": by_id, "claimed_by_name": by_name}
    return _first(store, statement.values(claimed).returning(*handovers.c), bot_id, session_id)


def end(
    store: Store,
    bot_id: str,
    session_id: str,
    at: datetime,
    by_id: str,
    by_name: str,
    outcome: HandoverState,
) -> Handover | None:
    """The hand-over as it is now; None where none is open."""
    ended = {"ended_at": at, "ended_by_id": by_id, "ended_by_name": by_name, "outcome": outcome.value}
    statement = sa.update(handovers).where(*_OPEN).values(ended).returning(*handovers.c)
    return _first(store, statement, bot_id, session_id)


def waiting_too_long(store: Store, now: datetime, limit: int, *, lock: bool = False) -> list[Handover]:
    """Those that nobody has claimed in the time that their bot sets, and that were not escalated yet. Locked,
    those that somebody claims or escalates at this moment are left out."""
    late: list[Handover] = []
    for bot in store.execute(_IMPATIENT).all():
        since = now - timedelta(minutes=bot.escalate_after)
        found = _LATE.with_for_update(skip_locked=True) if lock else _LATE
        given = {"of_bot": bot.id, "since": since, "rows": limit}
        late += [_handover(row) for row in store.execute(found, given)]
    return late


_IMPATIENT = sa.select(bots.c.id, bots.c.escalate_after).where(bots.c.escalate_after.is_not(None))
_LATE = (
    sa.select(handovers)
    .where(
        handovers.c.claimed_at.is_(None),
        handovers.c.ended_at.is_(None),
        handovers.c.escalated_at.is_(None),
        handovers.c.bot_id == sa.bindparam("of_bot"),
        handovers.c.requested_at <= sa.bindparam("since", type_=handovers.c.requested_at.type),
    )
    .order_by(handovers.c.requested_at, handovers.c.id)
    .limit(sa.bindparam("rows", type_=sa.Integer))
)


def escalate(store: Store, late: Sequence[Handover], now: datetime) -> None:
    store.execute(_ESCALATE, {"ids": [handover.id for handover in late], "at": now})


_ESCALATE = (
    sa.update(handovers)
    .where(handovers.c.id.in_(sa.bindparam("ids", expanding=True)))
    .values(escalated_at=sa.bindparam("at", type_=handovers.c.escalated_at.type))
)


def answer(store: Store, handover_id: str, at: datetime) -> None:
    """An agent has spoken; what was said before that stays the answer where two come at once."""
    earlier = sa.or_(handovers.c.answered_at.is_(None), handovers.c.answered_at > at)
    store.execute(sa.update(handovers).where(handovers.c.id == handover_id, earlier).values(answered_at=at))


def of_session(
    store: Store, bot_id: str, session_id: str, *, after: Position | None = None, limit: int = 1_000
) -> list[Handover]:
    """A page of them, oldest first."""
    statement = sa.select(handovers).where(*_OF_SESSION).order_by(*_PLACE).limit(limit)
    if after is not None:
        statement = statement.where(sa.tuple_(*_PLACE) > sa.tuple_(*_literals(after)))
    return [_handover(row) for row in store.execute(statement, _session(bot_id, session_id))]


_PLACE = (handovers.c.requested_at, handovers.c.id)


def _literals(position: Position) -> tuple[sa.ColumnElement[Any], sa.ColumnElement[Any]]:
    return sa.literal(position.key, _PLACE[0].type), sa.literal(position.id, _PLACE[1].type)


def _first(store: Store, statement: sa.Executable, bot_id: str, session_id: str) -> Handover | None:
    row = store.execute(statement, _session(bot_id, session_id)).one_or_none()
    return _handover(row) if row else None


def _session(bot_id: str, session_id: str) -> dict[str, str]:
    return {"of_bot": bot_id, "of_session": session_id}

"""Deliveries, as rows.

Of one endpoint and subject only the first unfinished one is ever due; the others wait. Whoever adds some or
finishes some holds the marker of deliveries, so that none is left waiting for one that has gone.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from leadkeep.domain.delivery import Claim, State
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.event import EventType
from leadkeep.domain.moments import iso_z
from leadkeep.storage.bulk_insert import BulkInsert
from leadkeep.storage.schema import deliveries, endpoints, events
from leadkeep.storage.store import Store

_UNFINISHED = deliveries.c.finished_at.is_(None)


class NewDelivery(NamedTuple):
    event_number: int
    endpoint_id: str
    subject: str
    due_at: datetime
    in_order: bool
    """False: it waits for no other one of its subject, at once or ever."""


def add(store: Store, new: Sequence[NewDelivery], now: datetime) -> int:
    """Those that are not on their way already; how many. The marker is held."""
    if not new:
        return 0
    before = store.execute(_LAST).scalar_one()
    created = iso_z(now)
    rows = [
        (
            str(one.event_number),
            one.endpoint_id,
            one.subject,
            (State.WAITING if one.in_order else State.DUE).value,
            iso_z(one.due_at),
            created,
        )
        for one in new
    ]
    added = _ADD.execute(store, rows)
    if any(one.in_order for one in new):
        store.execute(_FIRST_IN_LINE, {"before": before})
    return added


_LAST = sa.select(sa.func.coalesce(sa.func.max(deliveries.c.number), 0))
_ADD = BulkInsert(
    ("event_number", "endpoint_id", "subject", "state", "due_at", "created_at"),
    lambda dialect: dialect.insert(deliveries).on_conflict_do_nothing(
        index_elements=["endpoint_id", "subject", "event_number"], index_where=_UNFINISHED
    ),
)
_earlier = deliveries.alias("earlier")
_NONE_EARLIER = ~sa.exists().where(
    _earlier.c.endpoint_id == deliveries.c.endpoint_id,
    _earlier.c.subject == deliveries.c.subject,
    _earlier.c.event_number < deliveries.c.event_number,
    _earlier.c.finished_at.is_(None),
)
_WAITS = deliveries.c.state == State.WAITING.value
_FIRST_IN_LINE = (
    sa.update(deliveries)
    .where(deliveries.c.number > sa.bindparam("before"), _WAITS, _UNFINISHED, _NONE_EARLIER)
    .values(state=State.DUE.value)
)


def claim(store: Store, endpoint: Endpoint, now: datetime, until: datetime, limit: int) -> list[Claim]:
    """Up to so many of the endpoint's that are due, in hand until then."""
    given = {"of_endpoint": endpoint.id, "now": now, "rows": limit}
    found = store.execute(_DUE, given).all()
    if found:
        taken = {"numbers": [row.number for row in found], "until": until}
        store.execute(_TAKE, taken)
    return [_claim(row, endpoint) for row in found]


def _claim(row: Any, endpoint: Endpoint) -> Claim:
    given = {**row._mapping, "event_type": EventType(row.event_type)}
    return Claim(endpoint=endpoint, **given)


_DUE = (
    sa.select(
        deliveries.c.number,
        deliveries.c.event_number,
        events.c.id.label("event_id"),
        events.c.type.label("event_type"),
        deliveries.c.subject,
        events.c.payload,
        deliveries.c.attempts,
    )
    .join(events, events.c.number == deliveries.c.event_number)
    .where(
        deliveries.c.endpoint_id == sa.bindparam("of_endpoint"),
        deliveries.c.state == sa.literal_column(f"'{State.DUE.value}'"),
        deliveries.c.due_at <= sa.bindparam("now", type_=deliveries.c.due_at.type),
    )
    .order_by(deliveries.c.due_at, deliveries.c.event_number)
    .limit(sa.bindparam("rows", type_=sa.Integer))
    .with_for_update(of=deliveries, skip_locked=True)
)
_NUMBERED = deliveries.c.number.in_(sa.bindparam("numbers", expanding=True))
_UNTIL = sa.bindparam("until", type_=deliveries.c.due_at.type)
# Not due before the lease is over: whoever looks for work need not pass it over.
_TAKE = sa.update(deliveries).where(_NUMBERED).values(leased_until=_UNTIL, due_at=_UNTIL)


def still_there(store: Store, numbers: Collection[int]) -> set[int]:
    """Those of them that were not removed with their event or endpoint, and are not until this ends."""
    return set(store.execute(_STILL_THERE, {"numbers": sorted(numbers)}).scalars())


_STILL_THERE = sa.select(deliveries.c.number).where(_NUMBERED).order_by(deliveries.c.number).with_for_update()


def give_back(store: Store, numbers: Collection[int], now: datetime) -> None:
    """Of those in hand: nobody is at them any more."""
    if numbers:
        store.execute(_GIVE_BACK, {"numbers": sorted(numbers), "now": now})


_GIVE_BACK = (
    sa.update(deliveries)
    .where(_NUMBERED, _UNFINISHED)
    .values(leased_until=None, due_at=sa.bindparam("now", type_=deliveries.c.due_at.type))
)


def next_due_at(store: Store, endpoint_ids: Collection[str]) -> datetime | None:
    """When the next of theirs is due."""
    firsts = [store.execute(_NEXT, {"of_endpoint": one}).scalar() for one in endpoint_ids]
    return min((at for at in firsts if at is not None), default=None)


_NEXT = sa.select(sa.func.min(deliveries.c.due_at)).where(
    deliveries.c.endpoint_id == sa.bindparam("of_endpoint"),
    deliveries.c.state == sa.literal_column(f"'{State.DUE.value}'"),
)


class Finished(NamedTuple):
    number: int
    endpoint_id: str
    subject: str


def finish(store: Store, done: Sequence[Finished], state: State, now: datetime) -> None:
    """And the next of each line is due. The marker is held."""
    if not done:
        return
    values = {"numbers": [one.number for one in done], "state": state.value, "now": now}
    store.execute(_FINISH, values)
    lines = dict.fromkeys((one.endpoint_id, one.subject) for one in done)
    nexts = [{"of_endpoint": endpoint, "of_subject": subject, "now": now} for endpoint, subject in lines]
    store.execute(_NEXT_IN_LINE, nexts)


_NOW = sa.bindparam("now", type_=deliveries.c.due_at.type)
_FINISH = (
    sa.update(deliveries)
    .where(_NUMBERED, _UNFINISHED)
    .values(
        state=sa.bindparam("state"),
        finished_at=_NOW,
        leased_until=None,
        attempts=deliveries.c.attempts + 1,
    )
)
_NEXT_IN_LINE = (
    sa.update(deliveries)
    .where(
        deliveries.c.endpoint_id == sa.bindparam("of_endpoint"),
        deliveries.c.subject == sa.bindparam("of_subject"),
        _UNFINISHED,
        _WAITS,
        _NONE_EARLIER,
    )
    .values(state=State.DUE.value, due_at=_NOW)
)


class Postponed(NamedTuple):
    number: int
    due_at: datetime


def postpone(store: Store, failed: Iterable[Postponed]) -> None:
    """Of those in hand: the next attempt is then."""
    values = [{"of_number": one.number, "until": one.due_at} for one in failed]
    if values:
        store.execute(_POSTPONE, values)


_POSTPONE = (
    sa.update(deliveries)
    .where(deliveries.c.number == sa.bindparam("of_number"), _UNFINISHED)
    .values(due_at=_UNTIL, leased_until=None, attempts=deliveries.c.attempts + 1)
)


def hurry(store: Store, endpoint_id: str, now: datetime, number: int | None = None) -> int:
    """Those of the endpoint that wait for another attempt, or the one of them, are due now; how many."""
    one = {} if number is None else {"of_number": number}
    given = {"of_endpoint": endpoint_id, "now": now, **one}
    return store.execute(_HURRY_ONE if one else _HURRY, given).rowcount


_HURRY = (
    sa.update(deliveries)
    .where(
        deliveries.c.endpoint_id == sa.bindparam("of_endpoint"),
        deliveries.c.state == sa.literal_column(f"'{State.DUE.value}'"),
        deliveries.c.attempts > 0,
        deliveries.c.leased_until.is_(None),
        deliveries.c.due_at > _NOW,
    )
    .values(due_at=_NOW)
)
_HURRY_ONE = _HURRY.where(deliveries.c.number == sa.bindparam("of_number"))


def dropped_since(store: Store, endpoint_id: str, since: datetime, limit: int) -> list[Any]:
    """`event_number` and `subject` of the endpoint's that were given up since then, and have not arrived in
    another way, in order."""
    given = {"of_endpoint": endpoint_id, "now": since, "rows": limit}
    return list(store.execute(_DROPPED, given).all())


_again = deliveries.alias("again")
_ARRIVED = sa.exists().where(
    _again.c.event_number == deliveries.c.event_number,
    _again.c.endpoint_id == deliveries.c.endpoint_id,
    _again.c.state == State.DELIVERED.value,
)
_DROPPED = (
    sa.select(deliveries.c.event_number, deliveries.c.subject)
    .distinct()
    .where(
        deliveries.c.endpoint_id == sa.bindparam("of_endpoint"),
        deliveries.c.state == State.DROPPED.value,
        deliveries.c.finished_at >= _NOW,
        ~_ARRIVED,
    )
    .order_by(deliveries.c.event_number)
    .limit(sa.bindparam("rows", type_=sa.Integer))
)


def bring_forward(store: Store, attempts: int, latest: datetime) -> None:
    """Of those that were tried so often and are in nobody's hands, none is due later; mail that is gathered
    keeps its time."""
    store.execute(_BRING_FORWARD, {"tried": attempts, "until": latest})


def shorten_leases(store: Store, latest: datetime) -> None:
    """None holds longer."""
    store.execute(_SHORTEN, {"until": latest})


_BRING_FORWARD = (
    sa.update(deliveries)
    .where(
        _UNFINISHED,
        deliveries.c.leased_until.is_(None),
        deliveries.c.attempts == sa.bindparam("tried"),
        deliveries.c.due_at > _UNTIL,
        deliveries.c.endpoint_id.in_(sa.select(endpoints.c.id).where(endpoints.c.digest_minutes.is_(None))),
    )
    .values(due_at=_UNTIL)
)
_SHORTEN = (
    sa.update(deliveries)
    .where(_UNFINISHED, deliveries.c.leased_until > _UNTIL)
    .values(due_at=_UNTIL, leased_until=_UNTIL)
)


def forget(store: Store, before: datetime, limit: int, upto: int | None) -> int:
    """Remove some events of before then, with all that was delivered of them, but none that is on its way,
    and none after the number `upto`; how many."""
    on_its_way = sa.exists().where(deliveries.c.event_number == events.c.number, _UNFINISHED)
    oldest = sa.select(events.c.number).order_by(events.c.number).limit(limit)
    old = oldest.where(events.c.at < sa.bindparam("before", type_=events.c.at.type), ~on_its_way)
    if upto is not None:
        old = old.where(events.c.number <= upto)
    numbers = list(store.execute(old, {"before": before}).scalars())
    if numbers:
        store.execute(sa.delete(events).where(events.c.number.in_(numbers)))
    return len(numbers)

"""Fan out: of each new event make a delivery for every endpoint that is to have it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import NamedTuple

from leadkeep.actions import clock
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.event import EventType, StoredEvent
from leadkeep.storage import deliveries, events, markers
from leadkeep.storage.deliveries import NewDelivery
from leadkeep.storage.store import Store

AT_ONCE = 200
"""Events in one transaction."""
_ROWS = 10_000
"""Deliveries that one transaction may make, at most: captures wait for it."""


class Fanned(NamedTuple):
    """How many events became deliveries, or are nobody's, and whether there may be more."""

    looked_at: int
    more: bool


def fan_out(store: Store, ready: Sequence[Endpoint]) -> Fanned:
    """`ready`: the endpoints that are on, of which there are some."""
    done = markers.lock(store, markers.DELIVERIES)
    # What came before all of them is nobody's.
    new = events.after(store, max(done, min(endpoint.from_number for endpoint in ready)), AT_ONCE)
    by_bot = _by_bot(ready)
    now = clock.now()
    wanted: list[NewDelivery] = []
    looked_at = 0
    for event in new:
        if len(wanted) >= _ROWS:
            break
        wanted += [delivery_of(event, endpoint, now) for endpoint in _wanting(event, by_bot)]
        looked_at += 1
    if looked_at:
        deliveries.add(store, wanted, now)
        markers.move(store, markers.DELIVERIES, new[looked_at - 1].number)
    return Fanned(looked_at, more=looked_at < len(new) or len(new) == AT_ONCE)


def _by_bot(ready: Iterable[Endpoint]) -> dict[str | None, list[Endpoint]]:
    """Those for all bots stand under None."""
    found: dict[str | None, list[Endpoint]] = {}
    for endpoint in ready:
        for bot_id in endpoint.bots or (None,):
            found.setdefault(bot_id, []).append(endpoint)
    return found


def _wanting(event: StoredEvent, by_bot: Mapping[str | None, list[Endpoint]]) -> Iterator[Endpoint]:
    if event.endpoint_id is None:
        those = chain(by_bot.get(None, ()), by_bot.get(event.bot_id, ()) if event.bot_id else ())
    else:
        # For one of them alone, whichever bots that hears of.
        those = chain.from_iterable(by_bot.values())
    unique = {endpoint.id: endpoint for endpoint in those}
    return (one for one in unique.values() if event.number > one.from_number and one.wants(event))


def delivery_of(event: StoredEvent, endpoint: Endpoint, now: datetime) -> NewDelivery:
    """Of a lead that has just come there is nothing before it to wait for."""
    gathered = endpoint.digest_minutes
    in_order = gathered is None and event.type is not EventType.LEAD_CAPTURED
    return NewDelivery(event.number, endpoint.id, event.subject, due_at(endpoint, now), in_order)


def due_at(endpoint: Endpoint, now: datetime) -> datetime:
    """Mail that is gathered is all due at the same time, at the next full number of minutes."""
    gathered = endpoint.digest_minutes
    return now if gathered is None else _next_full(now, timedelta(minutes=gathered))


def _next_full(now: datetime, step: timedelta) -> datetime:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return start + ((now - start) // step + 1) * step

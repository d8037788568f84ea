"""Fan out: of each new event make a delivery for every endpoint that is to have it."""

from datetime import UTC, datetime, timedelta

from leadkeep.actions import clock
from leadkeep.domain.endpoint import Endpoint
from leadkeep.storage import deliveries, endpoints, events, markers
from leadkeep.storage.deliveries import NewDelivery
from leadkeep.storage.store import Store

AT_ONCE = 500
"""Events in one transaction."""
_ROWS = 10_000
"""Deliveries that one transaction may make, at most: captures wait for it."""


def fan_out(store: Store) -> bool:
    """Whether there may be more."""
    done = markers.lock(store, markers.DELIVERIES)
    ready = [endpoint for endpoint in endpoints.every(store) if endpoint.enabled]
    if not ready:
        return False
    # What came before all of them is nobody's.
    limit = min(AT_ONCE, max(1, _ROWS // len(ready)))
    new = events.after(store, max(done, min(endpoint.from_number for endpoint in ready)), limit)
    if not new:
        return False
    now = clock.now()
    wanted = [
        delivery_of(event.number, event.subject, endpoint, now)
        for event in new
        for endpoint in ready
        if event.number > endpoint.from_number and endpoint.wants(event)
    ]
    deliveries.add(store, wanted, now)
    markers.move(store, markers.DELIVERIES, new[-1].number)
    return len(new) == limit


def delivery_of(event_number: int, subject: str, endpoint: Endpoint, now: datetime) -> NewDelivery:
    """Mail that is gathered is all due at the same time, at the next full number of minutes."""
    gathered = endpoint.digest_minutes
    due_at = now if gathered is None else _next_full(now, timedelta(minutes=gathered))
    return NewDelivery(event_number, endpoint.id, subject, due_at, in_order=gathered is None)


def _next_full(now: datetime, step: timedelta) -> datetime:
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return start + ((now - start) // step + 1) * step

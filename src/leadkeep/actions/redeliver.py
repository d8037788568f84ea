"""Redeliver events: one, all that failed, or all of a time to whoever was not there then."""

from datetime import datetime

import msgspec

from leadkeep.actions import clock
from leadkeep.actions.endpoint_work import known_endpoint
from leadkeep.actions.fan_out import due_at
from leadkeep.actions.note_deed import note_deed
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.errors import ConflictError, InvalidError, NotFoundError
from leadkeep.domain.event import EventType, StoredEvent
from leadkeep.domain.moments import iso_z
from leadkeep.storage import deliveries, events, markers
from leadkeep.storage.deliveries import NewDelivery
from leadkeep.storage.store import Store

MAX_EVENTS = 10_000
"""In one request."""


class Which(msgspec.Struct, frozen=True, kw_only=True):
    """One of the three: an event; what was dropped, or waits for another attempt, since then; what happened
    from `start` on and before `end`, of these types where any are named."""

    event_id: str | None = None
    failed_since: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None
    types: tuple[EventType, ...] | None = None


def redeliver(store: Store, grant: Grant, endpoint_id: str, which: Which) -> int:
    """How many are on their way now that were not, or are due now that were not due yet; what is on its way
    already is not doubled.

    Raises ConflictError where the endpoint is off, ForbiddenError, InvalidError, NotFoundError.
    """
    endpoint = known_endpoint(store, grant, endpoint_id)
    if not endpoint.enabled:
        raise ConflictError("This endpoint is switched off; switch it on first")
    markers.lock(store, markers.DELIVERIES)
    note_deed(store, grant, Deed.REDELIVERED, endpoint.id)
    if which.failed_since is not None:
        return _failed(store, endpoint, which.failed_since)
    if which.event_id is not None:
        return _queue(store, endpoint, [_event(store, endpoint, which.event_id)])
    return _queue(store, endpoint, _between(store, endpoint, which))


def _event(store: Store, endpoint: Endpoint, event_id: str) -> StoredEvent:
    event = events.get(store, event_id)
    if event is None or not msgspec.structs.replace(endpoint, types=None).wants(event):
        raise NotFoundError(f"Event {event_id[:100]} not found")
    return event


def _between(store: Store, endpoint: Endpoint, which: Which) -> list[StoredEvent]:
    if which.start is None:
        raise InvalidError("from", "one of event_id, failed_since and from must be given")
    asked = endpoint if which.types is None else msgspec.structs.replace(endpoint, types=which.types)
    found = events.between(store, which.start, which.end or clock.now(), MAX_EVENTS + 1)
    if len(found) > MAX_EVENTS:
        until = iso_z(found[MAX_EVENTS].at)
        raise InvalidError("to", f"to: these are more than {MAX_EVENTS} events; ask for those before {until}")
    return [event for event in found if asked.wants(event) and event.type is not EventType.TEST]


def _failed(store: Store, endpoint: Endpoint, since: datetime) -> int:
    now = clock.now()
    hurried = deliveries.hurry(store, endpoint.id, now)
    dropped = deliveries.dropped_since(store, endpoint.id, since, MAX_EVENTS)
    again = [_again(endpoint, one.event_number, one.subject, now) for one in dropped]
    return hurried + deliveries.add(store, again, now)


def _queue(store: Store, endpoint: Endpoint, chosen: list[StoredEvent]) -> int:
    now = clock.now()
    again = [_again(endpoint, event.number, event.subject, now) for event in chosen]
    return deliveries.add(store, again, now)


def _again(endpoint: Endpoint, event_number: int, subject: str, now: datetime) -> NewDelivery:
    in_order = endpoint.digest_minutes is None
    return NewDelivery(event_number, endpoint.id, subject, due_at(endpoint, now), in_order)

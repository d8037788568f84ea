"""Tell of what happened: each verb, in its own transaction, of what it did."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from leadkeep.actions import clock
from leadkeep.domain.access import Grant
from leadkeep.domain.endpoint import Endpoint, host_of
from leadkeep.domain.event import Event, EventType, payload_of, session_subject
from leadkeep.domain.event_data import actor_data, handover_data, lead_data, merge_data, session_data
from leadkeep.domain.handover import Handover
from leadkeep.domain.lead import Lead
from leadkeep.domain.lead_change import Change
from leadkeep.domain.merge import Merge
from leadkeep.storage import events, sessions
from leadkeep.storage.store import Store


def tell_captured(store: Store, leads: Iterable[Lead]) -> None:
    for lead in leads:
        data = {"lead": lead_data(lead)}
        _tell(store, EventType.LEAD_CAPTURED, lead.created_at, lead.bot_id, lead.id, data)


def tell_updated(store: Store, by: Grant, lead: Lead, changes: Sequence[Change]) -> None:
    """The lead as it is now, and what of it was changed."""
    made = [change._asdict() for change in changes]
    data = {"lead": lead_data(lead), "changes": made, "by": actor_data(by.id, by.name)}
    _tell(store, EventType.LEAD_UPDATED, lead.changed_at, lead.bot_id, lead.id, data)


def tell_deleted(
    store: Store, by: Grant, gone: Sequence[Lead], sessions_gone: Iterable[tuple[str, str]] = ()
) -> None:
    """Of leads, and of none that their sessions went too: whatever was told of either before is forgotten,
    since it holds who they were."""
    places = (session_subject(bot_id, session_id) for bot_id, session_id in sessions_gone)
    events.erase(store, {*places, *(lead.id for lead in gone)})
    now = clock.now()
    for lead in gone:
        named = {"id": lead.id, "bot_id": lead.bot_id, "session_id": lead.session_id}
        data = {"lead": named, "by": actor_data(by.id, by.name)}
        _tell(store, EventType.LEAD_DELETED, now, lead.bot_id, lead.id, data)


def tell_merged(store: Store, merge: Merge) -> None:
    _tell(store, EventType.PERSON_MERGED, merge.at, None, merge.id, {"merge": merge_data(merge)})


def tell_unmerged(store: Store, merge: Merge) -> None:
    at = merge.undone_at or clock.now()
    _tell(store, EventType.PERSON_UNMERGED, at, None, merge.id, {"merge": merge_data(merge)})


def tell_handover(store: Store, kind: EventType, at: datetime, handover: Handover, by: Grant | None) -> None:
    bot_id, session_id = handover.bot_id, handover.session_id
    data = {
        "session": session_data(bot_id, session_id, sessions.get(store, bot_id, session_id)),
        "handover": handover_data(handover),
        "by": actor_data(by.id, by.name) if by else None,
    }
    _tell(store, kind, at, bot_id, session_subject(bot_id, session_id), data)


def tell_disabled(store: Store, endpoint: Endpoint, reason: str, at: datetime) -> None:
    shown = {"id": endpoint.id, "host": host_of(endpoint.url), "description": endpoint.description}
    data = {"endpoint": shown, "reason": reason}
    _tell(store, EventType.ENDPOINT_DISABLED, at, None, endpoint.id, data)


def tell_test(store: Store, endpoint: Endpoint, by: Grant) -> str:
    """To this endpoint alone; the event's id."""
    data = {"message": "This is a test from Leadkeep.", "by": actor_data(by.id, by.name)}
    return _tell(store, EventType.TEST, clock.now(), None, endpoint.id, data, endpoint.id)


def _tell(
    store: Store,
    kind: EventType,
    at: datetime,
    bot_id: str | None,
    subject: str,
    data: dict[str, Any],
    endpoint_id: str | None = None,
) -> str:
    event = Event(
        id=(event_id := clock.new_id()),
        type=kind,
        at=at,
        bot_id=bot_id,
        subject=subject,
        endpoint_id=endpoint_id,
        payload=payload_of(event_id, kind, at, bot_id, data),
    )
    store.told.append(event)
    return event_id

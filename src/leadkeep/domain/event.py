"""An event: something that happened, with a payload that is frozen then, and a place in one feed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from leadkeep.domain.moments import iso_z


class EventType(StrEnum):
    LEAD_CAPTURED = "lead.captured"
    LEAD_UPDATED = "lead.updated"
    LEAD_DELETED = "lead.deleted"
    PERSON_MERGED = "person.merged"
    PERSON_UNMERGED = "person.unmerged"
    SESSION_HANDED_OVER = "session.handed_over"
    SESSION_CLAIMED = "session.claimed"
    SESSION_RETURNED = "session.returned"
    SESSION_RESOLVED = "session.resolved"
    SESSION_ESCALATED = "session.escalated"
    ENDPOINT_DISABLED = "endpoint.disabled"
    TEST = "test"


FEED_TYPES = tuple(kind for kind in EventType if kind is not EventType.TEST)
"""A test is for one endpoint, and stands in no feed."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """An event on its way into the feed.

    `bot_id` None: of no single bot, for those only who may see all of them. `subject` is what it is about, by
    which events keep their order: a lead's, merge's or endpoint's id, or that of a bot and of its session.
    `endpoint_id`: the one that it is for alone. `payload` is JSON, and the very bytes that are sent.
    """

    id: str
    type: EventType
    at: datetime
    bot_id: str | None
    subject: str
    endpoint_id: str | None = None
    payload: str


class StoredEvent(Event, frozen=True, kw_only=True):
    """`number` is its place in the feed: later ones were committed later."""

    number: int


def session_subject(bot_id: str, session_id: str) -> str:
    return f"{bot_id}/{session_id}"


def payload_of(event_id: str, kind: EventType, at: datetime, bot_id: str | None, data: dict[str, Any]) -> str:
    said = {"id": event_id, "type": kind.value, "timestamp": iso_z(at), "bot_id": bot_id, "data": data}
    return msgspec.json.encode(said).decode()

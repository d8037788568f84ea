"""Read the feed of events."""

from collections.abc import Collection
from typing import NamedTuple

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.event import EventType, StoredEvent
from leadkeep.storage import events
from leadkeep.storage.store import Store

LOOKED_AT = 5_000
"""Events that one page looks at, however few of them fit: rare ones are not worth reading millions for."""


class Feed(NamedTuple):
    """Which events of the feed: those that the grant may see, of one bot or type where any are named."""

    grant: Grant
    bot_id: str | None = None
    types: frozenset[EventType] | None = None

    def has(self, event: StoredEvent) -> bool:
        if event.endpoint_id is not None:
            return False
        return (self.types is None or event.type in self.types) and self._covers(event.bot_id)

    def _covers(self, bot_id: str | None) -> bool:
        if self.bot_id is not None:
            return bot_id == self.bot_id
        # What is of no single bot, only a grant for all of them may see.
        return self.grant.covers_all_bots if bot_id is None else self.grant.covers(bot_id)


class Page(NamedTuple):
    """`after` is where the next one goes on; `more`: there is something there already."""

    events: list[StoredEvent]
    after: int
    more: bool


def feed_of(grant: Grant, bot_id: str | None, types: Collection[EventType] | None) -> Feed:
    """Raises ForbiddenError, NotFoundError."""
    if bot_id is not None:
        require_bot_id(bot_id)
    grant.require(Permission.READ, bot_id)
    return Feed(grant, bot_id, None if types is None else frozenset(types))


def read_feed(store: Store, feed: Feed, after: int, limit: int) -> Page:
    """Those that come after this number, in order."""
    found: list[StoredEvent] = []
    looked = 0
    while looked < LOOKED_AT:
        some = events.after(store, after, limit)
        for event in some:
            looked += 1
            if feed.has(event):
                if len(found) == limit:
                    return Page(found, after, more=True)
                found.append(event)
            after = event.number
        if len(some) < limit:
            return Page(found, after, more=False)
    return Page(found, after, more=True)


def end_of_feed(store: Store) -> int:
    """The number of the newest event."""
    return events.newest(store)


def get_event(store: Store, grant: Grant, event_id: str) -> StoredEvent:
    """Raises ForbiddenError, and NotFoundError, also for one that the caller may not see."""
    feed = feed_of(grant, None, None)
    event = events.get(store, event_id)
    if event is None or not feed.has(event):
        raise NotFoundError(f"Event {event_id[:100]} not found")
    return event

"""Whoever has a page open that changes as things happen."""

from collections.abc import AsyncGenerator
from typing import NamedTuple

from leadkeep.actions.desk import Desk
from leadkeep.actions.read_events import Feed
from leadkeep.web.event_stream import EventStream


class Watcher(NamedTuple):
    """The browser of the sign-in with that token, and what of the feed its page is about."""

    desk: Desk
    token: str | None
    feed: Feed

    async def is_still_there(self) -> bool:
        """Asked again before anything is shown: the sign-in may have ended, or the role changed."""
        return await self.desk.reception.is_still(self.token, self.feed.grant)

    def stream(self, pieces: AsyncGenerator[bytes, None], place: str = "") -> EventStream:
        return EventStream(self.desk.live.watching(self.feed.grant), pieces, place)

"""The feed as it grows: one reader for all who watch it in this process."""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from itertools import takewhile

import structlog

from leadkeep.actions.read_events import Feed, Page, read_feed
from leadkeep.domain.access import Grant
from leadkeep.domain.errors import TooManyError
from leadkeep.domain.event import StoredEvent
from leadkeep.storage import events
from leadkeep.storage.database import Database

TICK = 15.0
"""Seconds after which whoever watches is woken though nothing happened."""
PER_CALLER = 100
AT_ONCE = 10_000
_KEPT = 1_000
"""Events that are remembered, so that not each watcher has to read them."""
_PAGE = 200
_AFTER_FAILURE = 1.0

_log = structlog.get_logger("leadkeep.feed")


class LiveFeed:
    """Belongs to one event loop. Reads nothing as long as nobody watches."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recent: deque[StoredEvent] = deque(maxlen=_KEPT)
        # All between the two is in `_recent`.
        self._oldest = self._newest = -1
        self._watchers: Counter[str] = Counter()
        self._wanted = asyncio.Event()
        self._written = asyncio.Event()
        self._turned = asyncio.Event()
        database.on_write.append(self._written.set)

    @contextmanager
    def watching(self, grant: Grant) -> Iterator[None]:
        """Raises TooManyError where this caller, or all together, watch too often already."""
        if self._watchers[grant.id] >= PER_CALLER or self._watchers.total() >= AT_ONCE:
            raise TooManyError(f"A token may hold {PER_CALLER} streams open at once", retry_after=60)
        self._watchers[grant.id] += 1
        self._wanted.set()
        try:
            yield
        finally:
            self._watchers[grant.id] -= 1
            if not self._watchers[grant.id]:
                del self._watchers[grant.id]
            if not self._watchers:
                self._wanted.clear()

    async def watch(self, feed: Feed, after: int) -> AsyncGenerator[Page, None]:
        """Pages of what comes after this number, as soon as it is there; now and then an empty one."""
        while True:
            turned = self._turned
            page = self._remembered(feed, after)
            if page is None:
                page = await self._database.read(read_feed, feed, after, _PAGE)
            after = page.after
            yield page
            if not page.more and after >= self._newest:
                await turned.wait()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._wanted.wait()
            self._recent.clear()
            self._oldest = self._newest = -1
            try:
                await self._follow()
            except Exception as error:
                _log.warning("feed_not_read", error=type(error).__name__)
                await asyncio.sleep(_AFTER_FAILURE)

    async def _follow(self) -> None:
        """As long as somebody watches."""
        self._oldest = self._newest = await self._database.read(events.newest)
        self._turn()
        listening = asyncio.create_task(self._listen())
        ticking = asyncio.create_task(self._tick())
        try:
            while self._wanted.is_set():
                await self._written.wait()
                self._written.clear()
                await self._read()
        finally:
            for task in (listening, ticking):
                task.cancel()
            await asyncio.gather(listening, ticking, return_exceptions=True)

    async def _read(self) -> None:
        new = await self._database.read(events.after, self._newest, _KEPT)
        if not new:
            return
        if len(self._recent) + len(new) > _KEPT:
            dropped = len(self._recent) + len(new) - _KEPT
            self._oldest = [*self._recent, *new][dropped - 1].number
        self._recent.extend(new)
        self._newest = new[-1].number
        if len(new) == _KEPT:
            self._written.set()
        self._turn()

    def _remembered(self, feed: Feed, after: int) -> Page | None:
        """None where not all of it is."""
        if not 0 <= self._oldest <= after:
            return None
        new = takewhile(lambda event: event.number > after, reversed(self._recent))
        found = [event for event in new if feed.has(event)]
        return Page(found[::-1], max(after, self._newest), more=False)

    async def _listen(self) -> None:
        """What other processes write."""
        while True:
            with contextlib.suppress(Exception):
                async with aclosing(self._database.notices()) as notices:
                    async for _ in notices:
                        self._written.set()
            await asyncio.sleep(_AFTER_FAILURE)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._turn()

    def _turn(self) -> None:
        """Wake all who watch."""
        turned, self._turned = self._turned, asyncio.Event()
        turned.set()

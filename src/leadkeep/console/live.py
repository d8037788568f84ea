"""Lists that grow as leads arrive: server-sent events that carry ready HTML."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from contextlib import aclosing
from typing import NamedTuple

from leadkeep.console.watcher import Watcher
from leadkeep.domain.event import StoredEvent
from leadkeep.web.cursors import write_place
from leadkeep.web.event_stream import HEARTBEAT

_PAUSE = 0.2
"""Seconds between two batches: nobody reads faster than that, however fast leads come."""


class News(NamedTuple):
    """One event of a stream. `data` may have several lines."""

    name: str
    data: str


Write = Callable[[list[StoredEvent]], Awaitable[Iterable[News]]]


async def news(watcher: Watcher, after: int, write: Write) -> AsyncGenerator[bytes, None]:
    """What `write` makes of the events that come after `after`, until the sign-in ends."""
    async with aclosing(watcher.desk.live.watch(watcher.feed, after)) as pages:
        async for page in pages:
            if not await watcher.is_still_there():
                return
            told = await write(page.events) if page.events else ()
            # Whoever is cut off comes back with the place, and misses nothing.
            place = f"id: {write_place(page.after)}\n\n".encode()
            yield b"".join(map(_encoded, told)) + place if page.events else HEARTBEAT
            await asyncio.sleep(_PAUSE if page.events else 0)


def _encoded(news: News) -> bytes:
    lines = "".join(f"data: {line}\n" for line in news.data.splitlines())
    return f"event: {news.name}\n{lines}\n".encode("utf-8", "replace")

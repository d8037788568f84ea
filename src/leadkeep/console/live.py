"""Lists that grow as leads arrive: server-sent events that carry ready HTML (WHATWG HTML, 9.2)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import aclosing
from typing import Any, NamedTuple, cast

from leadkeep.actions.desk import Desk
from leadkeep.actions.read_events import Feed, Page
from leadkeep.domain.event import StoredEvent
from leadkeep.web.asgi import ENDLESS, Receive, Scope, Send, disconnected

_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    # What a proxy gathers, nobody sees live.
    (b"x-accel-buffering", b"no"),
)
_BEGINNING = b"retry: 2000\n\n"
_HEARTBEAT = b":\n\n"
_PAUSE = 0.2
"""Seconds between two batches: nobody reads faster than that, however fast leads come."""


class News(NamedTuple):
    """One event of a stream. `data` may have several lines."""

    name: str
    data: str


Write = Callable[[list[StoredEvent]], Awaitable[Iterable[News]]]


class LiveStream:
    """An ASGI application: it tells what `write` makes of the events of the feed that come after `after`,
    until the sign-in ends or the browser leaves."""

    def __init__(self, desk: Desk, token: str | None, feed: Feed, after: int, write: Write) -> None:
        self._desk = desk
        self._token = token
        self._feed = feed
        self._after = after
        self._write = write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._desk.live.watching(self._feed.grant):
            await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS]})
            await send({"type": "http.response.body", "body": _BEGINNING, "more_body": True})
            scope[ENDLESS] = True
            gone = asyncio.create_task(disconnected(receive))
            sending = asyncio.create_task(self._send_all(send))
            try:
                await asyncio.wait({gone, sending}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in (gone, sending):
                    task.cancel()
                await asyncio.gather(gone, sending, return_exceptions=True)
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _send_all(self, send: Send) -> None:
        pages = cast(Any, self._desk.live.watch(self._feed, self._after))
        async with aclosing(pages):
            async for page in cast(AsyncIterator[Page], pages):
                # Asked again before anything is shown: the sign-in may have ended, or the role changed.
                if not await self._desk.reception.is_still(self._token, self._feed.grant):
                    return
                news = await self._write(page.events) if page.events else ()
                body = b"".join(map(_encoded, news)) or _HEARTBEAT
                await send({"type": "http.response.body", "body": body, "more_body": True})
                await asyncio.sleep(_PAUSE if page.events else 0)


def _encoded(news: News) -> bytes:
    lines = "".join(f"data: {line}\n" for line in news.data.splitlines())
    return f"event: {news.name}\n{lines}\n".encode("utf-8", "replace")

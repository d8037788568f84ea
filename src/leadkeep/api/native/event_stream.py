"""The feed live, as server-sent events (WHATWG HTML, 9.2)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, cast

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp
from msgspec import UNSET

from leadkeep.actions.desk import Desk
from leadkeep.actions.read_events import Feed, Page, end_of_feed, feed_of
from leadkeep.api.native.docs import LAST_EVENT_ID, Doc
from leadkeep.api.native.events import place_in, types_in
from leadkeep.api.native.reading import if_given
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.events import EventFilter
from leadkeep.domain.errors import LeadkeepError
from leadkeep.domain.event import StoredEvent
from leadkeep.web.asgi import ENDLESS, Receive, Scope, Send, bearer_token, disconnected, header
from leadkeep.web.cursors import read_place, write_place

_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # What a proxy gathers, nobody sees live.
    (b"x-accel-buffering", b"no"),
)
_HEARTBEAT = b":\n\n"
# The place too: who is cut off before the first event comes back to where they were.
_BEGINNING = "retry: 2000\nid: {place}\n\n"


@get(
    "/stream",
    doc=Doc(
        tag="Events",
        summary="Watch the feed of events live",
        description="Needs `read`. Server-sent events, each with its cursor as `id`, its type as `event` and "
        "the event as `data`. Begins with what happens from now on, or after `after` or `Last-Event-ID`. A "
        "comment comes every 15 seconds. The stream ends when the token does.",
        query=EventFilter,
        headers=(LAST_EVENT_ID,),
        stream=True,
        problems=(403, 404, 422),
    ),
)
async def stream_events(request: NativeRequest) -> ASGIApp:
    grant = await request.grant()
    query = request.read_query(EventFilter)
    feed = feed_of(grant, if_given(query.bot), types_in(query.types))
    last = header(request.asgi, b"last-event-id")
    if last:
        after = read_place(last, "Last-Event-ID")
    elif query.after is UNSET:
        after = await request.desk.database.read(end_of_feed)
    else:
        after = await place_in(request, query.after)
    return cast(ASGIApp, _Stream(request.desk, bearer_token(request.asgi), feed, after))


class _Stream:
    """An ASGI application, since a framework's answer would hold on to ten times as much memory."""

    def __init__(self, desk: Desk, token: str | None, feed: Feed, after: int) -> None:
        self._desk = desk
        self._token = token
        self._feed = feed
        self._after = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._desk.live.watching(self._feed.grant):
            beginning = _BEGINNING.format(place=write_place(self._after)).encode()
            await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS]})
            await send({"type": "http.response.body", "body": beginning, "more_body": True})
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
        """Until the token ends."""
        pages = cast(Any, self._desk.live.watch(self._feed, self._after))
        async with aclosing(pages):
            async for page in cast(AsyncIterator[Page], pages):
                # Asked again before anything is shown: a key may have been revoked since.
                try:
                    await self._desk.gate.grant(self._token)
                except LeadkeepError:
                    return
                body = b"".join(map(_written, page.events)) or _HEARTBEAT
                await send({"type": "http.response.body", "body": body, "more_body": True})


def _written(event: StoredEvent) -> bytes:
    # A payload has no line breaks: JSON escapes them.
    place = write_place(event.number)
    return f"id: {place}\nevent: {event.type.value}\ndata: {event.payload}\n\n".encode()


ROUTES: list[HTTPRouteHandler] = [stream_events]

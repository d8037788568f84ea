"""The queue of hand-overs live: a word to the browser whenever it is another (WHATWG HTML, 9.2)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any, cast

from leadkeep.actions.desk import Desk
from leadkeep.actions.read_events import Feed, Page
from leadkeep.actions.read_queue import Seen, answers_now
from leadkeep.domain.event import EventType
from leadkeep.web.asgi import ENDLESS, Message, Receive, Scope, Send, disconnected
from leadkeep.web.cursors import write_place

TYPES = frozenset(
    {
        EventType.SESSION_HANDED_OVER,
        EventType.SESSION_CLAIMED,
        EventType.SESSION_RETURNED,
        EventType.SESSION_RESOLVED,
        EventType.SESSION_ESCALATED,
    }
)
_LOOK_EVERY = 0.8
"""Seconds. No event tells of answers: those are looked for, in the few hand-overs that are open."""
_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    # What a proxy gathers, nobody sees live.
    (b"x-accel-buffering", b"no"),
)
# The place too: who is cut off before the first event comes back to where they were.
_BEGINNING = "retry: 2000\nid: {place}\n\n"
_HEARTBEAT = ":\n\n"
_CHANGED = "id: {place}\nevent: changed\ndata: -\n\n"


class HandoverStream:
    """An ASGI application. It says that something changed, never what: the page asks for that as its user."""

    def __init__(self, desk: Desk, token: str | None, feed: Feed, seen: Seen) -> None:
        self._desk = desk
        self._token = token
        self._feed = feed
        self._seen = seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._desk.live.watching(self._feed.grant):
            await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS]})
            await send(_piece(_BEGINNING.format(place=write_place(self._seen.number))))
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
        """Until the sign-in ends, or its user may do something else than they could."""
        number, answers = self._seen
        async with aclosing(cast(Any, self._desk.live.watch(self._feed, number))) as pages:
            coming = asyncio.ensure_future(anext(cast(AsyncIterator[Page], pages)))
            try:
                while True:
                    await asyncio.wait({coming}, timeout=_LOOK_EVERY)
                    page = None
                    if coming.done():
                        page = coming.result()
                        coming = asyncio.ensure_future(anext(cast(AsyncIterator[Page], pages)))
                    before, answers = answers, await self._answers()
                    if not await self._desk.reception.is_still(self._token, self._feed.grant):
                        return
                    number = page.after if page else number
                    if answers != before or (page and page.events):
                        await send(_piece(_CHANGED.format(place=write_place(number))))
                    elif page:
                        await send(_piece(_HEARTBEAT))
            finally:
                coming.cancel()
                await asyncio.gather(coming, return_exceptions=True)

    async def _answers(self) -> str:
        return await self._desk.database.glance(answers_now, self._feed.grant, self._feed.bot_id)


def _piece(text: str) -> Message:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}

"""Server-sent events (WHATWG HTML, 9.2): the answer around them, whatever they tell."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, aclosing

from leadkeep.web.asgi import ENDLESS, Receive, Scope, Send, disconnected

HEARTBEAT = b":\n\n"
_HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    # What a proxy gathers, nobody sees live.
    (b"x-accel-buffering", b"no"),
)
_RETRY = "retry: 2000\n"


class EventStream:
    """An ASGI application, since a framework's answer would hold on to ten times as much memory.

    It sends the pieces until there are no more or whoever watches leaves, and is `watching` meanwhile.
    `place` is told first: who is cut off before the first event comes back to where they were.
    """

    def __init__(
        self, watching: AbstractContextManager[None], pieces: AsyncGenerator[bytes, None], place: str = ""
    ) -> None:
        self._watching = watching
        self._pieces = pieces
        self._beginning = f"{_RETRY}id: {place}\n\n" if place else f"{_RETRY}\n"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._watching:
            await send({"type": "http.response.start", "status": 200, "headers": [*_HEADERS]})
            await _send(send, self._beginning.encode())
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
        async with aclosing(self._pieces) as pieces:
            async for piece in pieces:
                await _send(send, piece)


async def _send(send: Send, piece: bytes) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": True})

"""uvicorn's HTTP protocol, with bounds on what one connection may cost, and one write for one answer."""

import asyncio
import re
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from leadkeep.web.asgi import ENDLESS

MAX_HEAD = 64 * 1024
"""Bytes of a request's line and headers that are waited for; one read of the socket may come on top."""
MAX_PIPELINED = 100
"""Requests that may wait on one connection for the answers to earlier ones."""
PATIENCE = 60.0
"""Seconds for a whole request to arrive, from the connection's or the request's first byte."""

_UPGRADE = re.compile(rb"^upgrade(?=:)", re.IGNORECASE | re.MULTILINE)


class BoundedProtocol(HttpToolsProtocol):
    """What uvicorn leaves open: heads without an end, pipelines without an end, requests that never come."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        corked = CorkedTransport(cast(asyncio.Transport, transport), self.loop)
        super().connection_made(cast(asyncio.Transport, corked))
        self._arriving = True
        self._in_head = True
        self._head = 0
        self._deadline: asyncio.TimerHandle | None = self.loop.call_later(PATIENCE, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._disarm()

    def shutdown(self) -> None:
        """The server ends. An answer that never ends would be waited for: whoever reads it comes back."""
        super().shutdown()
        # There is none before the first request.
        cycle = cast(RequestResponseCycle | None, self.cycle)
        if cycle is not None and cycle.scope.get(ENDLESS):
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            if self._head > MAX_HEAD:
                return self._give_up()
            self._head += len(data)
            data = _without_upgrade(data)
        super().data_received(data)
        if not self._arriving:
            self._disarm()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(PATIENCE, self._give_up)
        return None

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._arriving = self._in_head = True
        self._head = 0

    def on_header(self, name: bytes, value: bytes) -> None:
        # What follows the body is no header: it must not speak for the caller (RFC 9110, 6.5.1).
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()
        if len(self.pipeline) > MAX_PIPELINED:
            raise ValueError("too many requests in a row")

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._arriving = False

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self.transport.abort()


class CorkedTransport:
    """A transport that gathers what is written in one turn of the event loop into one write.

    uvicorn writes an answer's head and body one after the other: two system calls and two packets where one
    does. Putting them together made captures a third faster.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._pieces:
            self._loop.call_soon(self._flush)
        self._pieces.append(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _flush(self) -> None:
        pieces, self._pieces = self._pieces, []
        if pieces and not self._transport.is_closing():
            self._transport.write(b"".join(pieces))


def _without_upgrade(data: bytes) -> bytes:
    """The head without its wish for another protocol, which a server may ignore (RFC 9110, 7.8).

    The parser would take the body for that protocol's, and a lead in it would be lost.
    """
    if b"pgrade:" not in data and b"PGRADE:" not in data:
        return data
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"X-Upgrade", head) + end + rest

"""The load generator for machines without wrk: keep-alive connections, in a process of its own.

Reads a job from standard input, prints its load.
"""

import asyncio
import sys
from time import perf_counter
from typing import cast
from urllib.parse import urlsplit

import httptools
import msgspec
import uvloop

from benchmarks.load import Job, Load, Request


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    print(msgspec.json.encode(uvloop.run(_run(job))).decode())


async def _run(job: Job) -> Load:
    address = urlsplit(job.request.url)
    assert address.hostname
    assert address.port
    loop = asyncio.get_running_loop()
    sending = _Sending(job)
    for _ in range(job.clients):
        await loop.create_connection(lambda: _Client(sending), address.hostname, address.port)
    await asyncio.sleep(job.seconds)
    # However short the run: a busy machine may not have come to the first answer.
    while not (sending.waits or sending.errors):  # noqa: ASYNC110 - an event would cost each answer
        await asyncio.sleep(0.01)
    sending.over = True
    waits = sorted(sending.waits)
    p99 = waits[len(waits) * 99 // 100] * 1000 if waits else 0.0
    return Load(len(waits), perf_counter() - sending.began, p99, sending.errors)


class _Sending:
    """What the clients of one job share."""

    def __init__(self, job: Job) -> None:
        self.over = False
        self.waits: list[float] = []
        self.errors = 0
        self.began = perf_counter()
        self._head, self._body = _head(job.request), job.request.body
        self._serial = job.first

    def next(self) -> bytes:
        if not self._body:
            return b"%b\r\n" % self._head
        self._serial += 1
        body = self._body.replace("{n}", f"{self._serial:08}").encode()
        return b"%bContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
            self._head,
            len(body),
            body,
        )


class _Client(asyncio.Protocol):
    """One connection: a request, its whole answer, the next request."""

    def __init__(self, sending: _Sending) -> None:
        self._sending = sending
        self._parser = httptools.HttpResponseParser(self)
        self._asked = 0.0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports can do all that asyncio's can, and do not inherit from them.
        self._transport = cast(asyncio.Transport, transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        if self._sending.over:
            return
        self._sending.waits.append(perf_counter() - self._asked)
        self._sending.errors += self._parser.get_status_code() >= 400
        self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        self._sending.errors += not self._sending.over

    def _ask(self) -> None:
        self._asked = perf_counter()
        self._transport.write(self._sending.next())


def _head(request: Request) -> bytes:
    host = urlsplit(request.url).netloc
    lines = (
        f"{request.method} {request.path} HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Bearer {request.token}",
        "",
    )
    return "\r\n".join(lines).encode()


if __name__ == "__main__":
    main()

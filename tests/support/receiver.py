"""A receiver of webhooks on loopback: real HTTP, well-behaved or not, as the path asks of it."""

import asyncio
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import unquote

import msgspec

PATIENCE = 30.0
"""Seconds until a wait is given up; no test depends on how soon it ends."""


class Arrival(NamedTuple):
    at: float
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        event: dict[str, Any] = msgspec.json.decode(self.body)
        return event

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


class Receiver:
    """`/ok` answers 200, `/status/N` N, `/later/N` 503 with Retry-After. `/hang` never answers, `/slow` byte
    by byte, `/endless` without an end, `/close` with half of one, `/redirect` by sending on to `/ok`.

    `answer_with` replaces the status of `/ok`.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.arrivals: list[Arrival] = []
        self.ids: set[str] = set()
        self.answer_with = 200
        self.answers: Callable[[Arrival], int] = lambda arrival: self.answer_with
        self._tls = tls
        self._changed = threading.Condition()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run)

    def url(self, path: str = "/ok", host: str = "127.0.0.1") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def wait_for(self, enough: Callable[[list[Arrival]], bool]) -> list[Arrival]:
        """What has arrived, once it is enough."""
        with self._changed:
            assert self._changed.wait_for(lambda: enough(self.arrivals), PATIENCE), len(self.arrivals)
            return list(self.arrivals)

    def wait_for_count(self, count: int) -> list[Arrival]:
        return self.wait_for(lambda arrivals: len(arrivals) >= count)

    def forget(self) -> None:
        with self._changed:
            self.arrivals.clear()
            self.ids.clear()

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(PATIENCE)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self._tls)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                arrival = await _read(reader)
                with self._changed:
                    self.arrivals.append(arrival)
                    self.ids.add(arrival.headers.get("webhook-id", ""))
                    self._changed.notify_all()
                await self._answer(arrival, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            # Cancelled at the end of all: nobody waits for this one.
            writer.transport.abort()

    async def _answer(self, arrival: Arrival, writer: asyncio.StreamWriter) -> None:
        _, kind, *rest = arrival.path.split("/")
        if kind == "hang":
            await asyncio.sleep(3600)
        elif kind == "slow":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
            while True:
                writer.write(b".")
                await writer.drain()
                await asyncio.sleep(0.05)
        elif kind == "endless":
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                writer.write(b"1000\r\n" + b"." * 4096 + b"\r\n")
                await writer.drain()
        elif kind == "close":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\nhalf")
            raise ConnectionResetError
        elif kind == "redirect":
            writer.write(_whole(302, f"Location: {self.url()}\r\n"))
        elif kind == "later":
            writer.write(_whole(503, f"Retry-After: {unquote(rest[0])}\r\n"))
        else:
            writer.write(_whole(int(rest[0]) if kind == "status" else self.answers(arrival)))


def _whole(status: int, more: str = "") -> bytes:
    return f"HTTP/1.1 {status} Said\r\n{more}Content-Length: 5\r\n\r\nnoted".encode()


async def _read(reader: asyncio.StreamReader) -> Arrival:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    request, *lines = head.split("\r\n")[:-2]
    pairs = (line.split(":", 1) for line in lines)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Arrival(time.monotonic(), request.split(" ")[1], headers, body)


@contextmanager
def receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    running = Receiver(tls)
    running.start()
    try:
        yield running
    finally:
        running.stop()

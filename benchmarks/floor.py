"""The floor: what a bare ASGI function does in the same place, with no routes, rights, checks or log."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import uuid_utils

from benchmarks.floor_store import Row, open_store

_Send = Callable[[dict[str, Any]], Awaitable[None]]
_Receive = Callable[[], Awaitable[dict[str, Any]]]
_JSON = [(b"content-type", b"application/json")]


def create_floor() -> "Floor":
    return Floor(os.environ["FLOOR_DATABASE"])


class Floor:
    """`GET /empty`; `POST /leads`; `GET /leads/{bot}/{count}` and `/sessions/{bot}/{count}`."""

    def __init__(self, database: str) -> None:
        self._store = open_store(database)
        self._writer = ThreadPoolExecutor(1)
        self._readers = ThreadPoolExecutor(self._store.readers) if self._store.readers else None
        self._waiting: list[tuple[Row, asyncio.Future[None]]] = []
        self._draining: asyncio.Task[None] | None = None

    async def __call__(self, scope: dict[str, Any], receive: _Receive, send: _Send) -> None:
        body = await self._answer(scope["path"], receive)
        headers = [*_JSON, (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, path: str, receive: _Receive) -> bytes:
        if path == "/empty":
            return b"[]"
        if path == "/leads":
            return await self._capture(await _body(receive))
        _, table, bot, count = path.split("/")
        return await self._read(table, bot, int(count))

    async def _read(self, table: str, bot: str, count: int) -> bytes:
        if self._readers is None:
            return self._store.read(table, bot, count).encode()
        loop = asyncio.get_running_loop()
        return (await loop.run_in_executor(self._readers, self._store.read, table, bot, count)).encode()

    async def _capture(self, body: bytes) -> bytes:
        sent = msgspec.json.decode(body)
        now = int(time.time() * 1000)
        contact = (sent["name"], sent["email"], sent["phone"])
        row = (str(uuid_utils.uuid7()), sent["chatflowid"], sent["chatId"], *contact, now)
        loop = asyncio.get_running_loop()
        committed: asyncio.Future[None] = loop.create_future()
        self._waiting.append((row, committed))
        if self._draining is None:
            self._draining = loop.create_task(self._drain())
        await committed
        return msgspec.json.encode({"id": row[0], **sent})

    async def _drain(self) -> None:
        """Group commit: the next batch gathers while this one is written."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await loop.run_in_executor(self._writer, self._store.add, [row for row, _ in batch])
            for _, committed in batch:
                committed.set_result(None)
        self._draining = None


async def _body(receive: _Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body

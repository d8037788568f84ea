"""Live streams: the memory of a thousand idle ones, and how soon a lead has reached the last of them."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from urllib.parse import urlsplit

import httpx

from benchmarks.report import Row
from benchmarks.seed import BOT, prepare
from benchmarks.servers import Server, leadkeep
from benchmarks.stage import Stage
from leadkeep.actions.create_key import create_key
from leadkeep.domain.access import OPERATOR, Permission
from leadkeep.domain.key import NewKey
from leadkeep.storage.database import Database

_STREAMS = 1_000
_PER_KEY = 100
_SETTLED_AFTER = 2.0
_MEMORY = Row(work=f"{_STREAMS:,} idle streams, more memory", unit=" MB", aim=60)
_SOON = Row(work=f"from a lead's answer to the last of {_STREAMS:,} streams", unit=" ms")


def streams(stage: Stage) -> Iterator[Row]:
    more, waits = [], []
    for _ in range(stage.plan.runs):
        url = stage.databases.new()
        token = prepare(url, 0)
        keys = _keys(url, _STREAMS // _PER_KEY)
        with leadkeep(stage.home, url) as server, ExitStack() as held:
            time.sleep(_SETTLED_AFTER)
            before = server.memory().resident
            open_ = [
                held.enter_context(closing(_stream(server, keys[n % len(keys)]))) for n in range(_STREAMS)
            ]
            time.sleep(_SETTLED_AFTER)
            more.append(server.memory().resident - before)
            waits.append(_wait(server, token, open_))
    yield stage.row(_MEMORY, (more, ()))
    yield stage.row(_SOON, (waits, ()))


def _keys(url: str, count: int) -> list[str]:
    with closing(Database(url)) as database, database.transaction() as store:
        new = NewKey(name="stream", permissions=frozenset({Permission.READ}))
        return [create_key(store, OPERATOR, new)[1] for _ in range(count)]


def _stream(server: Server, token: str) -> socket.socket:
    """Once it has begun."""
    place = urlsplit(server.url)
    stream = socket.create_connection((place.hostname, place.port), timeout=30)
    head = f"GET /api/v2/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    stream.sendall(head.encode())
    _read_until(stream, b"retry: ")
    return stream


def _wait(server: Server, token: str, streams: list[socket.socket]) -> float:
    headers = {"Authorization": f"Bearer {token}"}
    lead = {"bot_id": BOT, "email": "ada@example.com"}
    httpx.post(f"{server.url}/api/v2/leads", json=lead, headers=headers, trust_env=False).raise_for_status()
    answered = time.monotonic()
    for stream in streams:
        _read_until(stream, b"lead.captured")
    return (time.monotonic() - answered) * 1_000


def _read_until(stream: socket.socket, sign: bytes) -> None:
    seen = b""
    while sign not in seen:
        more = stream.recv(65_536)
        if not more:
            raise RuntimeError(f"a stream ended with {seen[-200:]!r}")
        seen += more

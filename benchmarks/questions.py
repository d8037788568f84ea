"""One client that asks one thing after another, and how long it waits."""

import http.client
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from time import perf_counter
from typing import NamedTuple
from urllib.parse import urlsplit

_WARM_UP = 3
"""Turns before anything counts."""
_LEAST = 100
"""Turns that count at least: the hundredth part of fewer is no part."""


class Question(NamedTuple):
    """`turns` are asked one after the other, over and over; the requests of a turn are waited for together.

    `aim` is for the 99th percentile, in milliseconds. `beneath`: the floor is a page of leads.
    """

    work: str
    turns: Sequence[Sequence[str]]
    aim: float
    beneath: bool = False


class Times(NamedTuple):
    """Milliseconds."""

    p50: float
    p95: float
    p99: float


def ask(url: str, headers: Mapping[str, str], question: Question, seconds: float) -> Times:
    """Raises RuntimeError for any answer but 200: the figure would be of something else."""
    address = urlsplit(url)
    assert address.hostname
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    turns = cycle(question.turns)

    def turn() -> None:
        for path in next(turns):
            _get(connection, path, headers)

    try:
        return measure(turn, seconds)
    finally:
        connection.close()


def measure(turn: Callable[[], object], seconds: float) -> Times:
    for _ in range(_WARM_UP):
        turn()
    waits: list[float] = []
    began = perf_counter()
    while perf_counter() - began < seconds or len(waits) < _LEAST:
        asked = perf_counter()
        turn()
        waits.append((perf_counter() - asked) * 1000)
    waits.sort()
    return Times(*(waits[len(waits) * part // 100] for part in (50, 95, 99)))


def _get(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str]) -> None:
    connection.request("GET", path, headers=dict(headers))
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"GET {path}: {answer.status} {body[:200]!r}")

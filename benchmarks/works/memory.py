"""Memory of the server process: idle, and its peak while many slow clients each read 50,000 leads."""

import time
from collections.abc import Iterator
from typing import Literal

from benchmarks.load import Request
from benchmarks.readers import read_slowly
from benchmarks.report import Row
from benchmarks.seed import prepare
from benchmarks.servers import Memory, floor, leadkeep
from benchmarks.stage import Stage
from benchmarks.works.lists import flowise_list

_CLIENTS = 64
_SETTLED_AFTER = 2.0
"""Seconds from being ready to being idle."""

_IDLE = Row(work="memory, idle", unit=" MB", flowise=690, aim=90)
_IDLE_SHARE = Row(work="memory, idle, proportional share", unit=" MB")
_PEAK = Row(
    work="memory, peak, each reading 50,000 leads", clients=_CLIENTS, unit=" MB", flowise=2_500, aim=250
)


def memory(stage: Stage) -> Iterator[Row]:
    """A server fresh from its start in each run. The floor is idle only: it would hold every answer whole."""
    url = stage.databases.new()
    token = prepare(url, 50_000)
    runs = [_one_run(stage, url, token) for _ in range(stage.plan.runs)]
    floors = [beneath for beneath, _, _ in runs]
    idle, peak = [idle for _, idle, _ in runs], [peak for _, _, peak in runs]
    yield stage.row(_IDLE, (_figures(idle, "resident"), _figures(floors, "resident")))
    yield stage.row(_IDLE_SHARE, (_figures(idle, "proportional"), _figures(floors, "proportional")))
    yield stage.row(_PEAK, (_figures(peak, "peak"), ()))


def _one_run(stage: Stage, url: str, token: str) -> tuple[Memory, Memory, Memory]:
    """The floor's and ours when idle, and ours after the clients."""
    call = flowise_list(50_000)
    with floor(stage.home, url) as beneath:
        time.sleep(_SETTLED_AFTER)
        floor_idle = beneath.memory()
    with leadkeep(stage.home, url) as server:
        time.sleep(_SETTLED_AFTER)
        idle = server.memory()
        sizes = read_slowly(Request(server.url, call.method, call.path, token), _CLIENTS)
        if len(set(sizes)) != 1:
            raise RuntimeError(f"clients read answers of different sizes: {sorted(set(sizes))}")
        return floor_idle, idle, server.memory()


def _figures(of: list[Memory], what: Literal["resident", "peak", "proportional"]) -> list[float]:
    return [getattr(one, what) for one in of]

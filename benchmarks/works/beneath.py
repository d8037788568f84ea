"""What lies beneath the floors: an ASGI answer without any work, and SQLite without any server."""

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count

from benchmarks.floor_store import Row as FloorRow
from benchmarks.floor_store import open_store
from benchmarks.load import Request, put_load
from benchmarks.report import Row
from benchmarks.seed import BOT, prepare
from benchmarks.servers import floor
from benchmarks.stage import Stage

_BATCH = 64


def beneath(stage: Stage) -> Iterator[Row]:
    yield from _empty_answers(stage)
    yield from _bare_reads(stage)
    yield _bare_commits(stage)


def _empty_answers(stage: Stage) -> Iterator[Row]:
    with floor(stage.home, stage.databases.new()) as server:
        request = Request(server.url, "GET", "/empty")
        for clients in (1, 16, 64):
            loads = [put_load(request, clients, stage.plan.seconds) for _ in range(stage.plan.runs)]
            rates = [load.rate for load in loads]
            yield Row(work="empty ASGI answer", clients=clients, floor_runs=rates)


def _bare_reads(stage: Stage) -> Iterator[Row]:
    url = stage.databases.new()
    prepare(url, 50_000)
    store = open_store(url)
    for size in (10, 1_000, 50_000):
        rates = _rates(stage, partial(store.read, "leads", BOT, size))
        yield Row(work=f"bare SQLite, {size:,} leads as JSON", floor_runs=rates)


def _bare_commits(stage: Stage) -> Row:
    store = open_store(stage.databases.new())
    serials = count()
    rates = _rates(stage, lambda: store.add([_row(next(serials)) for _ in range(_BATCH)]))
    return Row(
        work=f"bare SQLite, leads in commits of {_BATCH}", floor_runs=[rate * _BATCH for rate in rates]
    )


def _row(serial: int) -> FloorRow:
    contact = (f"Ada Lovelace {serial:08}", f"ada.{serial:08}@example.com", f"+49151{serial:08}")
    return (f"{serial:036}", BOT, f"visit-{serial:08}", *contact, serial)


def _rates(stage: Stage, work: Callable[[], object]) -> list[float]:
    """Times a second, in each run."""
    work()
    return [_one_rate(work, stage.plan.seconds) for _ in range(stage.plan.runs)]


def _one_rate(work: Callable[[], object], seconds: float) -> float:
    done, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds:
        work()
        done += 1
    return done / passed

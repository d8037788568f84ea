"""Deliveries: how many a second, how soon, beside slow receivers, and what they cost captures."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from statistics import median, quantiles

import aiohttp
import httpx
import sqlalchemy as sa

from benchmarks.load import Request, put_load
from benchmarks.report import Row
from benchmarks.seed import BOT, prepare
from benchmarks.servers import Server, hooks, leadkeep
from benchmarks.stage import Stage
from benchmarks.works.capture import POST
from leadkeep.actions import clock
from leadkeep.actions.capture import Capture, capture, new_lead
from leadkeep.actions.create_endpoint import create_endpoint
from leadkeep.actions.take_turn import take_turn
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.delivery import State
from leadkeep.domain.endpoint_change import EndpointChange
from leadkeep.domain.lead import NewLead
from leadkeep.storage import deliveries as stored
from leadkeep.storage import schema
from leadkeep.storage.database import Database
from leadkeep.storage.deliveries import Finished, NewDelivery
from leadkeep.storage.store import Store

_PER_SECOND = 600
"""Events that are delivered in a run, for each second that runs last."""
_AT_ONCE = 16
_SLOW = 100
_LATENCIES = 200
"""Captures whose events are waited for in a run of a second or more."""
_BATCH = 1_000
_CLAIMS = 200
_LOCAL = "127.0.0.1"

_RATE = Row(work="deliveries to one fast receiver", aim=600)
_SOON = Row(work="from a capture's answer to its delivery, p99", unit=" ms", aim=150)
_SOON_MEDIAN = Row(work="from a capture's answer to its delivery, median", unit=" ms")
_CAPTURE = Row(work="POST one lead with 3 endpoints, the floor being without", clients=64, floor_share=0.7)
_CLAIM = Row(work="claiming deliveries beside a million finished, the floor being a thousand", unit=" ms")
_BESIDE = Row(work=f"deliveries beside {_SLOW} slow receivers, the floor being alone", floor_share=0.9)


def deliveries(stage: Stage) -> Iterator[Row]:
    """The floor is a bare loop that posts the same bodies, as many at once."""
    count = _count(stage)
    ours, floors = [], []
    with hooks(stage.home) as receiver:
        for run in range(stage.plan.runs):
            path = f"/run-{run}"
            ours.append(_delivered(stage, receiver, path, count))
            floors.append(asyncio.run(_posted(receiver.url + path + "-floor", count)))
    yield stage.row(_RATE, (ours, floors))


def latency(stage: Stage) -> Iterator[Row]:
    latencies = round(_LATENCIES * min(1.0, stage.plan.seconds))
    medians, p99s = [], []
    with hooks(stage.home) as receiver:
        for run in range(stage.plan.runs):
            url = stage.databases.new()
            token = prepare(url, 0)
            _endpoint(url, f"{receiver.url}/{run}")
            with leadkeep(stage.home, url, deliver_to=_LOCAL) as server:
                waits = _waits(server, token, receiver, f"/{run}", latencies)
            medians.append(median(waits))
            p99s.append(quantiles(waits, n=100)[98])
    yield stage.row(_SOON_MEDIAN, (medians, ()))
    yield stage.row(_SOON, (p99s, ()))


def capture_with_endpoints(stage: Stage) -> Iterator[Row]:
    """Servers of their own in each run: what is left to deliver would slow the next one down."""
    found: dict[int, list[float]] = {3: [], 0: []}
    with hooks(stage.home) as receiver:
        for _ in range(stage.plan.runs):
            for endpoints, rates in found.items():
                url = stage.databases.new()
                token = prepare(url, 0)
                for number in range(endpoints):
                    _endpoint(url, f"{receiver.url}/{number}")
                with leadkeep(stage.home, url, deliver_to=_LOCAL) as server:
                    request = Request(server.url, POST.method, POST.path, token, POST.body)
                    rates.append(put_load(request, 64, stage.plan.seconds).rate)
    yield stage.row(_CAPTURE, (found[3], found[0]))


def slow_endpoints(stage: Stage) -> Iterator[Row]:
    count = _count(stage)
    beside, alone = [], []
    with hooks(stage.home) as receiver:
        for run in range(stage.plan.runs):
            alone.append(_delivered(stage, receiver, f"/alone-{run}", count))
            beside.append(_delivered(stage, receiver, f"/beside-{run}", count, slow=_SLOW))
    yield stage.row(_BESIDE, (beside, alone))


def claiming(stage: Stage) -> Iterator[Row]:
    """The time of one claim, with what is due the same, in turns."""
    sizes = max(stage.plan.sizes), min(*stage.plan.sizes, 1_000)
    times: tuple[list[float], list[float]] = [], []
    with ExitStack() as open_ones:
        pair = [open_ones.enter_context(closing(_with_finished(stage, size))) for size in sizes]
        for _ in range(stage.plan.runs):
            for database, found in zip(pair, times, strict=True):
                found.append(_claim_time(database))
    yield stage.row(_CLAIM, times)


def _count(stage: Stage) -> int:
    return round(_PER_SECOND * stage.plan.seconds)


def _delivered(stage: Stage, receiver: Server, path: str, count: int, slow: int = 0) -> float:
    """A second, from the first arrival to the last, once the slow ones have their hands full."""
    url = stage.databases.new()
    prepare(url, 0)
    _endpoint(url, receiver.url + path, bots=(BOT,))
    slow_paths = [f"/slow{path}/{number}" for number in range(slow)]
    for slow_path in slow_paths:
        _endpoint(url, receiver.url + slow_path, bots=("slow",))
    with closing(Database(url)) as database:
        if slow:
            _captured(database, "slow", 4 * _AT_ONCE)
        stage.databases.settle(url)
        with leadkeep(stage.home, url, deliver_to=_LOCAL):
            for slow_path in slow_paths:
                _arrivals(receiver, slow_path, _AT_ONCE)
            _captured(database, BOT, count)
            times = _arrivals(receiver, path, count)
    return (len(times) - 1) / (times[-1] - times[0])


def _arrivals(receiver: Server, path: str, count: int) -> list[float]:
    deadline = time.monotonic() + 120
    while True:
        times: list[float] = httpx.get(receiver.url + path, trust_env=False).json()
        if len(times) >= count:
            return times
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {len(times)} of {count} events arrived at {path}")
        time.sleep(0.2)


async def _posted(url: str, count: int) -> float:
    body = b'{"id":"019ab1f2-7c3d-7e4f-8a5b-6c7d8e9f0a1b","type":"lead.captured","data":{}}' + b" " * 700
    left = iter(range(count))
    async with aiohttp.ClientSession(trust_env=False) as session:

        async def post() -> None:
            for _ in left:
                async with session.post(url, data=body) as answer:
                    await answer.read()

        start = time.monotonic()
        await asyncio.gather(*(post() for _ in range(_AT_ONCE)))
        return count / (time.monotonic() - start)


def _waits(server: Server, token: str, receiver: Server, path: str, count: int) -> list[float]:
    """Milliseconds, of so many captures one after the other."""
    answered: list[float] = []
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=server.url, headers=headers, trust_env=False) as client:
        for number in range(count + 1):
            lead = {"bot_id": BOT, "session_id": f"visit-{number}", "email": f"ada.{number}@example.com"}
            client.post("/api/v2/leads", json=lead).raise_for_status()
            answered.append(time.monotonic())
            if number == 0:
                # The courier starts with the server, and takes longer to.
                _arrivals(receiver, path, 1)
            time.sleep(0.02)
    arrived = _arrivals(receiver, path, count + 1)
    waits = [max(0.0, at - sent) * 1_000 for sent, at in zip(answered, arrived, strict=True)]
    return waits[1:]


def _endpoint(url: str, target: str, bots: tuple[str, ...] | None = None) -> None:
    with closing(Database(url)) as database, database.transaction() as store:
        create_endpoint(store, OPERATOR, EndpointChange(url=target, bots=bots))


def _captured(database: Database, bot_id: str, count: int) -> None:
    for start in range(0, count, _BATCH):
        with database.transaction() as store:
            new = [
                NewLead(
                    bot_id=bot_id,
                    session_id=f"visit-{number}",
                    email=f"{bot_id}.{number}@example.com",
                    origin="benchmark",
                )
                for number in range(start, min(start + _BATCH, count))
            ]
            capture(store, [Capture(new_lead(one), makes_bot=True) for one in new])


def _with_finished(stage: Stage, finished: int) -> Database:
    url = stage.databases.new()
    prepare(url, 0)
    _endpoint(url, "https://hooks.example.com/")
    database = Database(url)
    _captured(database, BOT, _BATCH)
    with database.transaction() as store:
        _finish_many(store, finished)
    with database.transaction() as store:
        _make_due(store, _AT_ONCE * _CLAIMS * (stage.plan.runs + 1))
    stage.databases.settle(url)
    _claim_time(database)
    return database


def _claim_time(database: Database) -> float:
    """Milliseconds, the median of many."""

    def claim() -> object:
        return database.run(take_turn, (), lambda endpoint: _AT_ONCE)

    return median(_timed(claim) for _ in range(_CLAIMS))


def _finish_many(store: Store, count: int) -> None:
    """Deliveries of the events that are there, over and over: each once it is finished may come again."""
    events = _event_numbers(store)
    (endpoint_id,) = store.execute(sa.select(schema.endpoints.c.id)).scalars()
    now = clock.now()
    for start in range(0, count, len(events)):
        some = events[: min(len(events), count - start)]
        before = store.execute(
            sa.select(sa.func.coalesce(sa.func.max(schema.deliveries.c.number), 0))
        ).scalar_one()
        stored.add(
            store, [NewDelivery(number, endpoint_id, f"s{number}", now, False) for number in some], now
        )
        done = [Finished(before + place, endpoint_id, "") for place in range(1, len(some) + 1)]
        numbered = schema.deliveries.c.number.between(done[0].number, done[-1].number)
        values = {"state": State.DELIVERED.value, "finished_at": now}
        store.execute(sa.update(schema.deliveries).where(numbered).values(values))


def _make_due(store: Store, count: int) -> None:
    events = _event_numbers(store)
    (endpoint_id,) = store.execute(sa.select(schema.endpoints.c.id)).scalars()
    now = clock.now()
    new = [
        NewDelivery(events[place % len(events)], endpoint_id, f"d{place}", now, False)
        for place in range(count)
    ]
    stored.add(store, new, now)


def _event_numbers(store: Store) -> list[int]:
    return list(store.execute(sa.select(schema.events.c.number)).scalars())


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1_000

"""What it costs to find things among ten thousand leads, a hundred thousand and a million."""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import httpx
from msgspec.structs import replace

from benchmarks.demo_data import BOT, Filled, batches, fill, moved, samples
from benchmarks.floor_store import open_store
from benchmarks.load import Request, put_load
from benchmarks.questions import Question, ask, measure
from benchmarks.report import Row
from benchmarks.servers import Server, leadkeep
from benchmarks.stage import Figures, Stage

_PAGE = 50
_DEPTH = 500_000
_GROWTH_AIM = 1.5
"""How many times what a page costs at the smallest size it may cost at the largest."""
_BATCH, _APPENDING = 100, 8
_FIRST = f"/api/v2/leads?limit={_PAGE}"


class _Measured(NamedTuple):
    size: int
    p50: float


def growth(stage: Stage) -> Iterator[Row]:
    found: dict[str, list[_Measured]] = {}
    for size in stage.plan.sizes:
        filled = fill(stage.databases.new(), size)
        stage.databases.settle(filled.url)
        with leadkeep(stage.home, filled.url) as server:
            for question in _questions(server, filled):
                median, p99 = _asked(stage, server, filled, question)
                found.setdefault(question.work, []).append(_Measured(size, median.ours or 0))
                yield from (median, p99)
            yield _appended(stage, server, filled)
    yield from _grown(stage, found)


def _questions(server: Server, filled: Filled) -> Iterator[Question]:
    depth = min(_DEPTH, filled.size // 2)
    some = samples(filled.url, depth)
    cursor = _cursor(server, filled)
    deep = [[f"{_FIRST}&cursor={moved(cursor, place)}"] for place in some.places]
    yield Question("first page of 50", [[_FIRST]], 15, beneath=True)
    yield Question(f"page of 50 halfway down, {_DEPTH:,} at most", deep, 15, beneath=True)
    filters = [[f"{_FIRST}&bot={BOT}&status={status}"] for status in ("new", "contacted", "won", "spam")]
    yield Question("page of 50 with two filters", filters, 15)
    yield from (
        Question(f"search, {what}", [[f"{_FIRST}&q={word}"] for word in words], 30)
        for what, words in (
            ("word of most leads", ["example"]),
            ("first names", some.names),
            ("rare word", some.rare),
            ("last 4 digits", some.last_digits),
            ("no hit", [f"zqxj{number}" for number in range(20)]),
        )
    )
    transcript = f"/api/v2/bots/{BOT}/sessions/{filled.session_id}/messages?limit=100"
    person = f"/api/v2/people/{filled.person_id}"
    screen = [person, f"{_FIRST}&person={filled.person_id}", transcript]
    yield Question("person with 50 leads, first screen", [screen], 20)
    yield Question("counts per day over a year", [[f"/api/v2/counts?per=day&from={filled.since}"]], 150)


def _cursor(server: Server, filled: Filled) -> str:
    answer = httpx.get(
        f"{server.url}{_FIRST}", headers={"Authorization": f"Bearer {filled.token}"}, trust_env=False
    )
    return str(answer.raise_for_status().json()["next_cursor"])


def _asked(stage: Stage, server: Server, filled: Filled, question: Question) -> tuple[Row, Row]:
    """The median, and the 99th percentile, which is what is aimed at."""
    seconds, runs = stage.plan.seconds, range(stage.plan.runs)
    floors, ours = [], []
    read = partial(open_store(filled.url).read, "leads", BOT, _PAGE)
    for _ in runs:
        floors += [measure(read, seconds)] if question.beneath else []
        ours.append(ask(server.url, {"Authorization": f"Bearer {filled.token}"}, question, seconds))
    work = f"{question.work}, {filled.size:,} leads"
    row = Row(work=f"{work}, p50", clients=1, unit=" ms")
    aimed = Row(work=f"{work}, p99", clients=1, unit=" ms", aim=question.aim)
    return (
        _row(stage, row, ([one.p50 for one in ours], [one.p50 for one in floors])),
        _row(stage, aimed, ([one.p99 for one in ours], [one.p99 for one in floors])),
    )


def _appended(stage: Stage, server: Server, filled: Filled) -> Row:
    path = f"/api/v2/bots/{BOT}/sessions/appended/messages"
    body = f'{{"messages":[{",".join(batches(_BATCH))}]}}'
    request = Request(server.url, "POST", path, filled.token, body)
    put_load(request, _APPENDING, stage.plan.warm_up)
    rates = [put_load(request, _APPENDING, stage.plan.seconds).rate for _ in range(stage.plan.runs)]
    work = f"messages appended in batches of {_BATCH}, {filled.size:,} leads"
    row = Row(work=work, clients=_APPENDING, aim=10_000)
    return _row(stage, row, ([rate * _BATCH for rate in rates], ()))


def _grown(stage: Stage, found: dict[str, list[_Measured]]) -> Iterator[Row]:
    """Of what was asked at every size."""
    for work, measured in found.items():
        least, most = measured[0], measured[-1]
        if most.size > least.size:
            name = f"{work}, p50 at {most.size:,} by that at {least.size:,}"
            row = Row(work=name, unit=" times", aim=_GROWTH_AIM if "page" in work else None)
            yield _row(stage, row, ([most.p50 / least.p50] * stage.plan.runs, ()))


def _row(stage: Stage, row: Row, found: Figures) -> Row:
    """What is aimed at holds for both engines."""
    engine = "" if stage.databases.name == "SQLite" else f", {stage.databases.name}"
    return replace(row, work=f"{row.work}{engine}", ours_runs=found[0], floor_runs=found[1])

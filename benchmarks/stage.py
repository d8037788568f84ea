"""Where a work is measured: Leadkeep and its floor side by side on one engine, taking turns under load."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from benchmarks.databases import Databases
from benchmarks.load import Load, Request, put_load
from benchmarks.report import Row
from benchmarks.seed import prepare
from benchmarks.servers import Server, floor, leadkeep


class Plan(NamedTuple):
    """How long and how often to measure, how many leads of other bots make a crowd, how many leads there are
    where growth is measured, how long to put load on before anything counts, and another checkout to measure
    against."""

    seconds: float
    runs: int
    crowd: int
    sizes: Sequence[int]
    warm_up: float = 1.0
    against: Path | None = None


class Call(NamedTuple):
    """One request to Leadkeep, and where the floor does the same."""

    method: str
    path: str
    floor_path: str
    body: str = ""


Figures = tuple[Sequence[float], Sequence[float]]
"""One of each run, ours and the floor's."""


class Comparison(NamedTuple):
    ours: list[Load]
    floors: list[Load]

    @property
    def rates(self) -> Figures:
        """Answers a second."""
        return [load.rate for load in self.ours], [load.rate for load in self.floors]

    @property
    def p99s(self) -> Figures:
        """Milliseconds."""
        return [load.p99_ms for load in self.ours], [load.p99_ms for load in self.floors]


class Pair(NamedTuple):
    """Both servers, running; `token` opens Leadkeep."""

    ours: Server
    floor: Server
    token: str
    plan: Plan

    def compare(self, call: Call, clients: int, least_seconds: float = 0) -> Comparison:
        """`least_seconds` is for calls that would hardly end within a short run."""
        seconds = max(self.plan.seconds, least_seconds)
        ours, floor = self.requests(call)
        for request in (floor, ours):
            put_load(request, clients, max(self.plan.warm_up, least_seconds))
        found = Comparison([], [])
        for _ in range(self.plan.runs):
            found.floors.append(put_load(floor, clients, seconds))
            found.ours.append(put_load(ours, clients, seconds))
        return found

    def requests(self, call: Call) -> tuple[Request, Request]:
        return (
            Request(self.ours.url, call.method, call.path, self.token, call.body),
            Request(self.floor.url, call.method, call.floor_path, "", call.body),
        )


class Stage(NamedTuple):
    home: Path
    databases: Databases
    plan: Plan

    @contextmanager
    def writing(self, workers: int = 1) -> Iterator[tuple[Pair, str]]:
        """The pair, each with an empty database; and the URL of Leadkeep's."""
        url = self.databases.new()
        token = prepare(url, 0)
        with (
            floor(self.home, self.databases.new(), workers) as beneath,
            leadkeep(self.home, url, workers) as ours,
        ):
            yield Pair(ours, beneath, token, self.plan), url

    @contextmanager
    def reading(self, count: int, crowd: int = 0) -> Iterator[Pair]:
        """The pair, both on one database with so many leads of the bot, and of others."""
        url = self.databases.new()
        token = prepare(url, count, crowd)
        self.databases.settle(url)
        with floor(self.home, url) as beneath, leadkeep(self.home, url) as ours:
            yield Pair(ours, beneath, token, self.plan)

    def row(self, aimed: Row, found: Figures, *, suffix: str = "") -> Row:
        """The row with its figures. What Flowise did and what is aimed at holds for SQLite alone."""
        if self.databases.name != "SQLite":
            work = f"{aimed.work}, {self.databases.name}{suffix}"
            aimed = Row(work=work, clients=aimed.clients, unit=aimed.unit)
        return replace(aimed, ours_runs=found[0], floor_runs=found[1])

"""Captures of this Leadkeep and of another one, from another checkout, taking turns under load."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.load import REPOSITORY, Request, put_load
from benchmarks.report import Row
from benchmarks.servers import leadkeep
from benchmarks.stage import Stage
from benchmarks.works.capture import POST

_CLIENTS = 64


def against(stage: Stage) -> Iterator[Row]:
    """The other one's figures stand where a floor's do."""
    other = stage.plan.against
    if other is None:
        raise RuntimeError("this is measured with --against DIR only, another checkout")
    urls = stage.databases.new(), stage.databases.new()
    tokens = _token(REPOSITORY, urls[0]), _token(other, urls[1])
    with leadkeep(stage.home, urls[0]) as ours, leadkeep(stage.home, urls[1], source=other) as theirs:
        requests = [
            Request(server.url, POST.method, POST.path, token, POST.body)
            for server, token in zip((ours, theirs), tokens, strict=True)
        ]
        for url, request in zip(urls, requests, strict=True):
            put_load(request, _CLIENTS, stage.plan.warm_up)
            # A new database knows nothing of its tables; PostgreSQL sees to that by itself within a minute.
            stage.databases.settle(url)
        rounds = [
            [put_load(request, _CLIENTS, stage.plan.seconds) for request in requests]
            for _ in range(stage.plan.runs)
        ]
    work = f"POST one lead, the floor being {other.name}, {stage.databases.name}"
    rates = [[load.rate for load in loads] for loads in zip(*rounds, strict=True)]
    p99s = [[load.p99_ms for load in loads] for loads in zip(*rounds, strict=True)]
    yield Row(work=work, clients=_CLIENTS, floor_share=0.8, ours_runs=rates[0], floor_runs=rates[1])
    yield Row(work=f"{work}, p99", clients=_CLIENTS, unit=" ms", ours_runs=p99s[0], floor_runs=p99s[1])


def _token(checkout: Path, database: str) -> str:
    """Made by that checkout's own command, in a database at its own schema."""
    command = "leadkeep keys create benchmark --permission capture --permission read --database"
    made = subprocess.run(
        [sys.executable, "-m", *command.split(), database],
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(checkout / "src")},
        text=True,
    )
    return made.stdout.strip()

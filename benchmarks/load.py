"""Load on a server, by wrk where it is installed, else by a generator in Python."""

import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import NamedTuple

import msgspec

REPOSITORY = Path(__file__).parent.parent
_SCRIPT = Path(__file__).with_name("wrk.lua")
_WRK = shutil.which("wrk")
_ANSWER_WITHIN = 30
"""Seconds after which a request counts as failed."""

# Serial numbers never come twice: each run has a million of its own.
_serials = count(1_000_000, 1_000_000)


class Request(NamedTuple):
    """What to send. Each `{n}` in the body becomes a number that no other request has."""

    url: str
    method: str
    path: str
    token: str = ""
    body: str = ""


class Job(msgspec.Struct, frozen=True):
    """A request, how many clients send it over and over, for how long, and its first serial number."""

    request: Request
    clients: int
    seconds: float
    first: int


class Load(msgspec.Struct, frozen=True):
    """What came of a job. Only whole answers that came within its time count as requests."""

    requests: int
    seconds: float
    p99_ms: float
    errors: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def generator() -> str:
    return "wrk" if _WRK else "the generator in Python"


def put_load(request: Request, clients: int, seconds: float) -> Load:
    """Raises RuntimeError where any request failed: the figure would be of something else."""
    job = Job(request, clients, seconds, next(_serials))
    command = _wrk(_WRK, job) if _WRK else [sys.executable, "-m", "benchmarks.python_load"]
    load = msgspec.json.decode(run_beside(command, job), type=Load)
    if load.errors or not load.requests:
        raise RuntimeError(f"{request.method} {request.path}: {load.errors} errors, {load.requests} answers")
    return load


def run_beside(command: list[str], job: Job) -> bytes:
    """The last line of what a generator prints; it reads the job as JSON where it takes no arguments."""
    done = subprocess.run(
        command,
        input=msgspec.json.encode(job),
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        timeout=job.seconds + 2 * _ANSWER_WITHIN,
        check=True,
    )
    return done.stdout.splitlines()[-1]


def _wrk(wrk: str, job: Job) -> list[str]:
    request = job.request
    # wrk takes whole seconds only.
    command = [
        wrk,
        "-t1",
        f"-c{job.clients}",
        f"-d{max(1, round(job.seconds))}s",
        f"--timeout={_ANSWER_WITHIN}s",
    ]
    arguments = [request.method, request.path, request.token, str(job.first), request.body]
    return [*command, "-s", str(_SCRIPT), request.url, "--", *arguments]

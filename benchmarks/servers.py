"""Servers as processes of their own, on loopback: Leadkeep as anyone starts it, and the floor."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import httpx

from benchmarks.load import REPOSITORY

_START_WITHIN = 30.0
_STOP_WITHIN = 40.0

# Those that Leadkeep itself runs under; see `leadkeep.server`.
_OPTIONS = (
    "--loop=uvloop --http=httptools --ws=none --lifespan=off --no-access-log --no-server-header"
    " --no-proxy-headers --log-level=warning --backlog=2048 --timeout-keep-alive=65"
)


class Memory(NamedTuple):
    """Millions of bytes: resident, and the peak of that since the start, of the process that is asked; and of
    all that it has forked too, with shared pages counted once."""

    resident: float
    peak: float
    proportional: float


class Server(NamedTuple):
    url: str
    pid: int

    def memory(self) -> Memory:
        """As Linux counts it; raises OSError elsewhere."""
        status = _kilobytes(Path(f"/proc/{self.pid}/status"))
        forked = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        shares = sum(_kilobytes(Path(f"/proc/{pid}/smaps_rollup"))["Pss"] for pid in (self.pid, *forked))
        return Memory(*(kb * 1024 / 1e6 for kb in (status["VmRSS"], status["VmHWM"], shares)))


@contextmanager
def leadkeep(
    home: Path, database: str, workers: int = 1, source: Path | None = None, deliver_to: str = ""
) -> Iterator[Server]:
    """`leadkeep serve` with its default settings, but for the rate: a load is more than one caller.

    `source`: another checkout, which may not know of rates.
    """
    command = ["leadkeep", "serve", "--database", database, "--workers", str(workers)]
    environment = {"LEADKEEP_API_RATE_PER_KEY": "1000000/second"}
    if deliver_to:
        environment["LEADKEEP_DELIVER_TO"] = deliver_to
    if source is not None:
        environment = {"PYTHONPATH": str(source / "src")}
    with _running(command, "/readyz", home, **environment) as server:
        yield server


@contextmanager
def floor(home: Path, database: str, workers: int = 1) -> Iterator[Server]:
    """The bare function of `benchmarks.floor`."""
    command = ["uvicorn", "--factory", "benchmarks.floor:create_floor", "--app-dir", str(REPOSITORY)]
    command += [*_OPTIONS.split(), "--workers", str(workers)]
    with _running(command, "/empty", home, FLOOR_DATABASE=database) as server:
        yield server


@contextmanager
def hooks(home: Path) -> Iterator[Server]:
    """The receiver of `benchmarks.hooks`."""
    command = ["uvicorn", "--factory", "benchmarks.hooks:create_hooks", "--app-dir", str(REPOSITORY)]
    with _running([*command, *_OPTIONS.split()], "/empty", home) as server:
        yield server


@contextmanager
def _running(module: list[str], ready: str, home: Path, **environment: str) -> Iterator[Server]:
    port = _free_port()
    # Settings of whoever measures would change what is measured.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LEADKEEP_")}
    log = home / f"{module[0]}-{port}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *module, "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=home,
            env=inherited | environment,
            start_new_session=True,
        )
    try:
        server = Server(f"http://127.0.0.1:{port}", process.pid)
        _wait_until_ready(server.url + ready, process, log)
        yield server
    finally:
        _stop(process)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_WITHIN
    while True:
        with suppress(httpx.TransportError):
            if httpx.get(url, trust_env=False, timeout=5).status_code == 200:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"A server did not come up:\n{log.read_text()}")
        time.sleep(0.05)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=_STOP_WITHIN)
    finally:
        # Its workers too, should it have left any.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _kilobytes(path: Path) -> dict[str, int]:
    rows = (line.split() for line in path.read_text().splitlines())
    return {row[0].rstrip(":"): int(row[1]) for row in rows if len(row) == 3 and row[2] == "kB"}

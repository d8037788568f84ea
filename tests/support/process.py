"""`leadkeep serve` as a process of its own, to be talked to, signalled and killed."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import httpx

from tests.support.forks import Fork, Zygote, inherited
from tests.support.postgres import free_port
from tests.support.zygote import Order

START_TIMEOUT = 30.0
STOP_TIMEOUT = 40.0


class ServerProcess:
    """One server, with as many worker processes as asked for. Settings are given by their names.

    It is forked off the zygote where there is one, and starts from nothing, as for an operator, where not.
    """

    def __init__(
        self,
        database_url: str,
        log: Path,
        *,
        zygote: Zygote | None = None,
        workers: int = 1,
        **settings: object,
    ) -> None:
        self.database_url = database_url
        self.log = log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._zygote = zygote
        self._workers = workers
        self._settings = {f"LEADKEEP_{name.upper()}": str(value) for name, value in settings.items()}
        self._process: subprocess.Popen[bytes] | Fork | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self.launch()
        self.wait_until_ready()

    def launch(self) -> None:
        """Start it without waiting for it to be ready."""
        arguments = ["serve", "--database", self.database_url]
        arguments += ["--port", str(self.port), "--workers", str(self._workers)]
        environ = inherited() | {"PYTHONFAULTHANDLER": "1"} | self._settings
        # Away from whatever settings file lies where the tests were started.
        directory = self.log.parent
        if self._zygote:
            log = str(self.log)
            self._process = self._zygote.fork(Order(arguments, str(directory), environ, log, log))
            return
        with self.log.open("ab") as opened:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "leadkeep", *arguments],
                stdout=opened,
                stderr=opened,
                stdin=subprocess.DEVNULL,
                env=environ,
                cwd=directory,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_TIMEOUT
        while not _is_ready(self.url):
            if (code := self._process.poll()) is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server did not come up (exit code {code}):\n{self.log.read_text()}")
            time.sleep(0.02)

    def terminate(self, *, whole_group: bool = False) -> int:
        """Ask it to stop, as an init system does; its exit code."""
        (os.killpg if whole_group else os.kill)(self.pid, signal.SIGTERM)
        return self.wait()

    def wait(self) -> int:
        assert self._process is not None
        try:
            return self._process.wait(timeout=STOP_TIMEOUT)
        finally:
            self.kill()

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def complaints(self) -> str:
        """What its log says beyond requests that went well; the last of it."""
        lines = self.log.read_text(errors="replace").splitlines(keepends=True)
        return "".join(line for line in lines if '"status":2' not in line)[-4_000:]

    @property
    def writer(self) -> int:
        """The process that stores what the first one receives."""
        (forked,) = (child for child in self._children() if not _is_courier(child))
        return forked

    @property
    def courier(self) -> int:
        """The process that delivers events."""
        (started,) = (child for child in self._children() if _is_courier(child))
        return started

    def _children(self) -> list[int]:
        # Of whichever thread.
        tasks = Path(f"/proc/{self.pid}/task").glob("*/children")
        return [int(child) for task in tasks for child in task.read_text().split()]

    def kill_first(self) -> None:
        """End the process that listens, and only that, at once."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def kill(self) -> None:
        """End it and all of its workers at once, as a power cut would; no harm if it has ended."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


class StartServer(Protocol):
    """What the fixture `start_server` gives. `ready=False` does not wait for it to come up; `anew` starts it
    from nothing, as an operator does."""

    def __call__(
        self,
        database_url: str,
        *,
        workers: int = 1,
        ready: bool = True,
        anew: bool = False,
        **settings: object,
    ) -> ServerProcess: ...


def _is_courier(pid: int) -> bool:
    return b"leadkeep.delivery" in Path(f"/proc/{pid}/cmdline").read_bytes()


def _is_ready(url: str) -> bool:
    try:
        # Nothing here speaks TLS: to load every authority would take the server's own time from it.
        return httpx.get(f"{url}/readyz", trust_env=False, verify=False, timeout=5).status_code == 200
    except httpx.TransportError:
        return False

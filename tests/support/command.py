"""`leadkeep` as operators run it: a process of its own, with nothing of the test run's environment."""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Protocol

from tests.support.forks import Zygote, inherited
from tests.support.zygote import Order

TIMEOUT = 60.0


class Done(NamedTuple):
    out: str
    err: str


class Run(Protocol):
    """Runs the command to its end and gives its exit code, with what it wrote."""

    def __call__(
        self, arguments: list[str], directory: Path, environ: dict[str, str]
    ) -> tuple[int, Done]: ...


class Command:
    """Runs in a directory of its own; `environ` is added to each run."""

    def __init__(self, run: Run, directory: Path, **environ: str) -> None:
        self.directory = directory
        self.environ = on_a_terminal() | environ
        self._run = run

    def __call__(self, *arguments: str, code: int = 0, **environ: str) -> Done:
        """What it wrote; it must exit with `code`."""
        ended, done = self._run([*arguments], self.directory, self.environ | environ)
        assert ended == code, f"exit {ended}\n{done.out}\n{done.err}"
        return done

    @staticmethod
    def line(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "leadkeep", *arguments]


def on_a_terminal() -> dict[str, str]:
    return inherited() | {"TERM": "xterm", "COLUMNS": "200"}


def run_anew(arguments: list[str], directory: Path, environ: dict[str, str]) -> tuple[int, Done]:
    """As an operator does."""
    done = subprocess.run(
        Command.line(*arguments),
        capture_output=True,
        cwd=directory,
        env=environ,
        stdin=subprocess.DEVNULL,
        timeout=TIMEOUT,
    )
    return done.returncode, Done(done.stdout.decode(), done.stderr.decode())


class RunForked:
    """In a tenth of the time. `directory` is for what is written."""

    def __init__(self, zygote: Zygote, directory: Path) -> None:
        self._zygote = zygote
        self._written = directory / "out", directory / "err"

    def __call__(self, arguments: list[str], directory: Path, environ: dict[str, str]) -> tuple[int, Done]:
        for path in self._written:
            path.write_bytes(b"")
        forked = self._zygote.fork(Order(arguments, str(directory), environ, *map(str, self._written)))
        try:
            code = forked.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            forked.kill()
            code = forked.wait()
        return code, Done(*(path.read_bytes().decode() for path in self._written))

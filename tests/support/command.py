"""`leadkeep` as operators run it: a process of its own, with nothing of the test run's environment."""

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, Protocol

from tests.support import zygote

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
        self.environ = inherited() | environ
        self._run = run

    def __call__(self, *arguments: str, code: int = 0, **environ: str) -> Done:
        """What it wrote; it must exit with `code`."""
        ended, done = self._run([*arguments], self.directory, self.environ | environ)
        assert ended == code, f"exit {ended}\n{done.out}\n{done.err}"
        return done

    @staticmethod
    def line(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "leadkeep", *arguments]


def inherited() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LEADKEEP_")}
    return kept | {"TERM": "xterm", "COLUMNS": "200"}


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


class Zygote:
    """Runs it in a tenth of the time: in a process that begins with everything imported."""

    def __init__(self, directory: Path) -> None:
        self._written = directory / "out", directory / "err"
        self._process = subprocess.Popen(
            # Like `-m leadkeep`, it finds nothing that lies beside the script.
            [sys.executable, "-P", zygote.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=inherited(),
            # What Python does not buffer, `select` sees.
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders, self._answers = self._process.stdin, self._process.stdout

    def __call__(self, arguments: list[str], directory: Path, environ: dict[str, str]) -> tuple[int, Done]:
        order = zygote.Order(arguments, str(directory), environ, *map(str, self._written))
        self._orders.write(json.dumps(order).encode() + b"\n")
        child = int(self._answers.readline())
        if not select.select([self._answers], [], [], TIMEOUT)[0]:
            os.kill(child, signal.SIGKILL)
        code = int(self._answers.readline())
        return code, Done(*(path.read_bytes().decode() for path in self._written))

    def close(self) -> None:
        with self._process:
            self._orders.close()

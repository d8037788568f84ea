"""Processes forked off one that has imported what they need, in a tenth of the time that new ones take."""

import json
import os
import select
import signal
import subprocess
import sys
from typing import Literal

from tests.support import zygote


def inherited() -> dict[str, str]:
    """What a process is given of the test run's environment: nothing that Leadkeep reads."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LEADKEEP_")}


class Zygote:
    """Forks `leadkeep` as often as it is told to; `kind` says whether to serve, or for short commands."""

    def __init__(self, kind: Literal["serve", "commands"]) -> None:
        self._process = subprocess.Popen(
            # Like `-m leadkeep`, it finds nothing that lies beside the script.
            [sys.executable, "-P", zygote.__file__, kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=inherited() | {"PYTHONFAULTHANDLER": "1"},
            bufsize=0,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders, self._answers = self._process.stdin, self._process.stdout

    def fork(self, order: zygote.Order) -> "Fork":
        return Fork(self, self._ask(order))

    def reap(self, pid: int) -> int:
        """The exit code of a fork, once it has ended."""
        return self._ask(pid)

    def _ask(self, question: zygote.Order | int) -> int:
        self._orders.write(json.dumps(question).encode() + b"\n")
        return int(self._answers.readline())

    def close(self) -> None:
        with self._process:
            self._orders.close()


class Fork:
    """What `subprocess.Popen` is for a process that is no child of ours."""

    def __init__(self, zygote: Zygote, pid: int) -> None:
        self.pid = pid
        self._zygote = zygote
        self._ended = os.pidfd_open(pid)
        self._code: int | None = None

    def poll(self) -> int | None:
        return self.wait(0) if self._code is not None or self._has_ended(0) else None

    def wait(self, timeout: float | None = None) -> int:
        if self._code is None:
            if not self._has_ended(timeout):
                assert timeout is not None
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            self._code = self._zygote.reap(self.pid)
            os.close(self._ended)
        return self._code

    def send_signal(self, number: signal.Signals) -> None:
        if self._code is None:
            signal.pidfd_send_signal(self._ended, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _has_ended(self, timeout: float | None) -> bool:
        return bool(select.select([self._ended], [], [], timeout)[0])

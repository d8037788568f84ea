"""`leadkeep` as operators run it: a process of its own, with nothing of the test run's environment."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple


class Done(NamedTuple):
    out: str
    err: str


class Command:
    """Runs in a directory of its own; `environ` is added to each run."""

    def __init__(self, directory: Path, **environ: str) -> None:
        self.directory = directory
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LEADKEEP_")}
        self.environ = inherited | {"TERM": "xterm", "COLUMNS": "200"} | environ

    def __call__(self, *arguments: str, code: int = 0, **environ: str) -> Done:
        """What it wrote; it must exit with `code`."""
        done = subprocess.run(
            self.line(*arguments),
            capture_output=True,
            cwd=self.directory,
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert done.returncode == code, f"exit {done.returncode}\n{out}\n{err}"
        return Done(out, err)

    @staticmethod
    def line(*arguments: str) -> list[str]:
        return [sys.executable, "-m", "leadkeep", *arguments]

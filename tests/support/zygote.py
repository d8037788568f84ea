"""Forks commands off one process that has imported what they need: most of a short command is imports.

Run as a script. An order is a line of JSON on stdin; the answer is the id of the process that obeys it, and,
once that has ended, its exit code. Nothing that an order holds is known here before the fork.
"""

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import sys
import time
from pathlib import Path
from typing import NamedTuple

import leadkeep

_HEAVY = ("alembic.command", "alembic.config", "psycopg", "rich.cells", "rich.markdown", "rich.table")
_DIALECTS = ("sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite")
# The server takes long to import and no short command needs it; migrations run when they are imported.
_LEFT_OUT = (
    "leadkeep.__main__",
    "leadkeep.api",
    "leadkeep.app",
    "leadkeep.server",
    "leadkeep.storage.migrations",
)


class Order(NamedTuple):
    arguments: list[str]
    directory: str
    environ: dict[str, str]
    out: str
    err: str


def wait_for_order() -> Order | None:
    """Returns in the new process, with its order; with None in this one, when there are no more."""
    for line in sys.stdin.buffer:
        if not (child := os.fork()):
            return Order(*json.loads(line))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    return None


def become(order: Order) -> None:
    """What a new process would be: `random` and `uuid_utils` seed themselves anew at a fork."""
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, (path, flags) in enumerate(
        [(os.devnull, os.O_RDONLY), (order.out, write), (order.err, write)]
    ):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.chdir(order.directory)
    os.environ.clear()
    os.environ.update(order.environ)
    time.tzset()
    sys.path.insert(0, order.directory)
    sys.argv = ["leadkeep", *order.arguments]


def run() -> None:
    try:
        runpy.run_module("leadkeep", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        # All that the end of a process does but to take down each module, which is half of what a fork costs.
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(end.code or 0))


if __name__ == "__main__":
    for module in pkgutil.walk_packages(leadkeep.__path__, "leadkeep."):
        if not module.name.startswith(_LEFT_OUT):
            importlib.import_module(module.name)
    for name in (*_HEAVY, *_DIALECTS):
        importlib.import_module(name)
    gc.collect()
    # Pages that no child's garbage collector writes to need not be copied.
    gc.freeze()
    # A thread would not be there after the fork, whatever it held locked.
    assert len(list(Path("/proc/self/task").iterdir())) == 1
    if order := wait_for_order():
        become(order)
        run()

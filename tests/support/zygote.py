"""Forks commands off one process that has imported what they need: most of a short command is imports, and
most of a server's start.

Run as a script, with what it is for. An order is a line of JSON on stdin, and is answered with the id of the
process that obeys it; such an id on stdin is answered with the exit code of that process, once it has ended.
Nothing that an order holds is known here before the fork.
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

_DIALECTS = ("sqlalchemy.dialects.postgresql.psycopg", "sqlalchemy.dialects.sqlite.pysqlite")
_HEAVY = {
    "commands": ("alembic.command", "alembic.config", "rich.cells", "rich.markdown", "rich.table"),
    "serve": ("httptools", "litestar.plugins.pydantic", "uvicorn.lifespan.on", "uvicorn.loops.uvloop"),
}
# Migrations run when they are imported.
_LEFT_OUT = ("leadkeep.__main__", "leadkeep.storage.migrations")
# The server takes long to import and no short command needs it.
_FOR_SERVERS = ("leadkeep.api", "leadkeep.app", "leadkeep.server")


class Order(NamedTuple):
    arguments: list[str]
    directory: str
    environ: dict[str, str]
    out: str
    err: str


def wait_for_order() -> Order | None:
    """Returns in the new process, with its order; with None in this one, when there are no more."""
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        if isinstance(asked, int):
            _, status = os.waitpid(asked, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)
        elif not os.fork():
            os.setsid()
            # Only now: whoever knows of it may kill its whole session.
            print(os.getpid(), flush=True)
            return Order(*asked)
    return None


def become(order: Order) -> None:
    """What a new process would be: `random` and `uuid_utils` seed themselves anew at a fork."""
    write = os.O_WRONLY | os.O_CREAT | os.O_APPEND
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


def run(kind: str) -> None:
    try:
        runpy.run_module("leadkeep", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        if kind == "serve":
            # Whatever it left running must not be spared.
            raise
        # All that the end of a process does but to take down each module, which is half of what a fork costs.
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(end.code or 0))


def prepare(kind: str) -> None:
    left_out = _LEFT_OUT if kind == "serve" else _LEFT_OUT + _FOR_SERVERS
    for module in pkgutil.walk_packages(leadkeep.__path__, "leadkeep."):
        if not module.name.startswith(left_out):
            importlib.import_module(module.name)
    for name in ("psycopg", *_DIALECTS, *_HEAVY[kind]):
        importlib.import_module(name)
    gc.collect()
    # Pages that no child's garbage collector writes to need not be copied.
    gc.freeze()
    # A thread would not be there after the fork, whatever it held locked.
    assert len(list(Path("/proc/self/task").iterdir())) == 1


if __name__ == "__main__":
    prepare(sys.argv[1])
    if order := wait_for_order():
        kind = sys.argv[1]
        become(order)
        run(kind)

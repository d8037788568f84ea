"""Readers of rows are used by many threads at once from the first row on."""

import subprocess
import sys

FIRST_ROWS = """
import enum, sys, threading
from types import SimpleNamespace
import msgspec
from leadkeep.storage.rows import reader_of

sys.setswitchinterval(1e-6)
row = SimpleNamespace(id="a", kinds=["a", "b"])
for _ in range(1_500):
    kind = enum.StrEnum("Kind", {"A": "a", "B": "b"})
    read = reader_of(msgspec.defstruct("Thing", [("id", str), ("kinds", frozenset[kind])]))
    start, things = threading.Barrier(4), []
    threads = [threading.Thread(target=lambda: (start.wait(), things.append(read(row)))) for _ in range(4)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    assert [thing.kinds for thing in things] == [frozenset(kind)] * 4
print("read")
"""


def test_threads_that_read_the_first_rows_together_do_not_crash_the_process() -> None:
    run = subprocess.run([sys.executable, "-c", FIRST_ROWS], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "read\n"), run.stderr

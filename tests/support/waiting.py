"""Waiting for what comes about by itself."""

import time
from collections.abc import Callable

PATIENCE = 30.0
"""Seconds until a wait is given up; no test depends on how soon it ends."""


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)

"""The way to one endpoint: how many attempts are under way, and how many more are worth having at hand."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 16
"""Attempts at one endpoint at a time."""
_AHEAD = 7
"""How many times as many may wait for their turn at hand, where the receiver is quick."""
_WITHIN = 1.0
"""Seconds in which all of these are to be tried: a lease is not to run out meanwhile."""
_WEIGHT = 0.2


class Lane:
    """Belongs to one event loop."""

    def __init__(self) -> None:
        self.at_hand = 0
        self.turn = asyncio.Semaphore(AT_ONCE)
        # Until it is known, as slow as any.
        self._usual = _WITHIN

    def room(self) -> int:
        """How many more to take in hand."""
        rounds = 1 + min(_AHEAD, int(_WITHIN / self._usual) - 1)
        return AT_ONCE * rounds - self.at_hand

    def took(self, milliseconds: int) -> None:
        """An attempt did."""
        self._usual += _WEIGHT * (max(0.001, milliseconds / 1_000) - self._usual)

    @contextmanager
    def holding(self, count: int) -> Iterator[None]:
        self.at_hand += count
        try:
            yield
        finally:
            self.at_hand -= count

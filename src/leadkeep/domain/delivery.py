"""A delivery: one event on its way to one endpoint, and what becomes of its attempts."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.event import EventType

RETRY_AFTER = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000)
)
"""From one attempt to the next: 5 s, 30 s, 2 min, 10 min, 30 min, 2 h, 5 h, 10 h, 14 h and 20 h."""
JITTER = 0.1
"""The part of it by which it is shorter or longer, so that those who failed together do not come together."""
LONGEST_WISH = timedelta(days=1)
"""A receiver that asks for more time gets no more than this."""
GIVE_UP_AFTER = timedelta(days=5)
"""An endpoint at which nothing has gone well for so long is switched off."""
LEASE = timedelta(seconds=30)
"""Who claims a delivery has so long: more than an attempt takes. Then it is due again."""
MAX_ANSWER = 16 * 1024
"""Bytes that are read of an answer."""

OK = "ok"
GONE = 410


class State(StrEnum):
    """`waiting`: behind an earlier one of the same endpoint and subject. `dropped`: all attempts failed."""

    WAITING = "waiting"
    DUE = "due"
    DELIVERED = "delivered"
    DROPPED = "dropped"


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that somebody has in hand, with what it takes to try it."""

    number: int
    event_number: int
    event_id: str
    event_type: EventType
    subject: str
    payload: str
    endpoint: Endpoint
    attempts: int


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an attempt. `outcome` is `ok`, `http_` and a status, or the name of what failed; `answer`
    how the receiver's answer begins, `retry_after` what it asked for."""

    outcome: str
    status: int | None = None
    answer: str | None = None
    retry_after: timedelta | None = None

    @property
    def is_ok(self) -> bool:
        return self.outcome == OK


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt at a delivery, which took `milliseconds`."""

    claim: Claim
    at: datetime
    milliseconds: int
    result: Result


def next_attempt_after(attempts: int, result: Result, luck: float) -> timedelta | None:
    """How long after the attempt that made it so many the next one comes; None for never.

    `luck`, from -1 to 1, decides how much of the jitter there is.
    """
    if attempts > len(RETRY_AFTER):
        return None
    wait = RETRY_AFTER[attempts - 1] * (1 + JITTER * luck)
    if result.retry_after is None:
        return wait
    return max(wait, min(result.retry_after, LONGEST_WISH))

"""How much of a rate is left."""

import math
import time
from typing import NamedTuple

from limits import RateLimitItem
from limits.strategies import RateLimiter


class Quota(NamedTuple):
    """`remaining` of `limit` requests, until in `reset` seconds more are allowed; `window` is in seconds too.

    `exceeded`: the request that was just counted was one too many.
    """

    name: str
    limit: int
    window: int
    remaining: int
    reset: int
    exceeded: bool = False


def quota_of(limiter: RateLimiter, rate: RateLimitItem, name: str, who: str) -> Quota:
    reset, remaining = limiter.get_window_stats(rate, name, who)
    seconds = max(1, math.ceil(reset - time.time()))
    return Quota(name, rate.amount, rate.get_expiry(), remaining, seconds)

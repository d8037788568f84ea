"""When visitors come: more by day than at night, fewer at weekends, and more from month to month."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

HOURS = 365 * 24
_HOUR = timedelta(hours=1)
# Of the hours of a day, from midnight UTC on, and of the days of a week, from Monday on.
_DAY = (2, 1, 1, 1, 2, 3, 5, 8, 12, 14, 15, 14, 13, 14, 15, 15, 14, 13, 12, 12, 11, 9, 6, 4)
_WEEK = (1.15, 1.1, 1.05, 1.0, 0.95, 0.6, 0.5)
_GROWTH = 1.5
"""How much busier the last hour is than the first."""


class Hour(NamedTuple):
    """How many leads come in the hour that begins then."""

    begin: datetime
    leads: int


def hours_until(until: datetime, leads: int, random: Random) -> Iterator[Hour]:
    """The hours of the year before, oldest first, that have leads; all of them add up to `leads`."""
    begin = until - HOURS * _HOUR
    weights = [_weight(begin + hour * _HOUR, hour) for hour in range(HOURS)]
    for day in range(0, HOURS, 24):
        luck = random.uniform(0.6, 1.4)
        weights[day : day + 24] = [weight * luck for weight in weights[day : day + 24]]
    total, passed, given = sum(weights), 0.0, 0
    for hour, weight in enumerate(weights):
        passed += weight
        due = leads if hour == HOURS - 1 else min(leads, int(leads * passed / total))
        if due > given:
            yield Hour(begin + hour * _HOUR, due - given)
        given = due


def _weight(moment: datetime, hour: int) -> float:
    return _DAY[moment.hour] * _WEEK[moment.weekday()] * (1 + (_GROWTH - 1) * hour / HOURS)

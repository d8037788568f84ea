"""The days and hours of a time zone that a chart has a bar for."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from leadkeep.domain.errors import InvalidError

QUARTER = timedelta(minutes=15)
"""What all spans are made of: since 2000 every zone's offset is a multiple of it."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
_DAY = timedelta(days=1)


class Per(StrEnum):
    DAY = "day"
    HOUR = "hour"


LONGEST = {Per.DAY: timedelta(days=732), Per.HOUR: timedelta(days=32)}
"""Days of two years, hours of 31 days, and room for the clock being changed."""
_SAID = {Per.DAY: "2 years", Per.HOUR: "31 days"}


class Span(NamedTuple):
    """From `start` until before `end`, both UTC."""

    start: datetime
    end: datetime


def read_edge(text: str, zone: ZoneInfo, field: str) -> datetime:
    """A date, which is its day's beginning in the zone, or a date-time; without an offset it is the zone's.

    Raises InvalidError, also for years that no lead can be of.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        problem = f"{field} must be a date such as 2026-11-23 or a date-time such as 2026-11-23T07:02:23Z"
        raise InvalidError(field, problem) from None
    if not FIRST_YEAR < moment.year < LAST_YEAR:
        raise InvalidError(field, f"{field} must lie after {FIRST_YEAR} and before {LAST_YEAR}")
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    if moment.time() == time():
        return _start_of(moment.date(), zone)
    return moment.replace(tzinfo=zone).astimezone(UTC)


def spans_between(start: datetime, end: datetime, per: Per, zone: ZoneInfo, field: str) -> list[Span]:
    """Every day or hour of the zone's clocks that `start` to `end` has a part of, whole and in order.

    Where the clock is put back an hour comes twice, where it is put forward one is missing; a day has 23, 24
    or 25 hours, and one that a zone left out is left out.
    Raises InvalidError, naming `field`, where it ends before it begins or is longer than a chart can show.
    """
    if start >= end:
        raise InvalidError(field, f"{field} must be earlier than the end")
    if end - start > LONGEST[per]:
        raise InvalidError(field, f"{field} must be at most {_SAID[per]} before the end, per {per}")
    edges = _days(start, end, zone) if per is Per.DAY else _hours(start, end, zone)
    return [Span(one, next_) for one, next_ in pairwise(edges) if one < next_]


def _days(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    day, last = start.astimezone(zone).date(), (end - timedelta.resolution).astimezone(zone).date()
    while day <= last + _DAY:
        yield _start_of(day, zone)
        day += _DAY


def _start_of(day: date, zone: ZoneInfo) -> datetime:
    """The day's first moment, which is not always midnight."""
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    while (start - QUARTER).astimezone(zone).date() >= day:
        start -= QUARTER
    return start


def _hours(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """Hours of the clock on the wall: where it changes by half an hour, some are half as long."""

    def hour(moment: datetime) -> tuple[date, int, timedelta | None]:
        local = moment.astimezone(zone)
        return local.date(), local.hour, local.utcoffset()

    edge = start.replace(minute=start.minute // 15 * 15, second=0, microsecond=0)
    while hour(edge - QUARTER) == hour(edge):
        edge -= QUARTER
    yield edge
    while edge < end:
        current = hour(edge)
        while hour(edge) == current:
            edge += QUARTER
        yield edge

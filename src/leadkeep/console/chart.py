"""What a chart and its table are made of: numbers per hour, day or week, as the time shown asks for."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple

from leadkeep.console.formats import Formats
from leadkeep.domain.counts import Item
from leadkeep.domain.spans import Per

_HOURS_UP_TO, _DAYS_UP_TO = timedelta(days=2.5), timedelta(days=100)


class Step(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"

    @property
    def per(self) -> Per:
        return Per.HOUR if self is Step.HOUR else Per.DAY


class Point(NamedTuple):
    """Of the hour, day or week that begins at `at`."""

    at: datetime
    leads: int
    sessions: int
    converted: int

    @property
    def conversion(self) -> float | None:
        return self.converted / self.sessions if self.sessions else None


def step_for(shown: timedelta) -> Step:
    """The finest that does not make a chart too dense."""
    if shown <= _HOURS_UP_TO:
        return Step.HOUR
    return Step.DAY if shown <= _DAYS_UP_TO else Step.WEEK


def points_of(items: Iterable[Item], step: Step, first_week_day: int) -> list[Point]:
    """In order; weeks begin on that day (0 is Monday), and the first and the last may be there in part."""
    if step is not Step.WEEK:
        return [_point(item.at, [item]) for item in items]
    weeks = groupby(items, lambda item: _week_of(item.at, first_week_day))
    return [_point(begins, list(week)) for begins, week in weeks]


def chart_of(points: list[Point], step: Step, formats: Formats) -> dict[str, Any]:
    """For the script that draws it."""
    return {
        "step": step,
        "zone": formats.zone.key,
        "language": str(formats.locale).replace("_", "-"),
        "at": [int(point.at.timestamp()) for point in points],
        "leads": [point.leads for point in points],
        "sessions": [point.sessions for point in points],
        "conversion": [point.conversion for point in points],
    }


def _week_of(moment: datetime, first_week_day: int) -> datetime:
    day = moment.date()
    begins = day - timedelta(days=(day.weekday() - first_week_day) % 7)
    return datetime.combine(begins, time(), moment.tzinfo)


def _point(at: datetime, items: list[Item]) -> Point:
    return Point(
        at,
        sum(item.leads for item in items),
        sum(item.sessions or 0 for item in items),
        sum(item.converted or 0 for item in items),
    )

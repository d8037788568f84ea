from datetime import UTC, datetime, timedelta
from importlib import resources
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.errors import InvalidError
from leadkeep.domain.spans import LONGEST, QUARTER, Per, Span, read_edge, spans_between

NAMES = (resources.files("tzdata") / "zones").read_text().split()
ODD = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Havana",
    "Africa/Cairo",
    "America/Sao_Paulo",
    "America/Scoresbysund",
]
ZONES = (st.sampled_from(ODD) | st.sampled_from(NAMES)).map(ZoneInfo)
# Before 2012 a few zones changed their clocks a minute after midnight, and went back to the day before.
MOMENTS = st.datetimes(datetime(2012, 1, 1), datetime(2098, 1, 1), timezones=st.just(UTC))


def spans(zone: str, start: str, end: str, per: Per = Per.DAY) -> list[Span]:
    place = ZoneInfo(zone)
    return spans_between(read_edge(start, place, "from"), read_edge(end, place, "to"), per, place, "from")


def shown(found: list[Span], zone: str) -> list[str]:
    return [span.start.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes") for span in found]


def quarters(span: Span) -> list[datetime]:
    return [span.start + QUARTER * number for number in range((span.end - span.start) // QUARTER)]


@pytest.mark.parametrize(
    ("zone", "start", "end", "hours"),
    [
        ("Europe/Berlin", "2026-10-24", "2026-10-27", [24, 25, 24]),
        ("Europe/Berlin", "2026-03-28", "2026-03-31", [24, 23, 24]),
        ("America/New_York", "2026-11-01", "2026-11-02", [25]),
        ("America/New_York", "2026-03-08", "2026-03-09", [23]),
        ("Asia/Kolkata", "2026-11-23", "2026-11-24", [24]),
        ("Asia/Kathmandu", "2026-11-23", "2026-11-24", [24]),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-06", [24.5]),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-05", [23.5]),
        # The 30th of December was left out.
        ("Pacific/Apia", "2011-12-29", "2012-01-01", [24, 24]),
        # Midnight itself is left out.
        ("America/Sao_Paulo", "2018-11-03", "2018-11-06", [24, 23, 24]),
    ],
)
def test_a_day_is_as_long_as_its_clock_says(zone: str, start: str, end: str, hours: list[float]) -> None:
    found = spans(zone, start, end)
    assert [(span.end - span.start) / timedelta(hours=1) for span in found] == hours


def test_an_hour_that_comes_twice_is_two_and_one_left_out_is_none() -> None:
    back = spans("Europe/Berlin", "2026-10-25T01:00", "2026-10-25T04:00", Per.HOUR)
    assert shown(back, "Europe/Berlin") == [
        "2026-10-25T01:00+02:00",
        "2026-10-25T02:00+02:00",
        "2026-10-25T02:00+01:00",
        "2026-10-25T03:00+01:00",
    ]
    forth = spans("Europe/Berlin", "2026-03-29T01:00", "2026-03-29T04:00", Per.HOUR)
    assert shown(forth, "Europe/Berlin") == ["2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00"]


def test_hours_begin_where_the_clock_on_the_wall_says_so() -> None:
    found = spans("Asia/Kathmandu", "2026-11-23T05:00", "2026-11-23T07:00", Per.HOUR)
    assert [span.start for span in found] == [
        datetime(2026, 11, 22, 23, 15, tzinfo=UTC),
        datetime(2026, 11, 23, 0, 15, tzinfo=UTC),
    ]


@given(ZONES, MOMENTS, st.floats(0.001, 1), st.sampled_from(Per))
def test_spans_follow_one_another_and_hold_what_was_asked_for(
    zone: ZoneInfo, start: datetime, share: float, per: Per
) -> None:
    end = start + LONGEST[per] * share
    found = spans_between(start, end, per, zone, "from")
    assert found[0].start <= start < found[0].end
    assert found[-1].start < end <= found[-1].end
    assert all(one.end == after.start for one, after in pairwise(found))
    for span in found:
        assert span.start.minute % 15 == span.start.second == span.start.microsecond == 0
        assert span.start < span.end


@given(ZONES, MOMENTS)
def test_a_day_is_all_that_has_its_date_and_an_hour_all_that_has_its_hour(
    zone: ZoneInfo, moment: datetime
) -> None:
    after = moment + timedelta.resolution
    (day,) = spans_between(moment, after, Per.DAY, zone, "from")
    (hour,) = spans_between(moment, after, Per.HOUR, zone, "from")

    def hour_of(at: datetime) -> tuple[object, ...]:
        local = at.astimezone(zone)
        return local.date(), local.hour, local.utcoffset()

    assert {at.astimezone(zone).date() for at in quarters(day)} == {moment.astimezone(zone).date()}
    assert {hour_of(at) for at in quarters(hour)} == {hour_of(moment)}
    for outside in (hour.start - QUARTER, hour.end):
        assert hour_of(outside) != hour_of(moment)


@pytest.mark.parametrize(
    ("start", "end", "per"),
    [
        ("2026-11-23", "2026-11-23", Per.DAY),
        ("2026-11-24", "2026-11-23", Per.DAY),
        ("2024-11-01", "2026-11-23", Per.DAY),
        ("2026-10-01", "2026-11-23", Per.HOUR),
    ],
)
def test_a_range_that_is_empty_or_too_long_is_refused(start: str, end: str, per: Per) -> None:
    with pytest.raises(InvalidError) as refused:
        spans("Europe/Berlin", start, end, per)
    assert refused.value.field == "from"


@pytest.mark.parametrize("year", [2023, 2024, 2027])
def test_two_years_and_31_days_are_not_too_long(year: int) -> None:
    assert len(spans("Europe/Berlin", f"{year}-01-01", f"{year + 2}-01-01")) in {730, 731}
    assert len(spans("Europe/Berlin", f"{year}-10-01", f"{year}-11-01", Per.HOUR)) == 31 * 24 + 1


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-23", datetime(2026, 11, 22, 23, tzinfo=UTC)),
        ("2026-11-23T09:30", datetime(2026, 11, 23, 8, 30, tzinfo=UTC)),
        ("2026-11-23T09:30:00-05:00", datetime(2026, 11, 23, 14, 30, tzinfo=UTC)),
    ],
)
def test_an_edge_is_read_in_the_zone_unless_it_says_where(text: str, moment: datetime) -> None:
    assert read_edge(text, ZoneInfo("Europe/Berlin"), "from") == moment


@pytest.mark.parametrize("text", ["", "soon", "0001-01-01", "9999-12-31T23:59:59-12:00", "2000-06-01", "\0"])
def test_an_edge_that_cannot_be_counted_from_is_refused(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_edge(text, ZoneInfo("Pacific/Apia"), "from")
    assert refused.value.field == "from"

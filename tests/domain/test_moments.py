import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkeep.domain.moments import from_iso, iso_z, to_millisecond

# Offsets may push a moment over the ends of the calendar, where Python has none to give.
MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.timezones())


@given(MOMENTS)
def test_a_moment_comes_back_to_the_millisecond(moment: datetime) -> None:
    assert from_iso(iso_z(moment)) == to_millisecond(moment)
    assert timedelta() <= moment - to_millisecond(moment) < timedelta(milliseconds=1)


@given(MOMENTS, MOMENTS)
def test_the_text_sorts_as_time_does(one: datetime, other: datetime) -> None:
    assert (iso_z(one) < iso_z(other)) == (to_millisecond(one) < to_millisecond(other))


@given(MOMENTS)
def test_the_text_has_three_decimals_always(moment: datetime) -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", iso_z(moment))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T07:02:23.456789Z",
        "2026-11-23T07:02:23.456",
        "2026-11-23T09:02:23.456+02:00",
        "2026-11-23 07:02:23.456+00:00",
        "2026-11-22T23:02:23.456-08:00",
    ],
)
def test_one_moment_may_be_written_in_many_ways(text: str) -> None:
    assert from_iso(text) == datetime(2026, 11, 23, 7, 2, 23, 456_000, UTC)


@given(st.text("0123456789-:T.Z+ ", max_size=30) | st.text(max_size=30))
def test_any_other_text_is_a_value_error(text: str) -> None:
    try:
        moment = from_iso(text)
    except ValueError:
        return
    assert moment.utcoffset() == timedelta()


def test_the_zone_of_a_moment_does_not_change_its_text() -> None:
    moment = datetime(2026, 11, 23, 7, 2, 23, tzinfo=UTC)
    assert iso_z(moment) == "2026-11-23T07:02:23.000Z"
    assert iso_z(moment.astimezone(timezone(timedelta(hours=5, minutes=30)))) == "2026-11-23T07:02:23.000Z"


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"])
def test_a_moment_beyond_the_calendar_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="date"):
        from_iso(text)

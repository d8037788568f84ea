"""Points in time: UTC, to the millisecond, as both vendor APIs print them."""

from datetime import UTC, datetime
from functools import lru_cache


def to_millisecond(moment: datetime) -> datetime:
    """The same moment in UTC, cut to the precision that is stored."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


# A lead is written with one moment in many places.
@lru_cache(maxsize=1024)
def iso_z(moment: datetime) -> str:
    """`2026-11-23T07:02:23.000Z`: three decimals always, which also makes the text sort by time."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def from_iso(text: str) -> datetime:
    """Read an RFC 3339 date-time; one without an offset is taken as UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        return to_millisecond(moment)
    except OverflowError:
        raise ValueError("the date is out of range in UTC") from None

"""Time zones, by their names in the IANA database."""

from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from leadkeep.domain.errors import InvalidError

MAX_NAME = 64


def check_time_zone(name: str, field: str) -> ZoneInfo:
    """Raises InvalidError."""
    # Not all that ZoneInfo opens is a zone of IANA's: machines add some of their own, with leap seconds.
    if name not in time_zone_names():
        raise InvalidError(field, f"{field} must be the name of a time zone, such as Europe/Berlin")
    return ZoneInfo(name)


@cache
def time_zone_names() -> tuple[str, ...]:
    """All of them, in order."""
    return tuple(sorted((resources.files("tzdata") / "zones").read_text().split()))

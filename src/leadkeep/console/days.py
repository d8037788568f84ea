"""Days, as fields of forms and addresses give them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from leadkeep.domain.errors import InvalidError


def midnight(text: str, zone: ZoneInfo, field: str, *, days_later: int = 0) -> datetime | None:
    """When the day, or one so many days later, begins in the zone; None where none is given. Raises
    InvalidError."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=days_later)
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidError(field, "A day must be written as 2026-11-23") from None

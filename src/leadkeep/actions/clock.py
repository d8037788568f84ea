"""The one place that says what time is stored, and that makes ids, which hold the time."""

from datetime import UTC, datetime

import uuid_utils

from leadkeep.domain.moments import to_millisecond


def now() -> datetime:
    return to_millisecond(datetime.now(UTC))


def new_id() -> str:
    """A UUIDv7 (RFC 9562): ids made later sort later."""
    return str(uuid_utils.uuid7())

"""Column types that mean the same on both engines."""

import re
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR

from leadkeep.storage import postgresql, sqlite

Moment = postgresql.Moment.with_variant(sqlite.MomentText(), "sqlite")
"""A point in time, UTC, to the millisecond."""

Id = postgresql.Uuid.with_variant(sa.Text(), "sqlite")
"""A UUID as its usual text."""

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def is_id(text: str) -> bool:
    """Whether it can be an id at all: on other text PostgreSQL fails, where SQLite finds nothing."""
    return _UUID.match(text) is not None


def first_id_at(moment: datetime) -> str:
    """The smallest UUIDv7 (RFC 9562, 5.7) of that millisecond."""
    milliseconds = f"{max(0, round(moment.timestamp() * 1000)):012x}"
    return f"{milliseconds[:8]}-{milliseconds[8:]}-7000-8000-000000000000"


Json = JSONB(none_as_null=True).with_variant(sa.JSON(none_as_null=True), "sqlite")

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A number that the database gives, one more each time."""

Words = TSVECTOR().with_variant(sa.Text(), "sqlite")
"""What a row is found by: words separated by spaces, as `domain.words` makes them."""

ByteText = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
"""Text that is ordered byte by byte, whatever language the database sorts by."""

"""Column types that mean the same on both engines."""

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from leadkeep.storage import postgresql, sqlite

Moment = postgresql.Moment.with_variant(sqlite.MomentText(), "sqlite")
"""A point in time, UTC, to the millisecond."""

Id = postgresql.Uuid.with_variant(sa.Text(), "sqlite")
"""A UUID as its usual text."""

Json = JSONB(none_as_null=True).with_variant(sa.JSON(none_as_null=True), "sqlite")

"""Lists of sessions that were handed over, and of those that wait, in the order of an index."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    handed_over = sa.text("handover IS NOT NULL")
    op.create_index(
        "ix_sessions_handed_over",
        "sessions",
        ["created_at", "id", "bot_id"],
        sqlite_where=handed_over,
        postgresql_where=handed_over,
    )
    waiting = sa.text("claimed_at IS NULL AND ended_at IS NULL")
    op.create_index(
        "ix_handovers_waiting",
        "handovers",
        ["requested_at", "id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )

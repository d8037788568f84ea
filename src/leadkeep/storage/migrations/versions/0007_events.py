"""Events, endpoints and deliveries, and hand-overs that nobody claims."""

import sqlalchemy as sa
from alembic import op

from leadkeep.storage.types import Id, Json, Moment, Serial

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("bots", sa.Column("escalate_after", sa.Integer))
    op.add_column("handovers", sa.Column("escalated_at", Moment))
    _create_events()
    _create_endpoints()
    _create_deliveries()
    op.create_table(
        "markers",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("number", Serial, nullable=False),
        sqlite_with_rowid=False,
    )


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("number", Serial, sa.Identity(), primary_key=True),
        sa.Column("id", Id, nullable=False, unique=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("bot_id", sa.Text),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("endpoint_id", Id),
        sa.Column("at", Moment, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_subject", "events", ["subject"])


def _create_endpoints() -> None:
    op.create_table(
        "endpoints",
        sa.Column("id", Id, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("template", sa.Text),
        sa.Column("types", Json),
        sa.Column("bots", Json),
        sa.Column("headers", Json, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("old_secret", sa.Text),
        sa.Column("old_secret_until", Moment),
        sa.Column("digest_minutes", sa.Integer),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("from_number", Serial, nullable=False),
        sa.Column("failing_since", Moment),
        sa.Column("disabled_reason", sa.Text),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
    )


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("number", Serial, sa.Identity(), primary_key=True),
        sa.Column("event_number", Serial, sa.ForeignKey("events.number", ondelete="CASCADE"), nullable=False),
        sa.Column("endpoint_id", Id, sa.ForeignKey("endpoints.id", ondelete="CASCADE"), nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("leased_until", Moment),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("finished_at", Moment),
    )
    op.create_index("ix_deliveries_event_number", "deliveries", ["event_number"])
    op.create_index("ix_deliveries_endpoint_id", "deliveries", ["endpoint_id", "number"])
    due, unfinished = sa.text("state = 'due'"), sa.text("finished_at IS NULL")
    op.create_index(
        "ix_deliveries_due", "deliveries", ["endpoint_id", "due_at"], sqlite_where=due, postgresql_where=due
    )
    op.create_index(
        "uq_deliveries_unfinished",
        "deliveries",
        ["endpoint_id", "subject", "event_number"],
        unique=True,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    op.create_table(
        "attempts",
        sa.Column("id", Id, primary_key=True),
        sa.Column(
            "delivery_number", Serial, sa.ForeignKey("deliveries.number", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("event_number", Serial, nullable=False),
        sa.Column("endpoint_id", Id, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("answer", sa.Text),
    )
    op.create_index("ix_attempts_delivery_number", "attempts", ["delivery_number"])
    op.create_index("ix_attempts_endpoint_id", "attempts", ["endpoint_id", "id"])
    op.create_index("ix_attempts_subject", "attempts", ["subject", "id"])

"""Bots, sessions, leads, keys."""

import sqlalchemy as sa
from alembic import op

from leadkeep.storage.types import Id, Json, Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    _bots_and_sessions()
    _leads()
    _keys()


def _bots_and_sessions() -> None:
    op.create_table(
        "bots",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("origins", Json, nullable=False),
        sa.Column("form", Json, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bots"),
    )
    op.create_table(
        "sessions",
        sa.Column("bot_id", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("lead_at", Moment, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("handed_over_at", Moment),
        sa.PrimaryKeyConstraint("bot_id", "id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name="fk_sessions_bots"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sessions_bot_id_lead_at", "sessions", ["bot_id", "lead_at", "id"])


def _leads() -> None:
    op.create_table(
        "leads",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("email_normal", sa.Text),
        sa.Column("email_problem", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("phone_e164", sa.Text),
        sa.Column("phone_problem", sa.Text),
        sa.Column("attributes", Json, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leads"),
        sa.ForeignKeyConstraint(
            ["bot_id", "session_id"], ["sessions.bot_id", "sessions.id"], name="fk_leads_sessions"
        ),
    )
    op.create_index("ix_leads_bot_id_created_at", "leads", ["bot_id", "created_at", "id"])
    op.create_index("ix_leads_created_at", "leads", ["created_at", "id"])
    op.create_index("ix_leads_session_id", "leads", ["session_id", "bot_id"])
    known = sa.text("email_normal IS NOT NULL")
    op.create_index(
        "ix_leads_email_normal", "leads", ["email_normal"], sqlite_where=known, postgresql_where=known
    )


def _keys() -> None:
    op.create_table(
        "keys",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("permissions", Json, nullable=False),
        sa.Column("bots", Json),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("expires_at", Moment),
        sa.Column("last_used_at", Moment),
        sa.Column("revoked_at", Moment),
        sa.PrimaryKeyConstraint("id", name="pk_keys"),
        sa.UniqueConstraint("hash", name="uq_keys_hash"),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("body_hash", sa.Text, nullable=False),
        sa.Column("lead_id", Id, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_idempotency_keys"),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name="fk_idempotency_keys_leads", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    op.create_index("ix_idempotency_keys_lead_id", "idempotency_keys", ["lead_id"])

"""The tables as they are today; `migrations/` brings a database here."""

import sqlalchemy as sa

from leadkeep.storage.types import Id, Json, Moment

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)

bots = sa.Table(
    "bots",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("origins", Json, nullable=False),
    sa.Column("form", Json, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("bot_id", sa.Text, sa.ForeignKey("bots.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    # When it became a lead: the time of its first lead, or of its hand-over.
    sa.Column("lead_at", Moment, nullable=False),
    # The newest non-empty value over all its leads, kept here so that a list of sessions is one index read.
    sa.Column("name", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("phone", sa.Text),
    sa.Column("handed_over_at", Moment),
    sa.Index("ix_sessions_bot_id_lead_at", "bot_id", "lead_at", "id"),
    sqlite_with_rowid=False,
)

leads = sa.Table(
    "leads",
    metadata,
    sa.Column("id", Id, primary_key=True),
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
    sa.ForeignKeyConstraint(["bot_id", "session_id"], ["sessions.bot_id", "sessions.id"]),
    sa.Index("ix_leads_bot_id_created_at", "bot_id", "created_at", "id"),
    sa.Index("ix_leads_created_at", "created_at", "id"),
    sa.Index("ix_leads_session_id", "session_id", "bot_id"),
    sa.Index(
        "ix_leads_email_normal",
        "email_normal",
        sqlite_where=sa.text("email_normal IS NOT NULL"),
        postgresql_where=sa.text("email_normal IS NOT NULL"),
    ),
)

keys = sa.Table(
    "keys",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.Column("hint", sa.Text, nullable=False),
    sa.Column("permissions", Json, nullable=False),
    # NULL: all bots. Named ones need not exist yet, so there is no foreign key.
    sa.Column("bots", Json),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment),
    sa.Column("last_used_at", Moment),
    sa.Column("revoked_at", Moment),
)

idempotency_keys = sa.Table(
    "idempotency_keys",
    metadata,
    # Whose key it is: two callers who pick the same one do not meet.
    sa.Column("caller", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("body_hash", sa.Text, nullable=False),
    sa.Column("lead_id", Id, sa.ForeignKey("leads.id", ondelete="CASCADE"), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("ix_idempotency_keys_created_at", "created_at"),
    sa.Index("ix_idempotency_keys_lead_id", "lead_id"),
    sqlite_with_rowid=False,
)

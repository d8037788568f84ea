"""Answers that are kept to be given again go with the session or the person whose data they hold."""

import sqlalchemy as sa
from alembic import op

from leadkeep.storage.types import Id, Json, Moment

revision = "0004"
down_revision = "0003"

_COLUMNS = "caller, key, body_hash, lead_id, created_at"


def upgrade() -> None:
    # SQLite cannot add foreign keys to a table that is there.
    op.execute(f"CREATE TABLE old_idempotency_keys AS SELECT {_COLUMNS} FROM idempotency_keys")  # noqa: S608
    op.drop_table("idempotency_keys")
    _idempotency_keys()
    op.execute(
        f"INSERT INTO idempotency_keys ({_COLUMNS}) SELECT {_COLUMNS} FROM old_idempotency_keys"  # noqa: S608
    )
    op.drop_table("old_idempotency_keys")


def _idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("body_hash", sa.Text, nullable=False),
        sa.Column("answer", Json),
        sa.Column("lead_id", Id),
        sa.Column("bot_id", sa.Text),
        sa.Column("session_id", sa.Text),
        sa.Column("person_id", Id),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_idempotency_keys"),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name="fk_idempotency_keys_leads", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["bot_id", "session_id"],
            ["sessions.bot_id", "sessions.id"],
            name="fk_idempotency_keys_sessions",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name="fk_idempotency_keys_people", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    _index("lead_id")
    _index("session_id", "bot_id")
    _index("person_id")


def _index(*columns: str) -> None:
    where = sa.text(f"{columns[0]} IS NOT NULL")
    name = f"ix_idempotency_keys_{columns[0]}"
    op.create_index(
        name, "idempotency_keys", list(columns), unique=False, sqlite_where=where, postgresql_where=where
    )

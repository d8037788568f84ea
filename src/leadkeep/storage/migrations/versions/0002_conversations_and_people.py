"""Conversations, hand-overs, people, and what a team does with leads.

SQLite's ALTER TABLE can do little of this, so the three tables that change shape are written anew, in the
same way on both engines: copied aside, dropped, made again and filled. Whom leads belong to and what they are
found by is not SQL's to say: `storage.catch_up` adds it in the same transaction.
"""

import sqlalchemy as sa
from alembic import op

from leadkeep.storage.sqlite import SEARCH_INDEX
from leadkeep.storage.types import Id, Json, Moment, Serial, Words

revision = "0002"
down_revision = "0001"

_REWRITTEN = ("sessions", "leads", "idempotency_keys")


def upgrade() -> None:
    _bots()
    for table in _REWRITTEN:
        op.execute(f"CREATE TABLE old_{table} AS SELECT * FROM {table}")  # noqa: S608 - names of ours
    for table in reversed(_REWRITTEN):
        op.drop_table(table)
    _sessions()
    _messages()
    _handovers()
    _people()
    _person_keys()
    _merges()
    _leads()
    _lead_tags()
    _notes()
    _lead_changes()
    _idempotency_keys()
    for statement in _FILLED:
        op.execute(statement)
    for table in _REWRITTEN:
        op.drop_table(f"old_{table}")


_FILLED = (
    "INSERT INTO sessions (bot_id, id, created_at, lead_at, name, email, phone, handed_over_at)"
    " SELECT bot_id, id, lead_at, lead_at, name, email, phone, handed_over_at FROM old_sessions",
    "INSERT INTO leads (id, bot_id, session_id, name, email, email_normal, email_problem, phone, phone_e164,"
    " phone_problem, attributes, origin, created_at, changed_at)"
    " SELECT id, bot_id, session_id, name, email, email_normal, email_problem, phone, phone_e164,"
    " phone_problem, attributes, source, created_at, created_at FROM old_leads ORDER BY created_at, id",
    "INSERT INTO idempotency_keys (caller, key, body_hash, lead_id, created_at)"
    " SELECT caller, key, body_hash, lead_id, created_at FROM old_idempotency_keys",
)


def _index_where(name: str, table: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _bots() -> None:
    op.add_column("bots", sa.Column("region", sa.Text))
    op.add_column("bots", sa.Column("extract", sa.Boolean, nullable=False, server_default=sa.true()))
    op.add_column("bots", sa.Column("own_contacts", Json, nullable=False, server_default="[]"))


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("bot_id", sa.Text, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("lead_at", Moment),
        sa.Column("name", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("handed_over_at", Moment),
        sa.Column("handover", sa.Text),
        sa.Column("page_url", sa.Text),
        sa.Column("referrer", sa.Text),
        sa.Column("utm", Json, nullable=False, server_default="{}"),
        sa.Column("locale", sa.Text),
        sa.Column("country", sa.Text),
        sa.Column("user_agent", sa.Text),
        sa.Column("browser", sa.Text),
        sa.Column("os", sa.Text),
        sa.Column("device", sa.Text),
        sa.PrimaryKeyConstraint("bot_id", "id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name="fk_sessions_bots"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sessions_bot_id_created_at", "sessions", ["bot_id", "created_at", "id"])
    op.create_index("ix_sessions_bot_id_lead_at", "sessions", ["bot_id", "lead_at", "id"])
    op.create_index("ix_sessions_created_at", "sessions", ["created_at", "id", "bot_id"])
    _index_where("ix_sessions_handover", "sessions", ["handover", "created_at", "id"], "handover IS NOT NULL")


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("bot_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("vendor_id", sa.Text),
        sa.PrimaryKeyConstraint("bot_id", "session_id", "at", "id", name="pk_messages"),
        sa.ForeignKeyConstraint(
            ["bot_id", "session_id"], ["sessions.bot_id", "sessions.id"], name="fk_messages_sessions"
        ),
        sqlite_with_rowid=False,
    )
    _index_where(
        "uq_messages_vendor_id",
        "messages",
        ["bot_id", "session_id", "vendor_id"],
        "vendor_id IS NOT NULL",
        unique=True,
    )


def _handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("requested_at", Moment, nullable=False),
        sa.Column("requested_by_id", sa.Text),
        sa.Column("requested_by_name", sa.Text),
        sa.Column("claimed_at", Moment),
        sa.Column("claimed_by_id", sa.Text),
        sa.Column("claimed_by_name", sa.Text),
        sa.Column("answered_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("ended_by_id", sa.Text),
        sa.Column("ended_by_name", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
        sa.ForeignKeyConstraint(
            ["bot_id", "session_id"], ["sessions.bot_id", "sessions.id"], name="fk_handovers_sessions"
        ),
    )
    op.create_index("ix_handovers_requested_at", "handovers", ["requested_at"])
    op.create_index("ix_handovers_session_id", "handovers", ["bot_id", "session_id", "requested_at"])
    _index_where("uq_handovers_open", "handovers", ["bot_id", "session_id"], "ended_at IS NULL", unique=True)


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", Id, nullable=False),
        sa.Column("parent_id", Id),
        sa.Column("root_id", Id, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("phone", sa.Text),
        sa.Column("lead_count", sa.Integer, nullable=False),
        sa.Column("first_at", Moment, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sqlite_with_rowid=False,
    )
    _index_where("ix_people_last_at", "people", ["last_at", "id"], "parent_id IS NULL")
    _index_where("ix_people_root_id", "people", ["root_id"], "parent_id IS NOT NULL")


def _person_keys() -> None:
    op.create_table(
        "person_keys",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_person_keys"),
        sqlite_with_rowid=False,
    )


def _merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", Id, nullable=False),
        sa.Column("survivor_id", Id, nullable=False),
        sa.Column("absorbed_id", Id, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("lead_id", Id),
        sa.Column("at", Moment, nullable=False),
        sa.Column("merged_by_id", sa.Text),
        sa.Column("merged_by_name", sa.Text),
        sa.Column("undone_at", Moment),
        sa.Column("undone_by_id", sa.Text),
        sa.Column("undone_by_name", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_merges"),
    )
    op.create_index("ix_merges_absorbed_id", "merges", ["absorbed_id"])
    op.create_index("ix_merges_survivor_id", "merges", ["survivor_id"])


def _leads() -> None:
    op.create_table(
        "leads",
        sa.Column("number", Serial, sa.Identity(), nullable=False),
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.Text, nullable=False),
        sa.Column("session_id", sa.Text, nullable=False),
        sa.Column("person_id", Id),
        sa.Column("home_id", Id),
        sa.Column("name", sa.Text),
        sa.Column("name_key", sa.Text, nullable=False, server_default=""),
        sa.Column("email", sa.Text),
        sa.Column("email_normal", sa.Text),
        sa.Column("email_problem", sa.Text),
        sa.Column("email_disposable", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("email_role", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("phone", sa.Text),
        sa.Column("phone_e164", sa.Text),
        sa.Column("phone_problem", sa.Text),
        sa.Column("phone_region", sa.Text),
        sa.Column("phone_type", sa.Text),
        sa.Column("attributes", Json, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("message_id", Id),
        sa.Column("status", sa.Text, nullable=False, server_default="new"),
        sa.Column("owner", sa.Text),
        sa.Column("tags", Json, nullable=False, server_default="[]"),
        sa.Column("value", sa.Text),
        sa.Column("currency", sa.Text),
        sa.Column("version", sa.Integer, nullable=False, server_default="1"),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("words", Words, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("number", name="pk_leads"),
        sa.UniqueConstraint("id", name="uq_leads_id"),
        sa.ForeignKeyConstraint(
            ["bot_id", "session_id"], ["sessions.bot_id", "sessions.id"], name="fk_leads_sessions"
        ),
    )
    op.create_index("ix_leads_bot_id_created_at", "leads", ["bot_id", "created_at", "id"])
    op.create_index("ix_leads_changed_at", "leads", ["changed_at", "id"])
    op.create_index("ix_leads_created_at", "leads", ["created_at", "id"])
    op.create_index("ix_leads_name_key", "leads", ["name_key", "id"])
    _index_where("ix_leads_owner", "leads", ["owner", "created_at", "id"], "owner IS NOT NULL")
    op.create_index("ix_leads_person_id", "leads", ["person_id", "created_at", "id"])
    op.create_index("ix_leads_session_id", "leads", ["session_id", "bot_id"])
    op.create_index("ix_leads_status", "leads", ["status", "created_at", "id"])
    if op.get_bind().dialect.name == "sqlite":
        for statement in SEARCH_INDEX:
            op.execute(statement)
    else:
        op.create_index("ix_leads_words", "leads", ["words"], postgresql_using="gin")


def _lead_tags() -> None:
    op.create_table(
        "lead_tags",
        sa.Column("tag", sa.Text, nullable=False),
        sa.Column("lead_id", Id, nullable=False),
        sa.PrimaryKeyConstraint("tag", "lead_id", name="pk_lead_tags"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_lead_tags_leads", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_lead_tags_lead_id", "lead_tags", ["lead_id"])


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", Id, nullable=False),
        sa.Column("lead_id", Id, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("written_by_id", sa.Text),
        sa.Column("written_by_name", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_notes_leads", ondelete="CASCADE"),
    )
    op.create_index("ix_notes_lead_id", "notes", ["lead_id", "at", "id"])


def _lead_changes() -> None:
    op.create_table(
        "lead_changes",
        sa.Column("id", Id, nullable=False),
        sa.Column("lead_id", Id, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("changed_by_id", sa.Text),
        sa.Column("changed_by_name", sa.Text),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("before", Json),
        sa.Column("after", Json),
        sa.PrimaryKeyConstraint("id", name="pk_lead_changes"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_lead_changes_leads", ondelete="CASCADE"),
    )
    op.create_index("ix_lead_changes_lead_id", "lead_changes", ["lead_id", "at", "id"])


def _idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("body_hash", sa.Text, nullable=False),
        sa.Column("lead_id", Id),
        sa.Column("answer", Json),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_idempotency_keys"),
        sa.ForeignKeyConstraint(
            ["lead_id"], ["leads.id"], name="fk_idempotency_keys_leads", ondelete="CASCADE"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    op.create_index("ix_idempotency_keys_lead_id", "idempotency_keys", ["lead_id"])

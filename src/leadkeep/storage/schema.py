"""The tables as they are today; `migrations/` brings a database here."""

import sqlalchemy as sa

from leadkeep.storage import postgresql, sqlite
from leadkeep.storage.types import ByteText, Id, Json, Moment, Serial, Words

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
    }
)


def _actor(name: str) -> tuple[sa.Column[str], sa.Column[str]]:
    """Who did it: the caller's id, and what they were called then."""
    return sa.Column(f"{name}_id", sa.Text), sa.Column(f"{name}_name", sa.Text)


def _only_on(dialect: str, statement: str) -> sa.DDL:
    return sa.DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]


def _index_where(name: str, condition: str, *columns: str, unique: bool = False) -> sa.Index:
    """An index of the rows that it is asked for only."""
    where = sa.text(condition)
    return sa.Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


bots = sa.Table(
    "bots",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("origins", Json, nullable=False),
    sa.Column("form", Json, nullable=False),
    # Where a phone number without a country code is dialled.
    sa.Column("region", sa.Text),
    # Whether contact details in visitors' messages become leads, and those that are the bot's own.
    sa.Column("extract", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("own_contacts", Json, nullable=False, server_default="[]"),
    # How many minutes a visitor may wait for an agent before more people are told.
    sa.Column("escalate_after", sa.Integer),
    sa.Column("created_at", Moment, nullable=False),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("bot_id", sa.Text, sa.ForeignKey("bots.id"), primary_key=True),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("created_at", Moment, nullable=False),
    # When it became a lead: the time of its first lead, or of its hand-over.
    sa.Column("lead_at", Moment),
    # The newest non-empty value over all its leads, kept here so that a list of sessions is one index read.
    sa.Column("name", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("phone", sa.Text),
    # The first hand-over, and how the newest one stands.
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
    sa.Index("ix_sessions_bot_id_lead_at", "bot_id", "lead_at", "id"),
    # With what is counted, so that counting need not look at the rows.
    sa.Index("ix_sessions_bot_id_created_at", "bot_id", "created_at", "id", "lead_at"),
    sa.Index("ix_sessions_created_at", "created_at", "id", "bot_id", "lead_at", "country"),
    _index_where("ix_sessions_handover", "handover IS NOT NULL", "handover", "created_at", "id"),
    _index_where("ix_sessions_handed_over", "handover IS NOT NULL", "created_at", "id", "bot_id"),
    sqlite_with_rowid=False,
)

messages = sa.Table(
    "messages",
    metadata,
    # The key is the order of the transcript, in which it is stored and read.
    sa.Column("bot_id", sa.Text, primary_key=True),
    sa.Column("session_id", sa.Text, primary_key=True),
    sa.Column("at", Moment, primary_key=True),
    sa.Column("id", Id, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    # What the caller calls it: sent again, it is the same message.
    sa.Column("vendor_id", sa.Text),
    sa.ForeignKeyConstraint(["bot_id", "session_id"], ["sessions.bot_id", "sessions.id"]),
    _index_where(
        "uq_messages_vendor_id", "vendor_id IS NOT NULL", "bot_id", "session_id", "vendor_id", unique=True
    ),
    sqlite_with_rowid=False,
)

handovers = sa.Table(
    "handovers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("bot_id", sa.Text, nullable=False),
    sa.Column("session_id", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("requested_at", Moment, nullable=False),
    *_actor("requested_by"),
    sa.Column("claimed_at", Moment),
    *_actor("claimed_by"),
    # When more people were told that nobody had claimed it.
    sa.Column("escalated_at", Moment),
    # The first message of an agent after it was asked for.
    sa.Column("answered_at", Moment),
    sa.Column("ended_at", Moment),
    *_actor("ended_by"),
    # `returned` or `resolved`.
    sa.Column("outcome", sa.Text),
    sa.ForeignKeyConstraint(["bot_id", "session_id"], ["sessions.bot_id", "sessions.id"]),
    sa.Index("ix_handovers_session_id", "bot_id", "session_id", "requested_at"),
    # With what medians are made of.
    sa.Index("ix_handovers_requested_at", "requested_at", "bot_id", "claimed_at", "answered_at"),
    # The queue of those who wait for an agent.
    _index_where("ix_handovers_waiting", "claimed_at IS NULL AND ended_at IS NULL", "requested_at", "id"),
    # One at a time.
    _index_where("uq_handovers_open", "ended_at IS NULL", "bot_id", "session_id", unique=True),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", Id, primary_key=True),
    # Merged into which person, and which one at the end of all merges; itself where it was not merged.
    sa.Column("parent_id", Id),
    sa.Column("root_id", Id, nullable=False),
    # Of a root: over the leads of all that were merged into it. The newest non-empty value of each field.
    sa.Column("name", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("phone", sa.Text),
    sa.Column("lead_count", sa.Integer, nullable=False),
    sa.Column("first_at", Moment, nullable=False),
    sa.Column("last_at", Moment, nullable=False),
    _index_where("ix_people_last_at", "parent_id IS NULL", "last_at", "id"),
    _index_where("ix_people_root_id", "parent_id IS NOT NULL", "root_id"),
    sqlite_with_rowid=False,
)

person_keys = sa.Table(
    "person_keys",
    metadata,
    # A normalised e-mail address or phone number, and whose it was first. Merges leave it as it is.
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("person_id", Id, nullable=False),
    sqlite_with_rowid=False,
)

merges = sa.Table(
    "merges",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("survivor_id", Id, nullable=False),
    sa.Column("absorbed_id", Id, nullable=False),
    sa.Column("reason", sa.Text),
    # The lead that linked the two; none where somebody merged them.
    sa.Column("lead_id", Id),
    sa.Column("at", Moment, nullable=False),
    *_actor("merged_by"),
    sa.Column("undone_at", Moment),
    *_actor("undone_by"),
    sa.Index("ix_merges_survivor_id", "survivor_id"),
    sa.Index("ix_merges_absorbed_id", "absorbed_id"),
)

leads = sa.Table(
    "leads",
    metadata,
    # In the order they were stored; what the search index knows a lead by.
    sa.Column("number", Serial, sa.Identity(), primary_key=True),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("bot_id", sa.Text, nullable=False),
    sa.Column("session_id", sa.Text, nullable=False),
    # Whom it belongs to today, and to whom it came: what undoing a merge goes by.
    sa.Column("person_id", Id),
    sa.Column("home_id", Id),
    sa.Column("name", sa.Text),
    sa.Column("name_key", ByteText, nullable=False, server_default=""),
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
    sa.ForeignKeyConstraint(["bot_id", "session_id"], ["sessions.bot_id", "sessions.id"]),
    # Behind the order stand the other columns that are often asked for together with the first: what does
    # not fit is passed over without a look at the lead.
    sa.Index("ix_leads_bot_id_created_at", "bot_id", "created_at", "id", "status", "owner"),
    sa.Index("ix_leads_created_at", "created_at", "id", "bot_id"),
    sa.Index("ix_leads_changed_at", "changed_at", "id", "bot_id"),
    sa.Index("ix_leads_name_key", "name_key", "id", "bot_id"),
    sa.Index("ix_leads_status", "status", "created_at", "id", "bot_id", "owner"),
    _index_where("ix_leads_owner", "owner IS NOT NULL", "owner", "created_at", "id", "bot_id", "status"),
    sa.Index("ix_leads_session_id", "session_id", "bot_id"),
    sa.Index("ix_leads_person_id", "person_id", "created_at", "id"),
    sa.Index("ix_leads_words", "words", postgresql_using="gin").ddl_if(dialect="postgresql"),
)
for _statement in sqlite.SEARCH_INDEX:
    sa.event.listen(leads, "after_create", _only_on("sqlite", _statement))

tallies = sa.Table(
    "tallies",
    metadata,
    # What was stored in each quarter of an hour, which every time zone's hours and days are made of. A
    # quarter may have several parts, and only their sum means something.
    sa.Column("at", Moment, primary_key=True),
    sa.Column("part", sa.BigInteger, primary_key=True),
    sa.Column("leads", sa.BigInteger, nullable=False),
    sa.Column("sessions", sa.BigInteger, nullable=False),
    # Those of the sessions that became leads, whenever that was.
    sa.Column("converted", sa.BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
for _engine, _statements in (("sqlite", sqlite.TALLYING), ("postgresql", postgresql.TALLYING)):
    for _statement in _statements:
        # The last of the tables that the triggers speak of.
        sa.event.listen(metadata, "after_create", _only_on(_engine, _statement))

lead_tags = sa.Table(
    "lead_tags",
    metadata,
    sa.Column("tag", sa.Text, primary_key=True),
    sa.Column("lead_id", Id, sa.ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True),
    sa.Index("ix_lead_tags_lead_id", "lead_id"),
    sqlite_with_rowid=False,
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("lead_id", Id, sa.ForeignKey("leads.id", ondelete="CASCADE"), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    *_actor("written_by"),
    sa.Index("ix_notes_lead_id", "lead_id", "at", "id"),
)

lead_changes = sa.Table(
    "lead_changes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("lead_id", Id, sa.ForeignKey("leads.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    *_actor("changed_by"),
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("before", Json),
    sa.Column("after", Json),
    sa.Index("ix_lead_changes_lead_id", "lead_id", "at", "id"),
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
    # The answer that is given again, as text; none where it is not to be given again.
    sa.Column("answer", Json),
    # Whose data the answer holds: with them it goes.
    sa.Column("lead_id", Id, sa.ForeignKey("leads.id", ondelete="CASCADE")),
    sa.Column("bot_id", sa.Text),
    sa.Column("session_id", sa.Text),
    sa.Column("person_id", Id, sa.ForeignKey("people.id", ondelete="CASCADE")),
    sa.Column("created_at", Moment, nullable=False),
    sa.ForeignKeyConstraint(["bot_id", "session_id"], ["sessions.bot_id", "sessions.id"], ondelete="CASCADE"),
    sa.Index("ix_idempotency_keys_created_at", "created_at"),
    _index_where("ix_idempotency_keys_lead_id", "lead_id IS NOT NULL", "lead_id"),
    _index_where("ix_idempotency_keys_session_id", "session_id IS NOT NULL", "session_id", "bot_id"),
    _index_where("ix_idempotency_keys_person_id", "person_id IS NOT NULL", "person_id"),
    sqlite_with_rowid=False,
)

events = sa.Table(
    "events",
    metadata,
    # The place in the feed. A number is never given twice: whoever has read up to it would miss the second.
    sa.Column("number", Serial, sa.Identity(), primary_key=True),
    sa.Column("id", Id, nullable=False, unique=True),
    sa.Column("type", sa.Text, nullable=False),
    # NULL: of no single bot.
    sa.Column("bot_id", sa.Text),
    # What it is about: all about one thing is delivered in order.
    sa.Column("subject", sa.Text, nullable=False),
    # The one that it is for alone.
    sa.Column("endpoint_id", Id),
    sa.Column("at", Moment, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Index("ix_events_subject", "subject"),
    sqlite_autoincrement=True,
)

endpoints = sa.Table(
    "endpoints",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("form", sa.Text, nullable=False),
    sa.Column("template", sa.Text),
    # NULL: all of them, also those yet to come.
    sa.Column("types", Json),
    sa.Column("bots", Json),
    sa.Column("headers", Json, nullable=False),
    sa.Column("secret", sa.Text, nullable=False),
    # The one before it signs too, for a while.
    sa.Column("old_secret", sa.Text),
    sa.Column("old_secret_until", Moment),
    # Of mail: how many minutes are gathered into one.
    sa.Column("digest_minutes", sa.Integer),
    sa.Column("enabled", sa.Boolean, nullable=False),
    # Events up to this one came before it, or while it was off.
    sa.Column("from_number", Serial, nullable=False),
    # Since when no attempt has gone well, and why it was switched off, where nobody did it.
    sa.Column("failing_since", Moment),
    sa.Column("disabled_reason", sa.Text),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("number", Serial, sa.Identity(), primary_key=True),
    sa.Column("event_number", Serial, sa.ForeignKey("events.number", ondelete="CASCADE"), nullable=False),
    sa.Column("endpoint_id", Id, sa.ForeignKey("endpoints.id", ondelete="CASCADE"), nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    # `waiting` behind another one, `due`, `delivered` or `dropped`.
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("due_at", Moment, nullable=False),
    # Until then somebody is at it.
    sa.Column("leased_until", Moment),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("finished_at", Moment),
    sa.Index("ix_deliveries_event_number", "event_number"),
    sa.Index("ix_deliveries_endpoint_id", "endpoint_id", "number"),
    # What there is to do holds no finished ones, however many they are.
    _index_where("ix_deliveries_due", "state = 'due'", "endpoint_id", "due_at"),
    _index_where(
        "uq_deliveries_unfinished",
        "finished_at IS NULL",
        "endpoint_id",
        "subject",
        "event_number",
        unique=True,
    ),
)

attempts = sa.Table(
    "attempts",
    metadata,
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
    # How the receiver's answer begins.
    sa.Column("answer", sa.Text),
    sa.Index("ix_attempts_delivery_number", "delivery_number"),
    sa.Index("ix_attempts_endpoint_id", "endpoint_id", "id"),
    sa.Index("ix_attempts_subject", "subject", "id"),
)

markers = sa.Table(
    "markers",
    metadata,
    # How far somebody who reads the feed has come.
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("number", Serial, nullable=False),
    sqlite_with_rowid=False,
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("email", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    # NULL: all of them.
    sa.Column("bots", Json),
    sa.Column("preferences", Json, nullable=False),
    sa.Column("password_hash", sa.Text),
    sa.Column("totp_secret", sa.Text),
    # The last step of time whose code was taken: none is taken twice.
    sa.Column("totp_step", Serial, nullable=False, server_default="0"),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("last_seen_at", Moment),
    sa.Column("disabled_at", Moment),
)

sign_ins = sa.Table(
    "sign_ins",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    sa.Column("hash", sa.Text, nullable=False, unique=True),
    sa.Column("device", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Index("ix_sign_ins_user_id", "user_id"),
)

links = sa.Table(
    "links",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE")),
    sa.Column("expires_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor_id", sa.Text, nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("deed", sa.Text, nullable=False),
    sa.Column("subject", sa.Text),
    sa.Column("facts", Json, nullable=False),
    sa.Index("ix_audit_actor_id", "actor_id", "id"),
    sa.Index("ix_audit_subject", "subject", "id"),
    sa.Index("ix_audit_deed", "deed", "id"),
)

views = sa.Table(
    "views",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("user_id", Id, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("shared", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Index("ix_views_user_id", "user_id"),
)

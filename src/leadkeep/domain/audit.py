"""The audit log: who did what, and who looked at what."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec


class Deed(StrEnum):
    """What is written down; the part before the dot is what it was done to."""

    SIGNED_IN = "user.signed_in"
    SIGN_IN_REFUSED = "user.sign_in_refused"
    SIGNED_OUT = "user.signed_out"
    USER_CREATED = "user.created"
    USER_CHANGED = "user.changed"
    PASSWORD_SET = "user.password_set"  # noqa: S105 - a deed
    SECOND_FACTOR_SET = "user.second_factor_set"
    LINK_MADE = "user.link_made"
    LEAD_READ = "lead.read"
    LEAD_CHANGED = "lead.changed"
    LEADS_CHANGED = "leads.changed"
    LEADS_EXPORTED = "leads.exported"
    LEAD_DELETED = "lead.deleted"
    PERSON_READ = "person.read"
    PERSON_DELETED = "person.deleted"
    PEOPLE_MERGED = "person.merged"
    MERGE_UNDONE = "person.unmerged"
    SESSION_READ = "session.read"
    SESSION_DELETED = "session.deleted"
    BOT_CREATED = "bot.created"
    BOT_CHANGED = "bot.changed"
    BOT_DELETED = "bot.deleted"
    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"
    ENDPOINT_CREATED = "endpoint.created"
    ENDPOINT_CHANGED = "endpoint.changed"
    ENDPOINT_DELETED = "endpoint.deleted"
    SECRET_ROTATED = "endpoint.secret_rotated"  # noqa: S105 - a deed
    REDELIVERED = "endpoint.redelivered"
    AUDIT_EXPORTED = "audit.exported"


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """`subject` is the id of what it was done to. `facts` never hold what a visitor left."""

    id: str
    at: datetime
    actor_id: str
    actor_name: str
    deed: Deed
    subject: str | None
    facts: dict[str, Any] = {}


class AuditFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Every condition given must hold. `start` is inclusive, `end` is not."""

    actor_id: str | None = None
    deed: Deed | None = None
    subject: str | None = None
    start: datetime | None = None
    end: datetime | None = None

"""A lead: one capture of contact details in one session."""

from datetime import datetime
from typing import Any

import msgspec

MAX_SESSION_ID = 200
MAX_NAME = 1_000
MAX_EMAIL = 1_000
MAX_PHONE = 200


class NewLead(msgspec.Struct, frozen=True, kw_only=True):
    """A capture as a face parsed it. None is a field never sent, "" one sent empty."""

    bot_id: str
    session_id: str | None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    attributes: dict[str, Any] = {}
    origin: str


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    """A stored lead.

    `name`, `email`, `phone` are as typed. `email_normal` and `phone_e164` are their comparable forms,
    `email_problem` and `phone_problem` say why there is none (see `contact`). `origin` names the face.
    """

    id: str
    bot_id: str
    session_id: str
    name: str | None
    email: str | None
    email_normal: str | None
    email_problem: str | None
    phone: str | None
    phone_e164: str | None
    phone_problem: str | None
    attributes: dict[str, Any]
    origin: str
    created_at: datetime


class LeadFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which leads to list; every condition given must hold. `created_from` is inclusive, `created_to` not."""

    bot_id: str | None = None
    session_id: str | None = None
    email: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


class Position(msgspec.Struct, frozen=True):
    """Where a row stands in a list ordered by time: the last one seen is where the next page goes on."""

    at: datetime
    id: str

"""A lead: one capture of contact details in one session, and what a team makes of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from leadkeep.domain.contact import phone_key
from leadkeep.domain.search import Search

MAX_SESSION_ID = 200
MAX_NAME = 1_000
MAX_EMAIL = 1_000
MAX_PHONE = 200


class Status(StrEnum):
    NEW = "new"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    WON = "won"
    LOST = "lost"
    SPAM = "spam"


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
    `email_problem` and `phone_problem` say what is wrong with them (see `contact`). `origin` names the face
    it came in by, or `transcript` where it was found in the message `message_id`. `person_id` is whom it
    belongs to, `home_id` whom it came to before any merges. `value` is a decimal number in `currency`
    (ISO 4217). `version` grows with every change.
    """

    id: str
    bot_id: str
    session_id: str
    person_id: str | None = None
    home_id: str | None = None
    name: str | None
    email: str | None
    email_normal: str | None
    email_problem: str | None
    email_disposable: bool = False
    email_role: bool = False
    phone: str | None
    phone_e164: str | None
    phone_problem: str | None
    phone_region: str | None = None
    phone_type: str | None = None
    attributes: dict[str, Any]
    origin: str
    message_id: str | None = None
    status: Status = Status.NEW
    owner: str | None = None
    tags: tuple[str, ...] = ()
    value: str | None = None
    currency: str | None = None
    version: int = 1
    created_at: datetime
    changed_at: datetime

    def person_keys(self) -> list[str]:
        """What tells whose lead it is: the e-mail address before the phone number, each where it is sure."""
        keys = [self.email_normal] if self.email_normal else []
        if self.phone_e164 and not self.phone_problem:
            keys.append(phone_key(self.phone_e164))
        return keys


EXPORTED = tuple(name for name in Lead.__struct_fields__ if name != "home_id")
"""The fields of an export, in their order: all but what only merges go by."""


class Sort(StrEnum):
    """The order of a list; `-` is the other way round.

    `BEST` is for searches: leads that have all words whole before those that only have their beginnings,
    newest first in each.
    """

    NEWEST = "-created"
    OLDEST = "created"
    LAST_CHANGED = "-changed"
    FIRST_CHANGED = "changed"
    A_TO_Z = "name"
    Z_TO_A = "-name"
    BEST = "best"


class LeadFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which leads to list; every condition given must hold, and no status given means any.

    Of times, `_from` is inclusive and `_to` is not. `email` is a normal form. `attribute` is a key and the
    text of its value. `has_email`: one was given; `valid_email`: it amounts to one. `handed_over`: the
    session was, at some time; `waiting`: the session waits for an agent now.
    """

    bot_id: str | None = None
    session_id: str | None = None
    email: str | None = None
    person_id: str | None = None
    statuses: tuple[Status, ...] = ()
    owner: str | None = None
    tag: str | None = None
    origin: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None
    changed_from: datetime | None = None
    changed_to: datetime | None = None
    has_email: bool | None = None
    has_phone: bool | None = None
    valid_email: bool | None = None
    valid_phone: bool | None = None
    handed_over: bool | None = None
    waiting: bool | None = None
    attribute: tuple[str, str] | None = None
    search: Search | None = None


class Position(msgspec.Struct, frozen=True):
    """Where a row stands in a list: the last one seen is where the next page goes on.

    `key` is what the list is ordered by, a time unless it says otherwise. `part`: of a list that has several
    parts one after the other, the one that the row is in.
    """

    key: datetime | str
    id: str
    part: int = 0


class LeadCount(msgspec.Struct, frozen=True):
    """`exact` is false where it is an estimate."""

    count: int
    exact: bool

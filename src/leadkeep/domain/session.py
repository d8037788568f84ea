"""A session: one conversation of one visitor with one bot."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from leadkeep.domain.handover import HandoverState
from leadkeep.domain.lead import Lead
from leadkeep.domain.visit import Visit


class Session(Visit, frozen=True, kw_only=True):
    """A stored session, with its visit.

    `lead_at` is when it became a lead: its first lead, or its hand-over. `name`, `email` and `phone` are as
    in `SessionContact`. `handed_over_at` is its first hand-over, `handover` how the newest one stands, and
    `waiting_since` when that was requested, of one that waits.
    """

    bot_id: str
    id: str
    created_at: datetime
    lead_at: datetime | None
    name: str | None
    email: str | None
    phone: str | None
    handed_over_at: datetime | None
    handover: HandoverState | None
    waiting_since: datetime | None


class SessionFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which sessions to list; every condition given must hold. `created_from` is inclusive, `created_to` not.

    `handed_over`: whether it ever was. `is_lead`: whether it is a lead.
    """

    bot_id: str | None = None
    handover: HandoverState | None = None
    handed_over: bool | None = None
    is_lead: bool | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


class SessionContact(msgspec.Struct, frozen=True, kw_only=True):
    """What a session knows of its visitor: the newest non-empty value of each field over all its leads.

    `phone` is E.164 where it parses. `lead_at` is the time of its first lead.
    """

    bot_id: str
    id: str
    lead_at: datetime
    name: str | None
    email: str | None
    phone: str | None


def contacts_of(leads: Iterable[Lead]) -> list[SessionContact]:
    """One contact for each session among the leads, which come oldest first.

    They leave sorted by bot and session, so that two processes that write the same sessions at once take
    the rows in the same order and cannot deadlock.
    """
    found: dict[tuple[str, str], SessionContact] = {}
    for lead in leads:
        place = (lead.bot_id, lead.session_id)
        found[place] = _joined(found.get(place), lead)
    return [found[place] for place in sorted(found)]


def _joined(before: SessionContact | None, lead: Lead) -> SessionContact:
    phone = lead.phone_e164 or lead.phone
    return SessionContact(
        bot_id=lead.bot_id,
        id=lead.session_id,
        lead_at=before.lead_at if before else lead.created_at,
        name=lead.name or (before.name if before else None),
        email=lead.email or (before.email if before else None),
        phone=phone or (before.phone if before else None),
    )

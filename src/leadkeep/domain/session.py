"""A session: one conversation of one visitor with one bot."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from leadkeep.domain.lead import Lead


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

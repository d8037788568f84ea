"""Capture leads: sessions, leads and idempotency keys of many captures, in one transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from leadkeep.actions import clock
from leadkeep.actions.merge_people import merge_linked
from leadkeep.domain.contact import Email, Phone, read_email, read_phone
from leadkeep.domain.errors import InvalidError, LeadkeepError, NotFoundError
from leadkeep.domain.lead import Lead, NewLead
from leadkeep.domain.session import contacts_of
from leadkeep.storage import bots, idempotency, leads, people, sessions
from leadkeep.storage.database import Store
from leadkeep.storage.idempotency import Kept
from leadkeep.storage.people import Placed

IDEMPOTENCY_LIFE = timedelta(hours=24)

Place = tuple[str, str]
"""A caller's id and the Idempotency-Key it sent."""


class Once(NamedTuple):
    """The wish that this capture happens once, however often it is sent."""

    place: Place
    body_hash: str


class Capture(NamedTuple):
    """One lead on its way in.

    `makes_bot`: its bot, where there is none, is to be made. `bot_known`: there was one a moment ago.
    """

    lead: Lead
    makes_bot: bool = False
    once: Once | None = None
    bot_known: bool = False


Outcome = Lead | LeadkeepError


def new_lead(new: NewLead, region: str | None = None) -> Lead:
    """The lead as it will be stored: with an id, the time, and what its contact details amount to.

    `region` is the bot's.
    """
    return lead_with(new, read_email(new.email), read_phone(new.phone, region))


def lead_with(new: NewLead, email: Email, phone: Phone, message_id: str | None = None) -> Lead:
    """The same where it is known what the contact details amount to."""
    now = clock.now()
    return Lead(
        id=clock.new_id(),
        bot_id=new.bot_id,
        session_id=new.session_id or clock.new_id(),
        name=new.name,
        email=new.email,
        email_normal=email.normal,
        email_problem=email.problem,
        email_disposable=email.disposable,
        email_role=email.role,
        phone=new.phone,
        phone_e164=phone.e164,
        phone_problem=phone.problem,
        phone_region=phone.region,
        phone_type=phone.type,
        attributes=new.attributes,
        origin=new.origin,
        message_id=message_id,
        created_at=now,
        changed_at=now,
    )


def capture(store: Store, captures: Sequence[Capture]) -> list[Outcome]:
    """Store them all, or raise and store none. Only a reused Idempotency-Key refuses one of many."""
    since = clock.now() - IDEMPOTENCY_LIFE
    kept = _kept(store, captures, since)
    outcomes: list[Outcome] = []
    new: list[Capture] = []
    for item in captures:
        outcomes.append(_outcome(item, kept))
        if outcomes[-1] is item.lead:
            new.append(item)
    stored = _add(store, new)
    # Sorted, so that two processes that were sent the same keys wait for one another in turn, not in a ring.
    for place, body_hash, lead in sorted((*item.once, item.lead) for item in new if item.once):
        idempotency.keep(store, place, body_hash, lead, since)
    return [stored.get(outcome.id, outcome) if isinstance(outcome, Lead) else outcome for outcome in outcomes]


def capture_alone(store: Store, item: Capture) -> Outcome:
    """The same for one whose batch failed: its bot may have been deleted under it."""
    if not item.makes_bot and bots.get(store, item.lead.bot_id) is None:
        return NotFoundError(f"Bot {item.lead.bot_id} not found")
    return capture(store, [item._replace(bot_known=False)])[0]


def _kept(store: Store, captures: Sequence[Capture], since: datetime) -> dict[Place, Kept]:
    places = {item.once.place for item in captures if item.once}
    return idempotency.find(store, places, since) if places else {}


def _outcome(item: Capture, kept: dict[Place, Kept]) -> Outcome:
    if item.once is None:
        return item.lead
    first = kept.setdefault(item.once.place, Kept(item.once.body_hash, item.lead))
    if first.body_hash != item.once.body_hash:
        return InvalidError("Idempotency-Key", "This Idempotency-Key was used with another body")
    return first.lead


def _add(store: Store, new: Sequence[Capture]) -> dict[str, Lead]:
    """The new leads as they are stored, with their people, by id."""
    if not new:
        return {}
    wanted = (item.lead.bot_id for item in new if item.makes_bot and not item.bot_known)
    bots.add_missing(store, wanted, new[0].lead.created_at)
    placed = people.place(store, [item.lead for item in new])
    return {lead.id: lead for lead in store_placed(store, placed)}


def store_placed(store: Store, placed: Placed) -> list[Lead]:
    """Store leads that know their people, and tell their sessions of them; the leads as they are then."""
    sessions.record(store, contacts_of(placed.leads))
    leads.add(store, placed.leads)
    return merge_linked(store, placed)

"""Capture leads: sessions, leads and idempotency keys of many captures, in one transaction."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from leadkeep.actions import clock, once
from leadkeep.actions.merge_people import merge_linked
from leadkeep.actions.once import Found, Once
from leadkeep.actions.tell import tell_captured, tell_merged
from leadkeep.domain.contact import Email, Phone, read_email, read_phone
from leadkeep.domain.errors import LeadkeepError, NotFoundError
from leadkeep.domain.lead import Lead, NewLead
from leadkeep.domain.session import contacts_of
from leadkeep.storage import bots, idempotency, leads, people, sessions
from leadkeep.storage.idempotency import About, Kept, Place, ToKeep
from leadkeep.storage.people import Placed
from leadkeep.storage.store import Store


class Capture(NamedTuple):
    """One lead on its way in.

    `makes_bot`: its bot, where there is none, is to be made. `bot_known`: there was one a moment ago.
    """

    lead: Lead
    makes_bot: bool = False
    once: Once | None = None
    bot_known: bool = False


Outcome = Lead | LeadkeepError


class _First(NamedTuple):
    request_hash: str
    lead: Lead


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
    """Store them all, or raise and store none. Only its Idempotency-Key refuses one of many."""
    wishes = [item.once for item in captures if item.once]
    found = once.find(store, wishes) if wishes else Found({}, frozenset())
    firsts: dict[Place, _First] = {}
    outcomes: list[Outcome] = []
    new: list[Capture] = []
    for item in captures:
        outcomes.append(_outcome(item, found, firsts))
        if outcomes[-1] is item.lead:
            new.append(item)
    stored = _add(store, new)
    idempotency.keep(store, [_to_keep(stored[item.lead.id], item.once) for item in new if item.once])
    return [stored.get(outcome.id, outcome) if isinstance(outcome, Lead) else outcome for outcome in outcomes]


def capture_alone(store: Store, item: Capture) -> Outcome:
    """The same for one whose batch failed: its bot may have been deleted under it."""
    if not item.makes_bot and bots.get(store, item.lead.bot_id) is None:
        return NotFoundError(f"Bot {item.lead.bot_id} not found")
    return capture(store, [item._replace(bot_known=False)])[0]


def _outcome(item: Capture, found: Found, firsts: dict[Place, _First]) -> Outcome:
    """`firsts`: of the captures at hand, the first with each key."""
    if item.once is None:
        return item.lead
    try:
        kept = found.of(item.once)
        if kept is not None:
            return _lead_of(kept)
        first = firsts.setdefault(item.once.place, _First(item.once.request_hash, item.lead))
        once.check_same(item.once, first.request_hash)
    except LeadkeepError as error:
        return error
    return first.lead


def _lead_of(kept: Kept) -> Lead:
    """The lead as it was captured, whatever became of it since: that was the answer."""
    return _LEADS.decode(once.answer_of(kept))


# Made before there are threads: see `storage.rows`.
_LEADS = msgspec.json.Decoder(Lead)


def _to_keep(lead: Lead, wish: Once) -> ToKeep:
    answer = msgspec.json.encode(lead).decode()
    return ToKeep(wish.place, Kept(wish.request_hash, answer), About(lead_id=lead.id), lead.created_at)


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
    stored, merges = merge_linked(store, placed)
    tell_captured(store, stored)
    for merge in merges:
        tell_merged(store, merge)
    return stored

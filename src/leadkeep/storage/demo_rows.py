"""Visits of a demo, as rows: in few statements what captures, transcripts and a team's work leave."""

from collections.abc import Iterable, Sequence
from itertools import chain

import msgspec
import sqlalchemy as sa

from leadkeep.demo.businesses import Business
from leadkeep.demo.conversations import state_of
from leadkeep.demo.visit import Changed, Noted, Visit
from leadkeep.domain.bot import Bot
from leadkeep.domain.handover import Handover
from leadkeep.domain.lead import Lead
from leadkeep.domain.moments import iso_z
from leadkeep.domain.session import SessionContact
from leadkeep.domain.words import words_of
from leadkeep.storage import bots, leads, messages, schema
from leadkeep.storage.bulk_insert import Row
from leadkeep.storage.bulk_load import BulkLoad
from leadkeep.storage.database import Store


def holds_sessions(store: Store) -> bool:
    """Whether anything was captured into this database."""
    return store.execute(sa.select(schema.sessions.c.id).limit(1)).first() is not None


def add_bot(store: Store, bot: Bot, business: Business) -> None:
    bots.add(store, bot)
    region = sa.update(schema.bots).where(schema.bots.c.id == bot.id).values(region=business.region)
    store.execute(region)


def add_sessions(store: Store, visits: Sequence[Visit], contacts: Iterable[SessionContact]) -> None:
    """`contacts`: what the sessions know of their visitors by their leads."""
    known = {(contact.bot_id, contact.id): contact for contact in contacts}
    _SESSIONS.execute(
        store, [_session_row(visit, known.get((visit.bot_id, visit.session_id))) for visit in visits]
    )


_SESSIONS = BulkLoad(
    schema.sessions,
    (
        "bot_id",
        "id",
        "created_at",
        "lead_at",
        "name",
        "email",
        "phone",
        "handed_over_at",
        "handover",
        "page_url",
        "referrer",
        "utm",
        "locale",
        "country",
        "user_agent",
        "browser",
        "os",
        "device",
    ),
)


def _session_row(visit: Visit, contact: SessionContact | None) -> Row:
    handover = visit.handover
    return (
        visit.bot_id,
        visit.session_id,
        iso_z(visit.created_at),
        iso_z(visit.lead_at) if visit.lead_at else None,
        *((contact.name, contact.email, contact.phone) if contact else (None, None, None)),
        iso_z(handover.requested_at) if handover else None,
        state_of(handover).value if handover else None,
        visit.page_url,
        visit.referrer,
        _json(visit.utm),
        visit.locale,
        visit.country,
        visit.browser.user_agent,
        visit.browser.browser,
        visit.browser.os,
        visit.browser.device,
    )


def add_leads(store: Store, placed: Sequence[Lead], notes: Sequence[Noted]) -> None:
    """With what was made of them, and found by their notes too."""
    texts: dict[str, list[str]] = {}
    for note in reversed(notes):
        texts.setdefault(note.lead_id, []).append(note.text)
    _LEADS.execute(store, [_lead_row(lead, texts.get(lead.id)) for lead in placed])
    _TAGS.execute(store, [(tag, lead.id) for lead in placed for tag in lead.tags])


_TO_THE_END = leads.NEW.index("created_at")
_WORK = ("status", "owner", "tags", "value", "currency", "version")
_LEADS = BulkLoad(schema.leads, (*leads.NEW[:_TO_THE_END], *_WORK, *leads.NEW[_TO_THE_END:]))
_TAGS = BulkLoad(schema.lead_tags, ("tag", "lead_id"))


def _lead_row(lead: Lead, notes: list[str] | None) -> Row:
    new = leads.new_row(lead)
    created_at, _, words = new[_TO_THE_END:]
    if notes:
        words = words_of(lead.name, lead.email, lead.phone, lead.phone_e164, notes)
    return (
        *new[:_TO_THE_END],
        lead.status.value,
        lead.owner,
        _json(lead.tags) if lead.tags else "[]",
        lead.value,
        lead.currency,
        str(lead.version),
        created_at,
        iso_z(lead.changed_at),
        words,
    )


def add_work(store: Store, visits: Sequence[Visit]) -> None:
    """What was said, who took over, and the histories and notes of leads that are there."""
    messages.load(store, list(chain.from_iterable(visit.messages for visit in visits)))
    _HANDOVERS.execute(store, [_handover_row(visit.handover) for visit in visits if visit.handover])
    _CHANGES.execute(store, [_change_row(change) for visit in visits for change in visit.changes])
    _NOTES.execute(store, [_note_row(note) for visit in visits for note in visit.notes])


_HANDOVERS = BulkLoad(schema.handovers, Handover.__struct_fields__)
_CHANGES = BulkLoad(
    schema.lead_changes,
    ("id", "lead_id", "at", "changed_by_id", "changed_by_name", "field", "before", "after"),
)
_NOTES = BulkLoad(schema.notes, ("id", "lead_id", "text", "at", "written_by_id", "written_by_name"))


def _handover_row(handover: Handover) -> Row:
    moments = {"requested_at", "claimed_at", "answered_at", "ended_at"}
    return tuple(
        iso_z(value) if value and name in moments else value
        for name, value in msgspec.structs.asdict(handover).items()
    )


def _change_row(change: Changed) -> Row:
    values = (change.before, change.after)
    return (
        change.id,
        change.lead_id,
        iso_z(change.at),
        *change.by,
        change.field,
        *(None if value is None else _json(value) for value in values),
    )


def _note_row(note: Noted) -> Row:
    return (note.id, note.lead_id, note.text, iso_z(note.at), *note.by)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()

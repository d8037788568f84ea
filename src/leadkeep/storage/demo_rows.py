"""A demo's stories as rows: in few statements what captures, conversations and a team's work leave."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from leadkeep.demo.story import Story
from leadkeep.domain.handover import Handover
from leadkeep.domain.lead import Lead
from leadkeep.domain.moments import iso_z
from leadkeep.domain.note import Note
from leadkeep.domain.session import Session
from leadkeep.domain.tags import tag_key
from leadkeep.domain.words import words_of
from leadkeep.storage import lead_changes, leads, messages, schema
from leadkeep.storage.bulk_insert import Row
from leadkeep.storage.bulk_load import BulkLoad
from leadkeep.storage.store import Store


class DemoRows(NamedTuple):
    """`leads` are those of `lead_rows`, in the order of time; their people are found when they are stored."""

    leads: list[Lead]
    lead_rows: list[Row]
    tags: list[Row]
    sessions: list[Row]
    messages: list[Row]
    handovers: list[Row]
    changes: list[Row]
    notes: list[Row]


def holds_sessions(store: Store) -> bool:
    """Whether anything was captured into this database."""
    return store.execute(sa.select(schema.sessions.c.id).limit(1)).first() is not None


def rows_of(stories: Sequence[Story]) -> DemoRows:
    new = sorted((lead for story in stories for lead in story.leads), key=_place_in_time)
    noted: dict[str, list[str]] = {}
    for story in stories:
        for note in reversed(story.notes):
            noted.setdefault(note.lead_id, []).append(note.text)
    return DemoRows(
        leads=new,
        lead_rows=[_lead_row(lead, noted.get(lead.id)) for lead in new],
        tags=[(tag_key(tag), lead.id) for lead in new for tag in lead.tags],
        sessions=[_session_row(story.session) for story in stories],
        messages=[messages.row(message) for story in stories for message in story.messages],
        handovers=[_handover_row(story.handover) for story in stories if story.handover],
        changes=[lead_changes.row(change) for story in stories for change in story.changes],
        notes=[_note_row(note) for story in stories for note in story.notes],
    )


def add(store: Store, rows: DemoRows, placed: Sequence[Lead]) -> None:
    """`placed`: the leads with their people, who are there."""
    _SESSIONS.execute(store, rows.sessions)
    _LEADS.execute(
        store,
        [
            (*row[:_PERSON], lead.person_id, lead.home_id, *row[_PERSON + 2 :])
            for row, lead in zip(rows.lead_rows, placed, strict=True)
        ],
    )
    _TAGS.execute(store, rows.tags)
    _MESSAGES.execute(store, rows.messages)
    _HANDOVERS.execute(store, rows.handovers)
    _CHANGES.execute(store, rows.changes)
    _NOTES.execute(store, rows.notes)


def _names(table: sa.Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.columns)


_PERSON = leads.NEW.index("person_id")
_TO_THE_END = leads.NEW.index("created_at")
_WORK = ("status", "owner", "tags", "value", "currency", "version")
_LEADS = BulkLoad(schema.leads, (*leads.NEW[:_TO_THE_END], *_WORK, *leads.NEW[_TO_THE_END:]))
_SESSION = tuple(name for name in _names(schema.sessions) if name in Session.__struct_fields__)
_SESSIONS = BulkLoad(schema.sessions, _SESSION)
_TAGS = BulkLoad(schema.lead_tags, _names(schema.lead_tags))
_MESSAGES = BulkLoad(schema.messages, _names(schema.messages))
_HANDOVERS = BulkLoad(schema.handovers, _names(schema.handovers))
_CHANGES = BulkLoad(schema.lead_changes, _names(schema.lead_changes))
_NOTES = BulkLoad(schema.notes, _names(schema.notes))


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


def _session_row(session: Session) -> Row:
    return tuple(
        _json(session.utm.given()) if name == "utm" else _text(getattr(session, name)) for name in _SESSION
    )


def _handover_row(handover: Handover) -> Row:
    return tuple(_text(getattr(handover, name)) for name in _names(schema.handovers))


def _note_row(note: Note) -> Row:
    return tuple(_text(getattr(note, name)) for name in _names(schema.notes))


def _text(value: str | datetime | None) -> str | None:
    return iso_z(value) if isinstance(value, datetime) else value


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _place_in_time(lead: Lead) -> tuple[datetime, str]:
    return lead.created_at, lead.id

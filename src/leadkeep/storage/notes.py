"""Notes, as rows; a lead is found by their words too."""

from datetime import datetime

import msgspec
import sqlalchemy as sa

from leadkeep.domain.lead import Lead, Position
from leadkeep.domain.note import Note
from leadkeep.domain.words import words_of
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import leads, notes
from leadkeep.storage.store import Store
from leadkeep.storage.types import is_id

_note = reader_of(Note)

FOUND_BY = 100
"""A lead's newest notes, whose words it is found by: so that to add one more takes no longer each time."""


def add(store: Store, note: Note) -> None:
    store.execute(sa.insert(notes), msgspec.structs.asdict(note))


def delete(store: Store, lead_id: str, note_id: str) -> bool:
    """False where the lead has no such note."""
    if not is_id(note_id):
        return False
    return store.execute(_DELETE, {"of_lead": lead_id, "note_id": note_id}).rowcount == 1


_OF_LEAD = notes.c.lead_id == sa.bindparam("of_lead")
_DELETE = sa.delete(notes).where(notes.c.id == sa.bindparam("note_id"), _OF_LEAD)


def page(store: Store, lead_id: str, after: Position | None, limit: int) -> list[Note]:
    """A lead's notes, newest first, from behind `after` on."""
    given = {"of_lead": lead_id, "rows": limit}
    if after is None:
        rows = store.execute(_FIRST, given)
    else:
        rows = store.execute(_FURTHER, {**given, "after_at": after.key, "after_id": after.id})
    return [_note(row) for row in rows]


_FIRST = (
    sa.select(notes)
    .where(_OF_LEAD)
    .order_by(notes.c.at.desc(), notes.c.id.desc())
    .limit(sa.bindparam("rows", type_=sa.Integer))
)
_FURTHER = _FIRST.where(
    sa.tuple_(notes.c.at, notes.c.id)
    < sa.tuple_(
        sa.bindparam("after_at", type_=notes.c.at.type), sa.bindparam("after_id", type_=notes.c.id.type)
    )
)


def have_changed(store: Store, lead: Lead, at: datetime) -> None:
    """Let the lead, which is locked, be found by the notes that it has now."""
    texts = [note.text for note in page(store, lead.id, None, FOUND_BY)]
    words = words_of(lead.name, lead.email, lead.phone, lead.phone_e164, texts)
    store.execute(_FIND_BY, {"lead_id": lead.id, "found_by": words, "at": at})


_FIND_BY = (
    sa.update(leads)
    .where(leads.c.id == sa.bindparam("lead_id"))
    .values(words=sa.bindparam("found_by"), changed_at=sa.bindparam("at"))
)

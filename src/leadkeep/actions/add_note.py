"""Add a note to a lead."""

from msgspec.structs import replace

from leadkeep.actions import clock
from leadkeep.actions.lead_work import lock_lead, next_moment, past_change
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.tell import tell_updated
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.lead_change import Change
from leadkeep.domain.note import Note, checked_note
from leadkeep.storage import lead_changes, notes
from leadkeep.storage.store import Store


def add_note(store: Store, grant: Grant, lead_id: str, text: str) -> Note:
    """The lead is found by its words from now on. Its history names the note, and does not repeat it.

    It overwrites nobody's work: the lead's version stays. Raises InvalidError, MalformedError, NotFoundError.
    """
    grant.require(Permission.WRITE)
    checked = checked_note(text)
    lead = lock_lead(store, grant, lead_id)
    note = Note(
        id=clock.new_id(),
        lead_id=lead.id,
        text=checked,
        at=next_moment(lead),
        written_by_id=grant.id,
        written_by_name=grant.name,
    )
    notes.add(store, note)
    notes.have_changed(store, lead, note.at)
    change = Change("note", None, note.id)
    lead_changes.add(store, [past_change(grant, lead.id, note.at, change)])
    tell_updated(store, grant, replace(lead, changed_at=note.at), [change])
    note_deed(store, grant, Deed.LEAD_CHANGED, lead.id, fields=["note"])
    return note

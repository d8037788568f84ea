"""Delete a note."""

from msgspec.structs import replace

from leadkeep.actions.lead_work import lock_lead, next_moment, past_change
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.tell import tell_updated
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.lead_change import Change
from leadkeep.storage import idempotency, lead_changes, notes
from leadkeep.storage.store import Store


def delete_note(store: Store, grant: Grant, lead_id: str, note_id: str) -> None:
    """Its text is gone then; that there was one stays in the lead's history. Raises NotFoundError."""
    grant.require(Permission.WRITE)
    lead = lock_lead(store, grant, lead_id)
    if not notes.delete(store, lead.id, note_id):
        raise NotFoundError(f"Note {note_id[:100]} not found")
    idempotency.hide(store, note_id, lead_id=lead.id)
    at = next_moment(lead)
    notes.have_changed(store, lead, at)
    change = Change("note", note_id, None)
    lead_changes.add(store, [past_change(grant, lead.id, at, change)])
    tell_updated(store, grant, replace(lead, changed_at=at), [change])
    note_deed(store, grant, Deed.LEAD_CHANGED, lead.id, fields=["note"])

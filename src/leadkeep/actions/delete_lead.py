"""Delete a lead with all that hangs on it."""

from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.tell import tell_deleted
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import NotFoundError
from leadkeep.storage import deletions, leads, sessions
from leadkeep.storage.store import Store


def delete_lead(store: Store, grant: Grant, lead_id: str) -> None:
    """Its tags, notes and history too; its session stays, with what was said there.

    Raises NotFoundError, also for a lead of a bot outside the grant.
    """
    grant.require(Permission.WRITE)
    store.dialect.lock_people(store.connection)
    lead = leads.get(store, lead_id)
    if lead is None or not grant.covers(lead.bot_id):
        raise NotFoundError(f"Lead {lead_id} not found")
    deletions.lock_sessions(store, [(lead.bot_id, lead.session_id)])
    deletions.delete_leads(store, [lead])
    sessions.say_anew(store, lead.bot_id, lead.session_id)
    tell_deleted(store, grant, [lead])
    note_deed(store, grant, Deed.LEAD_DELETED, lead.id, bot=lead.bot_id)

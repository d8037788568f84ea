"""Read a lead's notes, page by page."""

from leadkeep.actions.read_leads import get_lead
from leadkeep.domain.access import Grant
from leadkeep.domain.lead import Position
from leadkeep.domain.note import Note
from leadkeep.storage import notes
from leadkeep.storage.store import Store


def read_notes(store: Store, grant: Grant, lead_id: str, after: Position | None, limit: int) -> list[Note]:
    """Newest first. Raises NotFoundError, also for a lead of a bot outside the grant."""
    lead = get_lead(store, grant, lead_id)
    return notes.page(store, lead.id, after, limit)

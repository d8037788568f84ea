"""Read a lead's history, page by page."""

from leadkeep.actions.read_leads import get_lead
from leadkeep.domain.access import Grant
from leadkeep.domain.lead import Position
from leadkeep.domain.lead_change import PastChange
from leadkeep.storage import lead_changes
from leadkeep.storage.store import Store


def read_history(
    store: Store, grant: Grant, lead_id: str, after: Position | None, limit: int
) -> list[PastChange]:
    """Newest first. Raises NotFoundError, also for a lead of a bot outside the grant."""
    lead = get_lead(store, grant, lead_id)
    return lead_changes.page(store, lead.id, after, limit)

"""Read the ledger: of an endpoint, an event or a lead, and the attempts at one delivery."""

from leadkeep.actions.endpoint_work import known_endpoint, may_see
from leadkeep.actions.read_events import get_event
from leadkeep.actions.read_leads import get_lead
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.ledger import Delivery, LedgerFilter, PastAttempt
from leadkeep.storage import endpoints, ledger
from leadkeep.storage.store import Store


def deliveries_to(
    store: Store, grant: Grant, endpoint_id: str, wanted: LedgerFilter, before: int | None, limit: int
) -> list[Delivery]:
    """A page of them, newest first. Raises ForbiddenError, NotFoundError."""
    known_endpoint(store, grant, endpoint_id)
    return ledger.page(store, wanted, before, limit)


def deliveries_of_lead(
    store: Store, grant: Grant, lead_id: str, before: int | None, limit: int
) -> list[Delivery]:
    """A page of what was told of it, newest first. Whoever may read the lead may know who was told of it.

    Raises ForbiddenError, NotFoundError.
    """
    lead = get_lead(store, grant, lead_id)
    return ledger.page(store, LedgerFilter(subject=lead.id), before, limit)


def deliveries_of_event(
    store: Store, grant: Grant, event_id: str, before: int | None, limit: int
) -> list[Delivery]:
    """A page of them, newest first. Raises ForbiddenError, NotFoundError."""
    event = get_event(store, grant, event_id)
    return ledger.page(store, LedgerFilter(event_id=event.id), before, limit)


def get_delivery(store: Store, grant: Grant, number: int) -> Delivery:
    """Raises ForbiddenError, NotFoundError."""
    grant.require(Permission.ADMIN)
    found = ledger.get(store, number)
    endpoint = endpoints.get(store, found.endpoint_id) if found else None
    if found is None or endpoint is None or not may_see(grant, endpoint):
        raise NotFoundError(f"Delivery {number} not found")
    return found


def attempts_at(store: Store, grant: Grant, number: int) -> list[PastAttempt]:
    """Oldest first, with what the receiver answered. Raises ForbiddenError, NotFoundError."""
    return ledger.attempts_at(store, get_delivery(store, grant, number).number)

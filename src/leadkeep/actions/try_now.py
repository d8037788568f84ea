"""Try a delivery now that waits for another attempt."""

from leadkeep.actions import clock
from leadkeep.actions.endpoint_work import known_endpoint
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.read_ledger import get_delivery
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import ConflictError, NotFoundError
from leadkeep.storage import deliveries
from leadkeep.storage.store import Store


def try_now(store: Store, grant: Grant, endpoint_id: str, number: int) -> None:
    """Raises ConflictError where the endpoint is off, or it waits for none; ForbiddenError, NotFoundError."""
    endpoint = known_endpoint(store, grant, endpoint_id)
    delivery = get_delivery(store, grant, number)
    if delivery.endpoint_id != endpoint.id:
        raise NotFoundError(f"Delivery {number} not found")
    if not endpoint.enabled:
        raise ConflictError("This endpoint is switched off; switch it on first")
    if not deliveries.hurry(store, endpoint.id, clock.now(), number):
        raise ConflictError("This delivery does not wait for another attempt any more")
    note_deed(store, grant, Deed.REDELIVERED, endpoint.id)

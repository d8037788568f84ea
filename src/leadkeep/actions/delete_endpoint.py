"""Delete an endpoint."""

from leadkeep.actions.endpoint_work import known_endpoint
from leadkeep.actions.note_deed import note_deed
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.storage import endpoints, markers
from leadkeep.storage.store import Store


def delete_endpoint(store: Store, grant: Grant, endpoint_id: str) -> None:
    """With what is on its way to it, and its ledger. Raises ForbiddenError, NotFoundError."""
    # Whoever records an attempt takes the deliveries first: all take turns before that.
    markers.lock(store, markers.DELIVERIES)
    found = known_endpoint(store, grant, endpoint_id, lock=True)
    endpoints.delete(store, found.id)
    note_deed(store, grant, Deed.ENDPOINT_DELETED, found.id)

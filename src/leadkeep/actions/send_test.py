"""Send a test to an endpoint."""

from leadkeep.actions.endpoint_work import known_endpoint
from leadkeep.actions.tell import tell_test
from leadkeep.domain.access import Grant
from leadkeep.domain.errors import ConflictError
from leadkeep.storage.store import Store


def send_test(store: Store, grant: Grant, endpoint_id: str) -> str:
    """The id of an event for this endpoint alone; it is tried once.

    Raises ConflictError where the endpoint is off, ForbiddenError, NotFoundError.
    """
    endpoint = known_endpoint(store, grant, endpoint_id)
    if not endpoint.enabled:
        raise ConflictError("This endpoint is switched off; switch it on to test it")
    return tell_test(store, endpoint, grant)

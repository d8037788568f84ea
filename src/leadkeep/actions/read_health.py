"""Read how endpoints are doing."""

from leadkeep.actions.read_endpoints import get_endpoint, list_endpoints
from leadkeep.domain.access import Grant
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.ledger import Health
from leadkeep.storage import ledger
from leadkeep.storage.store import Store


def read_health(store: Store, grant: Grant) -> list[tuple[Endpoint, Health]]:
    """Of each endpoint that the caller could have made, oldest first. Raises ForbiddenError."""
    found = list_endpoints(store, grant)
    known = ledger.health(store)
    return [(endpoint, known.get(endpoint.id, Health())) for endpoint in found]


def health_of(store: Store, grant: Grant, endpoint_id: str) -> tuple[Endpoint, Health]:
    """Raises ForbiddenError, NotFoundError."""
    endpoint = get_endpoint(store, grant, endpoint_id)
    return endpoint, ledger.health(store, endpoint.id).get(endpoint.id, Health())

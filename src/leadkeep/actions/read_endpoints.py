"""Read endpoints."""

from leadkeep.actions.endpoint_work import known_endpoint, may_see
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.endpoint import Endpoint
from leadkeep.storage import endpoints
from leadkeep.storage.store import Store


def list_endpoints(store: Store, grant: Grant) -> list[Endpoint]:
    """Those that the caller could have made, oldest first. Raises ForbiddenError."""
    grant.require(Permission.ADMIN)
    return [endpoint for endpoint in endpoints.every(store) if may_see(grant, endpoint)]


def get_endpoint(store: Store, grant: Grant, endpoint_id: str) -> Endpoint:
    """Raises ForbiddenError, NotFoundError."""
    return known_endpoint(store, grant, endpoint_id)

"""Create an endpoint."""

import secrets

from msgspec.structs import replace

from leadkeep.actions import clock
from leadkeep.actions.endpoint_work import check_reach, end_of_feed, try_template
from leadkeep.actions.note_deed import note_deed
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.endpoint_change import EndpointChange, check_secret, new_secret
from leadkeep.domain.errors import ConflictError
from leadkeep.storage import endpoints
from leadkeep.storage.store import Store

SECRET_BYTES = 32
MAX_ENDPOINTS = 1_000


def create_endpoint(
    store: Store, grant: Grant, settings: EndpointChange, secret: str | None = None
) -> Endpoint:
    """It gets what happens from now on. Raises ConflictError for too many, ForbiddenError, InvalidError,
    MalformedError."""
    grant.require(Permission.ADMIN)
    now = clock.now()
    signs = new_secret(secrets.token_bytes(SECRET_BYTES)) if secret is None else check_secret(secret)
    blank = Endpoint(id=clock.new_id(), url="", secret=signs, created_at=now, changed_at=now)
    endpoint = settings.applied_to(blank)
    check_reach(grant, endpoint)
    try_template(endpoint)
    if endpoints.count(store) >= MAX_ENDPOINTS:
        raise ConflictError(f"There are {MAX_ENDPOINTS} endpoints already")
    new = replace(endpoint, from_number=end_of_feed(store))
    endpoints.add(store, new)
    note_deed(store, grant, Deed.ENDPOINT_CREATED, new.id)
    return new

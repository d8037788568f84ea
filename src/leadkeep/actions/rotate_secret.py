"""Rotate the secret that an endpoint's events are signed with."""

import secrets
from datetime import timedelta

from msgspec.structs import replace

from leadkeep.actions import clock
from leadkeep.actions.create_endpoint import SECRET_BYTES
from leadkeep.actions.endpoint_work import known_endpoint
from leadkeep.actions.note_deed import note_deed
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.endpoint_change import check_secret, new_secret
from leadkeep.storage import endpoints
from leadkeep.storage.store import Store


def rotate_secret(
    store: Store, grant: Grant, endpoint_id: str, overlap: timedelta, secret: str | None = None
) -> Endpoint:
    """The endpoint with its new secret; the one before signs too until the overlap is over.

    Raises ForbiddenError, InvalidError, NotFoundError.
    """
    before = known_endpoint(store, grant, endpoint_id, lock=True)
    now = clock.now()
    after = replace(
        before,
        secret=new_secret(secrets.token_bytes(SECRET_BYTES)) if secret is None else check_secret(secret),
        old_secret=before.secret,
        old_secret_until=now + overlap,
        changed_at=now,
    )
    endpoints.save(store, after)
    note_deed(store, grant, Deed.SECRET_ROTATED, after.id)
    return after

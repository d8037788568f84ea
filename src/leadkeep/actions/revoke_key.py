"""Revoke a key."""

from leadkeep.actions import clock
from leadkeep.actions.note_deed import note_deed
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.key import Key
from leadkeep.storage import keys
from leadkeep.storage.store import Store


def revoke_key(store: Store, grant: Grant, key_id: str) -> Key:
    """The key as it is now. Every process obeys within `gate.FRESH_FOR` seconds. Raises NotFoundError."""
    grant.require(Permission.ADMIN)
    key = keys.get(store, key_id)
    if key is None or not grant.contains(key.permissions, key.bots):
        raise NotFoundError(f"Key {key_id} not found")
    keys.revoke(store, key_id, clock.now())
    note_deed(store, grant, Deed.KEY_REVOKED, key_id)
    return keys.get(store, key_id) or key

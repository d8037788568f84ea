"""List keys."""

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.key import Key
from leadkeep.storage import keys
from leadkeep.storage.store import Store


def list_keys(store: Store, grant: Grant) -> list[Key]:
    """Oldest first, the revoked ones too: those that the grant could have made itself."""
    grant.require(Permission.ADMIN)
    return [key for key in keys.every(store) if grant.contains(key.permissions, key.bots)]

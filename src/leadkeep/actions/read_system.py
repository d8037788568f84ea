"""Read how the installation is doing, as far as its database tells."""

from typing import NamedTuple

from leadkeep.actions.user_work import require_owner
from leadkeep.domain.access import Grant
from leadkeep.domain.user import Role
from leadkeep.storage import system, users
from leadkeep.storage.store import Store
from leadkeep.storage.system import DatabaseFacts


class System(NamedTuple):
    """`owners_by_password_alone`: those who could sign in without a second factor."""

    database: DatabaseFacts
    owners_by_password_alone: int


def read_system(store: Store, grant: Grant) -> System:
    """Raises ForbiddenError."""
    require_owner(grant)
    owners = [user for user in users.every(store) if user.role is Role.OWNER and user.disabled_at is None]
    return System(system.facts(store), sum(user.has_password and not user.has_totp for user in owners))

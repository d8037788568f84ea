"""What the verbs that work on users have in common."""

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.errors import ConflictError, NotFoundError
from leadkeep.domain.user import User
from leadkeep.storage import users
from leadkeep.storage.store import Store


def require_owner(grant: Grant) -> None:
    """Raises ForbiddenError."""
    grant.require(Permission.ADMIN)
    grant.require_all_bots()


def known_user(store: Store, user_id: str) -> User:
    """Raises NotFoundError."""
    user = users.get(store, user_id)
    if user is None:
        raise NotFoundError(f"User {user_id[:100]} not found")
    return user


def require_an_owner(store: Store) -> None:
    """Raises ConflictError where nobody is left who could let anybody in."""
    if not users.owners(store):
        raise ConflictError("There must be an owner who can sign in; make another one first")

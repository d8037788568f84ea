"""Read users: all, or one."""

from leadkeep.actions.user_work import known_user, require_owner
from leadkeep.domain.access import Grant
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.user import User, check_email
from leadkeep.storage import users
from leadkeep.storage.store import Store


def list_users(store: Store, grant: Grant) -> list[User]:
    """Oldest first, the disabled ones too. Raises ForbiddenError."""
    require_owner(grant)
    return users.every(store)


def get_user(store: Store, grant: Grant, user_id: str) -> User:
    """Raises ForbiddenError, NotFoundError."""
    require_owner(grant)
    return known_user(store, user_id)


def find_user(store: Store, grant: Grant, email: str) -> User:
    """By address. Raises ForbiddenError, InvalidError, NotFoundError."""
    require_owner(grant)
    user = users.by_email(store, check_email(email))
    if user is None:
        raise NotFoundError(f"There is no user {email[:200]}; `leadkeep users list` shows who there is")
    return user


def names_of_users(store: Store) -> list[str]:
    """Of those who can sign in: whom a lead can be given to."""
    return [user.name for user in users.every(store) if user.disabled_at is None]

"""Read users: all, or one."""

from leadkeep.actions.user_work import known_user, require_owner
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.user import User, check_email
from leadkeep.storage import users
from leadkeep.storage.store import Store


def anybody_here(store: Store) -> bool:
    return users.any_there(store)


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


def names_of_workers(store: Store, bot_id: str | None = None) -> list[str]:
    """Of those who may work on the bot's leads: whom one can be given to."""
    able = (user for user in users.every(store) if user.disabled_at is None)
    grants = ((user.name, user.grant()) for user in able)
    return [
        name
        for name, grant in grants
        if grant.has(Permission.WRITE) and (bot_id is None or grant.covers(bot_id))
    ]

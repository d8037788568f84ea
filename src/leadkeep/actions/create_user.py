"""Create a user."""

from leadkeep.actions import clock
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.user_work import require_owner
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import ConflictError
from leadkeep.domain.user import Role, User, check_bots, check_email, check_name
from leadkeep.storage import users
from leadkeep.storage.store import Store

MAX_USERS = 1_000


def create_user(
    store: Store, grant: Grant, email: str, name: str, role: Role, bots: tuple[str, ...] | None = None
) -> User:
    """Who has no password yet: a link lets them set one. Raises ConflictError, ForbiddenError, InvalidError,
    MalformedError."""
    require_owner(grant)
    user = new_user(email, name, role, bots)
    known = users.lock_all(store)
    if any(one.email == user.email for one in known):
        raise ConflictError(f"There is a user {user.email} already")
    if len(known) >= MAX_USERS:
        raise ConflictError(f"There are {MAX_USERS} users already")
    users.add(store, user)
    note_deed(store, grant, Deed.USER_CREATED, user.id, role=user.role.value)
    return user


def new_user(email: str, name: str, role: Role, bots: tuple[str, ...] | None = None) -> User:
    """Raises InvalidError, MalformedError."""
    return User(
        id=clock.new_id(),
        email=check_email(email),
        name=check_name(name),
        role=role,
        bots=None if bots is None or role is Role.OWNER else check_bots(bots),
        created_at=clock.now(),
    )

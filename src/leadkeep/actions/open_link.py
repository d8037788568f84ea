"""Open a one-time link: see what it is for, and use it."""

from leadkeep.actions import clock
from leadkeep.actions.create_user import new_user
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.user_work import known_user
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.key import token_hash
from leadkeep.domain.sign_in import Link, Purpose
from leadkeep.domain.user import Role, User
from leadkeep.storage import sign_ins, users
from leadkeep.storage.store import Store


def look_at_link(store: Store, token: str) -> tuple[Link, User | None]:
    """What it is for, and whose it is. Raises NotFoundError for one that is unknown, used or too old."""
    link = sign_ins.link_by_hash(store, token_hash(token))
    if link is None or clock.now() >= link.expires_at:
        raise _gone()
    user = None if link.user_id is None else known_user(store, link.user_id)
    if user is not None and user.disabled_at is not None:
        raise _gone()
    return link, user


def make_first_owner(store: Store, token: str, email: str, name: str, password_hash: str) -> User:
    """Raises InvalidError, MalformedError, and NotFoundError also where somebody was first."""
    link, _ = look_at_link(store, token)
    owner = new_user(email, name, Role.OWNER)
    if link.purpose is not Purpose.FIRST_OWNER or not sign_ins.use_link(store, token_hash(token)):
        raise _gone()
    # Two servers that started at once have printed a link each.
    store.dialect.lock_people(store.connection)
    if users.any_there(store):
        raise _gone()
    users.add(store, owner, password_hash)
    note_deed(store, owner.grant(), Deed.USER_CREATED, owner.id, role=owner.role.value)
    return known_user(store, owner.id)


def set_password_by_link(store: Store, token: str, password_hash: str) -> User:
    """The user is signed out everywhere. Raises NotFoundError."""
    _, user = look_at_link(store, token)
    if user is None or not sign_ins.use_link(store, token_hash(token)):
        raise _gone()
    users.set_password(store, user.id, password_hash)
    sign_ins.end_all(store, user.id)
    note_deed(store, user.grant(), Deed.PASSWORD_SET, user.id)
    return user


def _gone() -> NotFoundError:
    return NotFoundError("This link has been used or is too old; ask for a new one")

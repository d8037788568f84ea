"""Change a user: what they are called, what they may do, whether they may sign in."""

from leadkeep.actions import clock
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.user_work import known_user, require_an_owner, require_owner
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.domain.user import User, UserChange
from leadkeep.storage import sign_ins, users
from leadkeep.storage.store import Store


def change_user(store: Store, grant: Grant, user_id: str, change: UserChange) -> User:
    """The user as they are afterwards; one who is disabled is signed out everywhere.

    Raises ConflictError where no owner would be left, ForbiddenError, InvalidError, NotFoundError.
    """
    require_owner(grant)
    checked = change.checked()
    users.lock_all(store)
    before = known_user(store, user_id)
    after = checked.applied_to(before, clock.now())
    users.save(store, after)
    require_an_owner(store)
    if after.disabled_at is not None:
        sign_ins.end_all(store, user_id)
    changed = [name for name in ("name", "role", "bots", "disabled_at") if _differ(before, after, name)]
    if changed:
        note_deed(store, grant, Deed.USER_CHANGED, user_id, fields=changed, role=after.role.value)
    return after


def _differ(before: User, after: User, name: str) -> bool:
    return bool(getattr(before, name) != getattr(after, name))

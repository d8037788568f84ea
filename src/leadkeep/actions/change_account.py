"""Change one's own account: password, second factor, and how one likes the console."""

from msgspec.structs import replace

from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.user_work import known_user
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.time_zone import check_time_zone, time_zone_names
from leadkeep.domain.user import LANGUAGES, Preferences, User, check_name
from leadkeep.storage import sign_ins, users
from leadkeep.storage.store import Store


def change_own_password(store: Store, grant: Grant, password_hash: str, sign_in_id: str) -> None:
    """Whose old password was verified. All other browsers are signed out."""
    users.set_password(store, grant.id, password_hash)
    sign_ins.end_all(store, grant.id, but=sign_in_id)
    note_deed(store, grant, Deed.PASSWORD_SET, grant.id)


def set_second_factor(store: Store, grant: Grant, secret: str | None, step: int = 0) -> None:
    """None takes it away. `step`: whose code was shown; it is not taken again."""
    users.set_totp(store, grant.id, secret, step)
    note_deed(store, grant, Deed.SECOND_FACTOR_SET, grant.id, on=secret is not None)


def begin_time_zone(store: Store, user: User, name: str) -> None:
    """The one that their first browser tells; none where they have chosen, or there is no such zone."""
    if user.preferences.time_zone is None and name in time_zone_names():
        users.save(store, replace(user, preferences=replace(user.preferences, time_zone=name)))


def change_preferences(store: Store, grant: Grant, name: str, preferences: Preferences) -> User:
    """Raises InvalidError, MalformedError."""
    if preferences.language is not None and preferences.language not in LANGUAGES:
        raise InvalidError("language", f"language must be one of {', '.join(LANGUAGES)}")
    if preferences.time_zone is not None:
        check_time_zone(preferences.time_zone, "time_zone")
    before = known_user(store, grant.id)
    users.set_liked(store, grant.id, check_name(name), preferences)
    after = known_user(store, grant.id)
    if after.name != before.name:
        note_deed(store, grant, Deed.USER_CHANGED, grant.id, fields=["name"], role=after.role.value)
    return after

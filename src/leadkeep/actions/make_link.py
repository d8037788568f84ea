"""Make a link that lets in once whoever opens it first."""

import secrets

from leadkeep.actions import clock
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.user_work import known_user, require_owner
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import ConflictError
from leadkeep.domain.key import TOKEN_BYTES, token_hash
from leadkeep.domain.sign_in import LINK_LIFE, Link, Purpose
from leadkeep.storage import sign_ins, users
from leadkeep.storage.store import Store


def link_to_first_owner(store: Store) -> str | None:
    """The token of the link that makes the first owner; None where there are users. Links before it end."""
    if users.any_there(store):
        return None
    return _made(store, Purpose.FIRST_OWNER, None)


def link_to_password(store: Store, grant: Grant, user_id: str, *, reset_totp: bool = False) -> str:
    """The token of the link that sets a user's password. `reset_totp`: it takes their second factor away, at
    once. Raises ConflictError for a disabled user, ForbiddenError, NotFoundError."""
    require_owner(grant)
    user = known_user(store, user_id)
    if user.disabled_at is not None:
        raise ConflictError("This user is disabled; enable them first")
    if reset_totp:
        users.set_totp(store, user.id, None)
    note_deed(store, grant, Deed.LINK_MADE, user.id, second_factor_removed=reset_totp)
    return _made(store, Purpose.PASSWORD, user.id)


def _made(store: Store, purpose: Purpose, user_id: str | None) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = Link(purpose=purpose, user_id=user_id, expires_at=clock.now() + LINK_LIFE)
    sign_ins.add_link(store, link, token_hash(token))
    return token

"""Sign in and out: from a password, or somebody else's word, to a token that a browser keeps."""

import secrets
from typing import NamedTuple

from leadkeep.actions import clock
from leadkeep.actions.note_deed import note_deed
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import NotFoundError, UnauthenticatedError
from leadkeep.domain.key import TOKEN_BYTES, token_hash
from leadkeep.domain.sign_in import MAX_DEVICE, SignIn
from leadkeep.domain.user import User
from leadkeep.storage import sign_ins, users
from leadkeep.storage.store import Store
from leadkeep.storage.users import Credentials


class Browser(NamedTuple):
    """`device` is what it calls itself, in words; `address` where it comes from."""

    device: str
    address: str


def credentials_of(store: Store, email: str) -> tuple[User | None, Credentials | None]:
    """Neither where nobody with this address may sign in."""
    user = users.by_email(store, email)
    if user is None or user.disabled_at is not None:
        return None, None
    return user, users.credentials(store, user.id)


def sign_in(store: Store, user: User, browser: Browser, how: str, totp_step: int | None = None) -> str:
    """The token. `totp_step`: whose code was shown; it is not taken again.

    Raises UnauthenticatedError where that was taken before, or the user has been disabled.
    """
    now = clock.now()
    current = users.get(store, user.id)
    if current is None or current.disabled_at is not None:
        raise UnauthenticatedError
    if totp_step is not None and not users.take_totp_step(store, user.id, totp_step):
        raise UnauthenticatedError
    token = secrets.token_urlsafe(TOKEN_BYTES)
    new = SignIn(
        id=clock.new_id(),
        user_id=user.id,
        device=browser.device[:MAX_DEVICE],
        address=browser.address,
        created_at=now,
        seen_at=now,
    )
    sign_ins.add(store, new, token_hash(token))
    users.seen(store, user.id, now)
    note_deed(store, user.grant(), Deed.SIGNED_IN, user.id, how=how, address=browser.address)
    return token


def refuse_sign_in(store: Store, user: User, browser: Browser) -> None:
    """Write down that somebody tried."""
    note_deed(store, user.grant(), Deed.SIGN_IN_REFUSED, user.id, address=browser.address)


def sign_out(store: Store, grant: Grant, sign_in_id: str) -> None:
    """Raises NotFoundError for another user's."""
    if not sign_ins.end(store, grant.id, sign_in_id):
        raise NotFoundError("This browser is signed out already")
    note_deed(store, grant, Deed.SIGNED_OUT, grant.id)


def sign_out_everywhere(store: Store, grant: Grant) -> None:
    ended = sign_ins.end_all(store, grant.id)
    note_deed(store, grant, Deed.SIGNED_OUT, grant.id, browsers=ended)


def list_sign_ins(store: Store, grant: Grant) -> list[SignIn]:
    """The caller's own, those seen last first."""
    now = clock.now()
    return [one for one in sign_ins.of_user(store, grant.id) if one.is_live(now)]

"""Create a key."""

import secrets

from leadkeep.actions import clock
from leadkeep.actions.note_deed import note_deed
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.errors import ForbiddenError, InvalidError
from leadkeep.domain.key import TOKEN_BYTES, TOKEN_PREFIX, Key, NewKey, token_hash, token_hint
from leadkeep.storage import keys
from leadkeep.storage.store import Store


def create_key(store: Store, grant: Grant, new: NewKey) -> tuple[Key, str]:
    """The key and its token, which is nowhere kept and so never shown again.

    Raises InvalidError, MalformedError, and ForbiddenError for a key that could do more than its maker.
    """
    grant.require(Permission.ADMIN)
    new = new.checked()
    now = clock.now()
    if new.expires_at is not None and new.expires_at <= now:
        raise InvalidError("expires_at", "expires_at must lie in the future")
    if not grant.contains(new.permissions, new.bots):
        raise ForbiddenError("A key can hold only for bots that this token holds for")
    if not grant.lasts_until(new.expires_at):
        raise ForbiddenError("A key cannot outlive the token that makes it: give it an expires_at")
    token = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    key = Key(
        id=clock.new_id(),
        name=new.name,
        hint=token_hint(token),
        permissions=new.permissions,
        bots=new.bots,
        created_at=now,
        expires_at=new.expires_at,
        last_used_at=None,
        revoked_at=None,
    )
    keys.add(store, key, token_hash(token))
    note_deed(store, grant, Deed.KEY_CREATED, key.id, permissions=sorted(key.permissions))
    return key, token

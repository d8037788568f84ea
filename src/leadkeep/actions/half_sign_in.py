"""Half of a sign-in: the password was right, and the second factor is still to come.

It is kept by the browser alone. Its seal is made with what only we hold of that user, so that nobody else can
make one, and it ends with the password or second factor it was made under.
"""

import hashlib
import hmac
from typing import NamedTuple
from urllib.parse import quote, unquote

from leadkeep.actions import clock
from leadkeep.domain.user import User
from leadkeep.storage import users
from leadkeep.storage.store import Store
from leadkeep.storage.users import Credentials

LIFE = 600
"""Seconds to find the code."""
_MAX_WANTED = 1_000


class Half(NamedTuple):
    """`wanted`: the path of ours to go to afterwards."""

    user: User
    totp_secret: str
    wanted: str


def begin_half(user: User, held: Credentials, browser: str, wanted: str) -> str:
    """What the browser is to keep. `browser`: a secret that it has already."""
    kept = wanted if len(wanted) <= _MAX_WANTED else ""
    facts = f"{user.id}.{int(clock.now().timestamp())}.{quote(kept)}"
    return f"{_seal(held, browser, facts)}.{facts}"


def read_half(store: Store, text: str, browser: str) -> Half | None:
    """None where it is none of ours, of another browser, too old, or not needed any more."""
    seal, _, facts = text.partition(".")
    user_id, _, rest = facts.partition(".")
    begun_at, _, wanted = rest.partition(".")
    user = users.get(store, user_id)
    held = None if user is None or user.disabled_at is not None else users.credentials(store, user.id)
    if user is None or held is None or held.totp_secret is None:
        return None
    if not hmac.compare_digest(_seal(held, browser, facts).encode(), seal.encode("utf-8", "replace")):
        return None
    if clock.now().timestamp() - int(begun_at) > LIFE:
        return None
    return Half(user, held.totp_secret, unquote(wanted))


def _seal(held: Credentials, browser: str, facts: str) -> str:
    key = f"{held.password_hash}\0{held.totp_secret}".encode()
    return hmac.new(key, f"half\0{browser}\0{facts}".encode("utf-8", "replace"), hashlib.sha256).hexdigest()

"""A key: an API token with permissions and the bots they hold for."""

import hashlib
import re
from datetime import datetime, timedelta

import msgspec

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import check_bot_id
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.text import as_text

TOKEN_PREFIX = "lk_"  # noqa: S105 - what makes a token recognisable to secret scanners, not a secret
TOKEN_BYTES = 32
MAX_NAME = 200
MAX_BOTS = 1_000
MAX_AGE = timedelta(days=36_525)
"""A hundred years. Without a limit the sum with today lies beyond what a datetime can hold."""

_AGE = re.compile(r"(\d{1,6})([smhdw])\Z")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """What a key is asked to be. `bots` None means all bots."""

    name: str
    permissions: frozenset[Permission]
    bots: frozenset[str] | None = None
    expires_at: datetime | None = None

    def checked(self) -> "NewKey":
        """The same in stored form. Raises InvalidError, MalformedError."""
        name = as_text(self.name, "name", MAX_NAME)
        if not name.strip():
            raise InvalidError("name", f"name must be 1 to {MAX_NAME} characters")
        if not self.permissions:
            raise InvalidError(
                "permissions", "permissions must name at least one of capture, read, write, admin"
            )
        if self.bots is not None and not 1 <= len(self.bots) <= MAX_BOTS:
            raise InvalidError("bots", f"bots must name 1 to {MAX_BOTS} bots, or be left out for all")
        for bot_id in self.bots or ():
            check_bot_id(bot_id, "bots")
        return msgspec.structs.replace(self, name=name)


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A stored key. The token itself is not here: `hint` is its beginning, enough to recognise it by."""

    id: str
    name: str
    hint: str
    permissions: frozenset[Permission]
    bots: frozenset[str] | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def grant(self) -> Grant:
        return Grant(
            id=self.id,
            name=self.name,
            permissions=self.permissions,
            bots=self.bots,
            expires_at=self.expires_at,
        )


def token_hash(token: str) -> str:
    """SHA-256, hex. A plain fast hash is right here: nobody guesses 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def token_hint(token: str) -> str:
    return token[:9]


def read_age(text: str) -> timedelta:
    """`90d`, `12h`, `30m`, `45s`, `2w`. Raises InvalidError."""
    found = _AGE.match(text.strip())
    if not found or not int(found[1]):
        raise InvalidError("expires", "expires must be a number and one of s m h d w, as in 90d")
    age = timedelta(**{_UNITS[found[2]]: int(found[1])})
    if age > MAX_AGE:
        raise InvalidError("expires", "expires must be at most 100 years")
    return age

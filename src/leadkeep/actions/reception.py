"""The reception: who sits behind a browser, and how often somebody may try to get in."""

from datetime import datetime, timedelta
from typing import NamedTuple

from cachetools import TTLCache
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from leadkeep.actions import clock
from leadkeep.actions.gate import FRESH_FOR
from leadkeep.actions.public_limits import network_of
from leadkeep.actions.quota import quota_of
from leadkeep.domain.access import Grant
from leadkeep.domain.errors import LeadkeepError, TooManyError, UnauthenticatedError
from leadkeep.domain.key import token_hash
from leadkeep.domain.sign_in import SignIn
from leadkeep.domain.user import User
from leadkeep.storage import sign_ins, users
from leadkeep.storage.database import Database
from leadkeep.storage.store import Store

PER_ADDRESS = "20/15 minutes"
PER_USER = "50/15 minutes"
"""More than one address may try: whoever knows somebody's address must not be able to lock them out soon."""
PER_ADDRESS_FROM_ELSEWHERE = "100/15 minutes"
"""Coming back from somebody else's sign-in: no password to guess, yet each time we ask there."""
_SEEN_EVERY = timedelta(minutes=5)


class Present(NamedTuple):
    """A user in one browser."""

    user: User
    sign_in: SignIn


class Reception:
    """Belongs to one event loop. Tries are counted in this process: with several workers, each allows as
    many."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: TTLCache[str, Present] = TTLCache(maxsize=10_000, ttl=FRESH_FOR)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._seen: TTLCache[str, datetime] = TTLCache(maxsize=10_000, ttl=_SEEN_EVERY.total_seconds())

    async def present(self, token: str | None) -> Present:
        """Raises UnauthenticatedError for no token, and one that is unknown, ended or too old."""
        if not token:
            raise UnauthenticatedError
        digest = token_hash(token)
        found = self._known.get(digest)
        if found is None:
            looked_up = await self._database.glance(_look_up, digest)
            if looked_up is None:
                raise UnauthenticatedError
            found = self._known[digest] = looked_up
            await self._note_seen(found)
        return found

    async def is_still(self, token: str | None, grant: Grant) -> bool:
        """Whether whoever was found to hold this is still in, and holds it still: to be asked again and again
        while an answer goes on."""
        try:
            return (await self.present(token)).user.grant() == grant
        except LeadkeepError:
            return False

    def forget(self) -> None:
        """Somebody was signed out or changed: whoever comes next is looked up anew."""
        self._known.clear()

    def count_try(self, address: str, email: str) -> None:
        """Before a password is looked at. Raises TooManyError, saying when to come back."""
        for rate, kind, who in (
            (parse(PER_ADDRESS), "address", network_of(address)),
            (parse(PER_USER), "user", email),
        ):
            self._hit(rate, kind, who)

    def count_return(self, address: str) -> None:
        """Before a provider is asked who came back from there. Raises TooManyError."""
        self._hit(parse(PER_ADDRESS_FROM_ELSEWHERE), "elsewhere", network_of(address))

    def _hit(self, rate: RateLimitItem, kind: str, who: str) -> None:
        if not self._limiter.hit(rate, kind, who):
            wait = quota_of(self._limiter, rate, kind, who).reset
            raise TooManyError("Too many tries to sign in; please wait", wait)

    async def _note_seen(self, present: Present) -> None:
        now = clock.now()
        sign_in = present.sign_in
        if now - self._seen.get(sign_in.id, sign_in.seen_at) < _SEEN_EVERY:
            return
        self._seen[sign_in.id] = now
        await self._database.write(_seen, present, now)


def _look_up(store: Store, digest: str) -> Present | None:
    sign_in = sign_ins.by_hash(store, digest)
    if sign_in is None or not sign_in.is_live(clock.now()):
        return None
    user = users.get(store, sign_in.user_id)
    return None if user is None or user.disabled_at is not None else Present(user, sign_in)


def _seen(store: Store, present: Present, now: datetime) -> None:
    sign_ins.seen(store, present.sign_in.id, now)
    users.seen(store, present.user.id, now)

"""Authenticate: from a bearer token to what it grants."""

import asyncio
from datetime import datetime
from typing import Protocol

from cachetools import TTLCache

from leadkeep.actions import clock
from leadkeep.domain.access import Grant
from leadkeep.domain.errors import UnauthenticatedError
from leadkeep.domain.key import TOKEN_PREFIX, Key, token_hash
from leadkeep.storage import keys
from leadkeep.storage.database import Database

FRESH_FOR = 2.0
"""Seconds that an answer is believed without asking the database: how long a revoked key may still work."""


_Known = tuple[Grant, datetime | None]
"""A grant, and until when it holds."""


class TokenIssuer(Protocol):
    """Somebody else whose tokens the operator trusts, such as an issuer of JWTs."""

    async def verify(self, token: str) -> tuple[Grant, datetime]:
        """What the token grants, and until when. Raises UnauthenticatedError."""


class Gate:
    """Remembers grants for a moment, and which keys were used, so that no request needs a write."""

    def __init__(self, database: Database, issuer: TokenIssuer | None = None) -> None:
        self._database = database
        self._issuer = issuer
        self._known: TTLCache[str, _Known] = TTLCache(maxsize=10_000, ttl=FRESH_FOR)
        self._asking: dict[str, asyncio.Task[_Known]] = {}
        self._last_used: dict[str, datetime] = {}

    async def grant(self, token: str | None) -> Grant:
        """Raises UnauthenticatedError for no token and for one that is unknown, expired or revoked."""
        if not token:
            raise UnauthenticatedError
        digest = token_hash(token)
        grant, until = self._known.get(digest) or await self._looked_up(token, digest)
        if until is not None and clock.now() >= until:
            raise UnauthenticatedError
        return grant

    async def flush(self) -> None:
        """Write down when keys were last used; called now and then, and at the end."""
        used, self._last_used = self._last_used, {}
        if not used:
            return
        try:
            await self._database.write(keys.touch, used)
        except Exception:
            self._last_used = used | self._last_used
            raise

    async def _looked_up(self, token: str, digest: str) -> _Known:
        """Asked once for all who come with it at the same time: a thousand streams do."""
        asking = self._asking.get(digest)
        if asking is None:
            asking = self._asking[digest] = asyncio.create_task(self._look_up(token, digest))
            asking.add_done_callback(lambda _: self._asking.pop(digest))
        known = self._known[digest] = await asyncio.shield(asking)
        return known

    async def _look_up(self, token: str, digest: str) -> _Known:
        if self._issuer is not None and not token.startswith(TOKEN_PREFIX):
            return await self._issuer.verify(token)
        return self._of_key(await self._database.glance(keys.by_hash, digest))

    def _of_key(self, key: Key | None) -> _Known:
        now = clock.now()
        if key is None or not key.is_live(now):
            raise UnauthenticatedError
        self._last_used[key.id] = now
        return key.grant(), key.expires_at

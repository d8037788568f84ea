"""Look a bot up, from memory where it was read a moment ago."""

from collections.abc import Collection

from cachetools import TTLCache

from leadkeep.domain.bot import Bot
from leadkeep.storage import bots
from leadkeep.storage.database import Database

FRESH_FOR = 2.0
"""Seconds that a bot is believed to be as it was read: how long a change takes to hold everywhere."""


class Directory:
    """Remembers only bots that exist, so that a new one is known at once."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: TTLCache[str, Bot] = TTLCache(maxsize=10_000, ttl=FRESH_FOR)

    async def find(self, bot_id: str) -> Bot | None:
        try:
            return self._known[bot_id]
        except KeyError:
            known = await self._database.glance(bots.get, bot_id)
        if known is not None:
            self._known[bot_id] = known
        return known

    async def find_all(self, bot_ids: Collection[str]) -> dict[str, Bot]:
        """Those of them that there are, by id."""
        remembered = ((bot_id, self._known.get(bot_id)) for bot_id in bot_ids)
        found = {bot_id: bot for bot_id, bot in remembered if bot is not None}
        unknown = frozenset(bot_ids) - found.keys()
        if not unknown:
            return found
        read = await self._database.read(bots.every, only=unknown, after="", limit=len(unknown))
        new = {bot.id: bot for bot in read}
        self._known.update(new)
        return found | new

    def forget(self, bot_id: str) -> None:
        """To be called after a change, so that whoever made it sees it at once."""
        self._known.pop(bot_id, None)

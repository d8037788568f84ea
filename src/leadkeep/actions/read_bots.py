"""Read bots: one, or a page of them."""

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import Bot, require_bot_id
from leadkeep.domain.errors import NotFoundError
from leadkeep.storage import bots
from leadkeep.storage.store import Store


def get_bot(store: Store, grant: Grant, bot_id: str) -> Bot:
    """Raises NotFoundError, also for a bot outside the grant."""
    require_bot_id(bot_id)
    grant.require(Permission.READ, bot_id)
    bot = bots.get(store, bot_id)
    if bot is None:
        raise NotFoundError(f"Bot {bot_id} not found")
    return bot


def list_bots(store: Store, grant: Grant, *, after: str = "", limit: int) -> list[Bot]:
    """The bots that the grant covers, by id, those above `after`."""
    grant.require(Permission.READ)
    return bots.every(store, only=grant.bots, after=after, limit=limit)

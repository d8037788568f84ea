"""Create a bot."""

from leadkeep.actions import clock
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import Bot, BotChange, check_bot_id
from leadkeep.domain.errors import ConflictError
from leadkeep.storage import bots
from leadkeep.storage.database import Store


def create_bot(store: Store, grant: Grant, bot_id: str, settings: BotChange) -> Bot:
    """Make a bot with these settings. Raises ConflictError where there is one of that id already."""
    grant.require(Permission.ADMIN)
    grant.require_all_bots()
    check_bot_id(bot_id, "id")
    settings = settings.checked()
    if not bots.add(store, Bot(id=bot_id, name=bot_id, created_at=clock.now())):
        raise ConflictError(f"There is a bot {bot_id} already")
    changed = bots.change(store, bot_id, settings)
    assert changed is not None  # noqa: S101 - it was made in this very transaction
    return changed

"""Create a bot."""

from leadkeep.actions import clock
from leadkeep.actions.note_deed import note_deed
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.bot import Bot, BotChange, check_bot_id
from leadkeep.domain.errors import ConflictError
from leadkeep.storage import bots
from leadkeep.storage.store import Store


def create_bot(store: Store, grant: Grant, bot_id: str, settings: BotChange) -> Bot:
    """Make a bot with these settings. Raises as `checked` does; ConflictError where the id is taken."""
    grant.require(Permission.ADMIN)
    grant.require_all_bots()
    check_bot_id(bot_id, "id")
    bot = settings.checked().applied_to(Bot(id=bot_id, name=bot_id, created_at=clock.now()))
    if not bots.add(store, bot):
        raise ConflictError(f"There is a bot {bot_id} already")
    note_deed(store, grant, Deed.BOT_CREATED, bot_id)
    return bot

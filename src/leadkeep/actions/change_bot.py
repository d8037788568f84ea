"""Change a bot's settings."""

from leadkeep.actions.note_deed import note_deed
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.bot import Bot, BotChange, require_bot_id
from leadkeep.domain.errors import NotFoundError
from leadkeep.storage import bots
from leadkeep.storage.store import Store


def change_bot(store: Store, grant: Grant, bot_id: str, change: BotChange) -> Bot:
    """The bot as it is afterwards. Raises InvalidError, MalformedError, NotFoundError."""
    require_bot_id(bot_id)
    grant.require(Permission.ADMIN, bot_id)
    changed = bots.change(store, bot_id, change.checked())
    if changed is None:
        raise NotFoundError(f"Bot {bot_id} not found")
    note_deed(store, grant, Deed.BOT_CHANGED, bot_id)
    return changed

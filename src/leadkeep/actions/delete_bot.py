"""Delete a bot that holds nothing."""

from leadkeep.actions.note_deed import note_deed
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.audit import Deed
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.errors import ConflictError, NotFoundError
from leadkeep.storage import bots
from leadkeep.storage.store import Store


def delete_bot(store: Store, grant: Grant, bot_id: str) -> None:
    """Raises NotFoundError, and ConflictError where it has sessions: they never go along the way."""
    require_bot_id(bot_id)
    grant.require(Permission.ADMIN, bot_id)
    if not bots.is_empty(store, bot_id):
        raise ConflictError(f"Bot {bot_id} has sessions; only an empty bot can be deleted")
    if not bots.delete(store, bot_id):
        raise NotFoundError(f"Bot {bot_id} not found")
    note_deed(store, grant, Deed.BOT_DELETED, bot_id)

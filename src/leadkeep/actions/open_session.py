"""Open a session: make it, and its bot, on the fly where they are not there."""

from datetime import datetime

from leadkeep.domain.access import Grant
from leadkeep.domain.bot import Bot, require_bot_id
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.session_id import checked_session_id
from leadkeep.storage import bots, sessions
from leadkeep.storage.store import Store


def open_session(store: Store, grant: Grant, bot_id: str, session_id: str, at: datetime) -> str:
    """The session's id as it is stored; the caller has seen to the permission.

    Raises InvalidError, MalformedError, and NotFoundError for a bot that only a grant for all bots may make.
    """
    require_bot_id(bot_id)
    checked = checked_session_id(session_id)
    open_bot(store, grant, bot_id, at)
    sessions.ensure(store, bot_id, [checked], at)
    return checked


def open_bot(store: Store, grant: Grant, bot_id: str, at: datetime) -> Bot:
    """The bot of that id, made on the fly where it is not there. Raises NotFoundError where it is not there
    and the grant is not for all bots."""
    require_bot_id(bot_id)
    bot = bots.get(store, bot_id)
    if bot is None and grant.covers_all_bots:
        bots.add_missing(store, [bot_id], at)
        bot = bots.get(store, bot_id)
    if bot is None:
        raise NotFoundError(f"Bot {bot_id} not found")
    return bot

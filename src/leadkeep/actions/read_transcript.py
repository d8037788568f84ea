"""Read a transcript: a session's messages, page by page."""

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Position
from leadkeep.domain.session_id import known_session_id, session_not_found
from leadkeep.storage import messages, sessions
from leadkeep.storage.store import Store


def read_transcript(
    store: Store,
    grant: Grant,
    bot_id: str,
    session_id: str,
    shape: JsonShape,
    after: Position | None,
    limit: int,
    *,
    newest_first: bool,
) -> JsonPage:
    """Messages by time. Raises NotFoundError, also for a session of a bot outside the grant."""
    require_bot_id(bot_id)
    grant.require(Permission.READ, bot_id)
    session_id = known_session_id(session_id)
    page = messages.page(store, bot_id, session_id, shape, after, limit, newest_first=newest_first)
    if not page.members and not sessions.exists(store, bot_id, session_id):
        raise session_not_found(session_id)
    return page

"""Read the hand-overs of a session."""

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.handover import Handover
from leadkeep.domain.lead import Position
from leadkeep.domain.session_id import known_session_id, session_not_found
from leadkeep.storage import handovers, sessions
from leadkeep.storage.store import Store


def read_handovers(
    store: Store, grant: Grant, bot_id: str, session_id: str, *, after: Position | None, limit: int
) -> list[Handover]:
    """A page of them, oldest first. Raises NotFoundError, also for a session of a bot outside the grant."""
    require_bot_id(bot_id)
    grant.require(Permission.READ, bot_id)
    session_id = known_session_id(session_id)
    found = handovers.of_session(store, bot_id, session_id, after=after, limit=limit)
    if not found and not sessions.exists(store, bot_id, session_id):
        raise session_not_found(session_id)
    return found

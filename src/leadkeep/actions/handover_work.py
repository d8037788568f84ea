"""What the steps of a hand-over have in common."""

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.errors import ConflictError
from leadkeep.domain.session_id import known_session_id, session_not_found
from leadkeep.storage import sessions
from leadkeep.storage.store import Store


def lock_session(store: Store, grant: Grant, bot_id: str, session_id: str) -> str:
    """The id as it is stored, of a session that nobody else writes in the meantime. Raises NotFoundError."""
    require_bot_id(bot_id)
    grant.require(Permission.WRITE, bot_id)
    known = known_session_id(session_id)
    if not sessions.lock(store, bot_id, known):
        raise session_not_found(known)
    return known


def nothing_open(session_id: str) -> ConflictError:
    return ConflictError(f"Session {session_id} has no open hand-over")

"""End a hand-over, one way or the other: what `return_to_bot` and `resolve_handover` have in common."""

from leadkeep.actions import clock
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.errors import ConflictError
from leadkeep.domain.handover import Handover, HandoverState
from leadkeep.domain.session_id import known_session_id, session_not_found
from leadkeep.storage import handovers, sessions
from leadkeep.storage.database import Store


def end_handover(
    store: Store, grant: Grant, bot_id: str, session_id: str, outcome: HandoverState
) -> Handover:
    """Claimed or not. Raises NotFoundError, and ConflictError where none is open."""
    require_bot_id(bot_id)
    grant.require(Permission.WRITE, bot_id)
    session_id = known_session_id(session_id)
    if not sessions.lock(store, bot_id, session_id):
        raise session_not_found(session_id)
    ended = handovers.end(store, bot_id, session_id, clock.now(), grant.id, grant.name, outcome)
    if ended is None:
        raise nothing_open(session_id)
    sessions.set_handover(store, bot_id, session_id, outcome)
    return ended


def nothing_open(session_id: str) -> ConflictError:
    return ConflictError(f"Session {session_id} has no open hand-over")

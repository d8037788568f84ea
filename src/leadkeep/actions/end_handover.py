"""End a hand-over, one way or the other: what `return_to_bot` and `resolve_handover` have in common."""

from leadkeep.actions import clock
from leadkeep.actions.handover_work import lock_session, nothing_open
from leadkeep.actions.tell import tell_handover
from leadkeep.domain.access import Grant
from leadkeep.domain.event import EventType
from leadkeep.domain.handover import Handover, HandoverState
from leadkeep.storage import handovers, sessions
from leadkeep.storage.store import Store

_TOLD = {
    HandoverState.RETURNED: EventType.SESSION_RETURNED,
    HandoverState.RESOLVED: EventType.SESSION_RESOLVED,
}


def end_handover(
    store: Store, grant: Grant, bot_id: str, session_id: str, outcome: HandoverState
) -> Handover:
    """Claimed or not. Raises NotFoundError, and ConflictError where none is open."""
    session_id = lock_session(store, grant, bot_id, session_id)
    now = clock.now()
    ended = handovers.end(store, bot_id, session_id, now, grant.id, grant.name, outcome)
    if ended is None:
        raise nothing_open(session_id)
    sessions.set_handover(store, bot_id, session_id, outcome)
    tell_handover(store, _TOLD[outcome], now, ended, grant)
    return ended

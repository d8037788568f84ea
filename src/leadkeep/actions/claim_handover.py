"""Claim a hand-over: an agent takes the session."""

from leadkeep.actions import clock
from leadkeep.actions.handover_work import lock_session, nothing_open
from leadkeep.actions.tell import tell_handover
from leadkeep.domain.access import Grant
from leadkeep.domain.errors import ConflictError, LeadkeepError
from leadkeep.domain.event import EventType
from leadkeep.domain.handover import Handover, HandoverState
from leadkeep.domain.moments import iso_z
from leadkeep.storage import handovers, sessions
from leadkeep.storage.store import Store


def claim_handover(store: Store, grant: Grant, bot_id: str, session_id: str) -> Handover:
    """Of all who claim it, one gets it. Raises NotFoundError, and ConflictError where none is open or
    somebody was first: its message says who, and when."""
    session_id = lock_session(store, grant, bot_id, session_id)
    now = clock.now()
    claimed = handovers.claim(store, bot_id, session_id, now, grant.id, grant.name)
    if claimed is None:
        raise _refusal(store, bot_id, session_id)
    sessions.set_handover(store, bot_id, session_id, HandoverState.CLAIMED)
    tell_handover(store, EventType.SESSION_CLAIMED, now, claimed, grant)
    return claimed


def _refusal(store: Store, bot_id: str, session_id: str) -> LeadkeepError:
    first = handovers.open_of(store, bot_id, session_id)
    if first is None or first.claimed_at is None:
        return nothing_open(session_id)
    at = iso_z(first.claimed_at)
    by = {"id": first.claimed_by_id, "name": first.claimed_by_name}
    return ConflictError(
        f"{first.claimed_by_name} claimed this at {at}", {"claimed_at": at, "claimed_by": by}
    )

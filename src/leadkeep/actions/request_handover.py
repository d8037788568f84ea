"""Request a hand-over: the visitor is to talk to a live agent."""

from leadkeep.actions import clock
from leadkeep.actions.open_session import open_session
from leadkeep.actions.tell import tell_handover
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.errors import ConflictError
from leadkeep.domain.event import EventType
from leadkeep.domain.handover import MAX_REASON, Handover
from leadkeep.domain.text import as_text
from leadkeep.storage import handovers, sessions
from leadkeep.storage.store import Store


def request_handover(
    store: Store, grant: Grant, bot_id: str, session_id: str, reason: str | None
) -> Handover:
    """Bots ask for it, and people: it takes either permission. The session is made on the fly.

    Raises ConflictError where one is open, InvalidError, MalformedError, NotFoundError.
    """
    grant.require(Permission.WRITE if grant.has(Permission.WRITE) else Permission.CAPTURE, bot_id)
    now = clock.now()
    handover = Handover(
        id=clock.new_id(),
        bot_id=bot_id,
        reason=as_text(reason, "reason", MAX_REASON) or None,
        session_id=open_session(store, grant, bot_id, session_id, now),
        requested_at=now,
        requested_by_id=grant.id,
        requested_by_name=grant.name,
    )
    if not handovers.request(store, handover):
        raise ConflictError(f"Session {session_id} is handed over already")
    sessions.hand_over(store, bot_id, handover.session_id, now)
    tell_handover(store, EventType.SESSION_HANDED_OVER, now, handover, grant)
    return handover

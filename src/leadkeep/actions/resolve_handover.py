"""Resolve a hand-over: the visitor has what they came for."""

from leadkeep.actions.end_handover import end_handover
from leadkeep.domain.access import Grant
from leadkeep.domain.handover import Handover, HandoverState
from leadkeep.storage.store import Store


def resolve_handover(store: Store, grant: Grant, bot_id: str, session_id: str) -> Handover:
    """Raises NotFoundError, and ConflictError where no hand-over is open."""
    return end_handover(store, grant, bot_id, session_id, HandoverState.RESOLVED)

"""Return a session to its bot: the agent is done, the bot goes on."""

from leadkeep.actions.end_handover import end_handover
from leadkeep.domain.access import Grant
from leadkeep.domain.handover import Handover, HandoverState
from leadkeep.storage.store import Store


def return_to_bot(store: Store, grant: Grant, bot_id: str, session_id: str) -> Handover:
    """Raises NotFoundError, and ConflictError where no hand-over is open."""
    return end_handover(store, grant, bot_id, session_id, HandoverState.RETURNED)

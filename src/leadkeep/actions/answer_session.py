"""Answer a session: an agent writes to the visitor, or notes what they told them."""

from leadkeep.actions import clock
from leadkeep.actions.append_messages import store_messages
from leadkeep.actions.handover_work import lock_session
from leadkeep.domain.access import Grant
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.message import Message, NewMessage, Role, checked_messages
from leadkeep.storage.store import Store


def answer_session(store: Store, grant: Grant, bot_id: str, session_id: str, text: str) -> Message:
    """The message of an agent as it is stored; the first one answers the hand-over that is open.

    Raises ForbiddenError, InvalidError, MalformedError, NotFoundError.
    """
    session_id = lock_session(store, grant, bot_id, session_id)
    if not text.strip():
        raise InvalidError("text", "The answer is empty")
    (checked,) = checked_messages([NewMessage(role=Role.AGENT, text=text.strip())])
    message = Message(
        id=clock.new_id(),
        bot_id=bot_id,
        session_id=session_id,
        role=checked.role,
        text=checked.text,
        at=clock.now(),
        vendor_id=None,
    )
    store_messages(store, bot_id, session_id, [message])
    return message

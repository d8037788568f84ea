"""Append messages to a session."""

from collections.abc import Iterable, Sequence

from leadkeep.actions import clock
from leadkeep.actions.open_session import open_session
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.message import Message, NewMessage, Role, checked_messages
from leadkeep.storage import handovers, messages
from leadkeep.storage.database import Store


def append_messages(
    store: Store, grant: Grant, bot_id: str, session_id: str, new: Sequence[NewMessage]
) -> list[tuple[Message, bool]]:
    """Each message as it is stored, and whether it is new: one with a known vendor id is not.

    The session, and its bot where the grant covers all, are made on the fly. An agent's first message after
    a hand-over was requested is its answer. Raises InvalidError, MalformedError, NotFoundError.
    """
    grant.require(Permission.CAPTURE, bot_id)
    checked = checked_messages(new)
    now = clock.now()
    session_id = open_session(store, grant, bot_id, session_id, now)
    incoming = [
        Message(
            id=clock.new_id(),
            bot_id=bot_id,
            session_id=session_id,
            role=message.role,
            text=message.text,
            at=message.at or now,
            vendor_id=message.vendor_id,
        )
        for message in checked
    ]
    stored = messages.add(store, incoming)
    _answer(store, bot_id, session_id, (message for message, is_new in stored if is_new))
    return stored


def _answer(store: Store, bot_id: str, session_id: str, new: Iterable[Message]) -> None:
    spoken = [message.at for message in new if message.role is Role.AGENT]
    waiting = handovers.open_of(store, bot_id, session_id) if spoken else None
    if waiting is None or waiting.answered_at is not None:
        return
    answers = [at for at in spoken if at >= waiting.requested_at]
    if answers:
        handovers.answer(store, waiting.id, min(answers))

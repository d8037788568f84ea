"""Append messages to a session."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from leadkeep.actions import clock
from leadkeep.actions.capture import store_placed
from leadkeep.actions.extract_leads import Contacts, not_yet_leads, read_contacts, transcript_lead
from leadkeep.actions.open_session import open_bot
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.message import Message, NewMessage, Role, checked_messages
from leadkeep.domain.session_id import checked_session_id
from leadkeep.domain.typed_lead import TypedLead, typed_leads
from leadkeep.storage import handovers, messages, people, sessions
from leadkeep.storage.store import Store

Appended = list[tuple[Message, bool]]


def append_messages(
    store: Store,
    grant: Grant,
    bot_id: str,
    session_id: str,
    new: Sequence[NewMessage],
    contacts: Contacts | None = None,
) -> Appended:
    """Each message as it is stored, and whether it is new: one with a known vendor id is not.

    The session, and its bot where the grant covers all, are made on the fly. The earliest message
    of an agent since a hand-over was requested is its answer. Contacts in new messages of the visitor become
    leads where the session has none with them; `contacts` are theirs, where they were read before. Raises
    InvalidError, MalformedError, NotFoundError.
    """
    grant.require(Permission.CAPTURE, bot_id)
    checked = checked_messages(new)
    require_bot_id(bot_id)
    session_id = checked_session_id(session_id)
    now = clock.now()
    bot = open_bot(store, grant, bot_id, now)
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
    found = read_contacts(bot, checked) if contacts is None else contacts
    pairs = zip(incoming, found, strict=True)
    typed = [one for message, theirs in pairs for one in typed_leads(message, theirs)]
    if typed:
        return _append_with_leads(store, incoming, typed, now)
    sessions.ensure(store, bot_id, [session_id], now)
    return store_messages(store, bot_id, session_id, incoming)


def _append_with_leads(
    store: Store, incoming: Sequence[Message], typed: Sequence[TypedLead], now: datetime
) -> Appended:
    """People are found before the session is written, as in every capture: the other way round, the two could
    wait for one another.

    Finding them waits for whoever adds leads with the same contacts, and storing the messages for whoever
    appends the same ones. What they have left is seen then: all is taken back, and done again after them.
    """
    bot_id, session_id = incoming[0].bot_id, incoming[0].session_id
    store.savepoint("append")
    while True:
        wanted = not_yet_leads(store, bot_id, session_id, typed)
        placed = people.place(store, [transcript_lead(one) for one in wanted])
        sessions.ensure(store, bot_id, [session_id], now)
        # It will be written, and an answer to its hand-over may come before that.
        sessions.lock(store, bot_id, session_id)
        stored = store_messages(store, bot_id, session_id, incoming)
        new = {message.id for message, is_new in stored if is_new}
        typed = [one for one in typed if one.message.id in new]
        if not_yet_leads(store, bot_id, session_id, typed) == wanted:
            store_placed(store, placed)
            return stored
        store.roll_back_to("append")


def store_messages(store: Store, bot_id: str, session_id: str, incoming: Sequence[Message]) -> Appended:
    """Of a session that is there; what an agent says in them answers its open hand-over."""
    stored = messages.add(store, incoming)
    _answer(store, bot_id, session_id, (message for message, is_new in stored if is_new))
    return stored


def _answer(store: Store, bot_id: str, session_id: str, new: Iterable[Message]) -> None:
    spoken = [message.at for message in new if message.role is Role.AGENT]
    waiting = handovers.open_of(store, bot_id, session_id) if spoken else None
    if waiting is None:
        return
    answers = [at for at in spoken if at >= waiting.requested_at]
    if answers:
        handovers.answer(store, waiting.id, min(answers))

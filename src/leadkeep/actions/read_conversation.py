"""Read a conversation: a session with its bot, its leads, its hand-overs, and a window of its transcript."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from leadkeep.actions.read_bots import get_bot
from leadkeep.actions.read_leads import list_leads
from leadkeep.actions.read_sessions import get_session
from leadkeep.domain.access import Grant
from leadkeep.domain.bot import Bot
from leadkeep.domain.handover import Handover
from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import LeadFilter, Position, Status
from leadkeep.domain.message import Message
from leadkeep.domain.session import Session
from leadkeep.storage import handovers, messages
from leadkeep.storage.store import Store
from leadkeep.storage.types import is_id

WINDOW = 100
"""Messages that are shown at once."""
_AROUND = 20
"""Those of them that come after the one that was asked for."""
_LEADS = 50
_LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"


class LeadOfSession(msgspec.Struct, frozen=True, kw_only=True):
    """What one needs to know of a lead to tell it from the session's others."""

    id: str
    name: str | None
    email: str | None
    phone: str | None
    status: Status
    created_at: datetime


class Window(NamedTuple):
    """A part of a transcript, oldest first. `earlier`: where the part before it is read from, None where
    there is none. `has_later`: it does not reach to the end."""

    messages: list[Message]
    earlier: Position | None
    has_later: bool


class Conversation(NamedTuple):
    """`handovers` oldest first, the last one perhaps still open; `leads` newest first, up to a limit."""

    session: Session
    bot: Bot
    open_handover: Handover | None
    handovers: list[Handover]
    leads: list[LeadOfSession]
    window: Window


def read_conversation(
    store: Store,
    grant: Grant,
    bot_id: str,
    session_id: str,
    *,
    before: Position | None = None,
    message_id: str | None = None,
) -> Conversation:
    """With the newest messages, those `before` a place, or those around one message.

    Raises NotFoundError, also for a session of a bot outside the grant.
    """
    session, current = get_session(store, grant, bot_id, session_id)
    wanted = LeadFilter(bot_id=bot_id, session_id=session.id)
    leads = list_leads(store, grant, wanted, _LEAD_SHAPE, None, _LEADS).members
    return Conversation(
        session=session,
        bot=get_bot(store, grant, bot_id),
        open_handover=current,
        handovers=handovers.of_session(store, bot_id, session.id),
        leads=_LEADS_READ.decode(f"[{leads}]"),
        window=_window(store, session, before, message_id),
    )


def _window(store: Store, session: Session, before: Position | None, message_id: str | None) -> Window:
    at = None
    if message_id is not None and is_id(message_id):
        at = messages.moment_of(store, session.bot_id, session.id, message_id)
    if at is None:
        page = _page(store, session, before, WINDOW, newest_first=True)
        return Window(_read(page)[::-1], page.next, has_later=before is not None)
    # Behind all that was said in the same millisecond.
    edge = Position(at, _LAST_ID)
    earlier = _page(store, session, edge, WINDOW - _AROUND, newest_first=True)
    later = _page(store, session, edge, _AROUND, newest_first=False)
    return Window(_read(earlier)[::-1] + _read(later), earlier.next, has_later=later.next is not None)


def _page(
    store: Store, session: Session, after: Position | None, limit: int, *, newest_first: bool
) -> JsonPage:
    return messages.page(
        store, session.bot_id, session.id, _MESSAGE_SHAPE, after, limit, newest_first=newest_first
    )


def _read(page: JsonPage) -> list[Message]:
    return _MESSAGES_READ.decode(f"[{page.members}]")


def _shape(kind: type[msgspec.Struct]) -> JsonShape:
    return JsonShape(tuple((name, name) for name in kind.__struct_fields__), "null")


_LEAD_SHAPE, _MESSAGE_SHAPE = _shape(LeadOfSession), _shape(Message)
_LEADS_READ, _MESSAGES_READ = msgspec.json.Decoder(list[LeadOfSession]), msgspec.json.Decoder(list[Message])

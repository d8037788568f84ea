"""Extract leads: those that visitors' messages hold."""

from collections.abc import Sequence

import structlog

from leadkeep.actions.capture import lead_with
from leadkeep.domain.bot import Bot
from leadkeep.domain.contact import read_email, read_phone
from leadkeep.domain.extraction import Found, find_contacts
from leadkeep.domain.lead import Lead, NewLead
from leadkeep.domain.message import Message, Role
from leadkeep.domain.typed_lead import TypedLead, typed_leads, without_known
from leadkeep.storage import leads
from leadkeep.storage.database import Store

ORIGIN = "transcript"

_log = structlog.get_logger("leadkeep.extract")


def extract(bot: Bot, messages: Sequence[Message]) -> list[TypedLead]:
    """What visitors left in these messages of one session; pure work of the processor."""
    if not bot.extract:
        return []
    own = frozenset(bot.own_contacts)
    return [
        typed
        for message in messages
        if message.role is Role.VISITOR
        for typed in typed_leads(message, _contacts(message.text, bot.region, own))
    ]


def _contacts(text: str, region: str | None, own: frozenset[str]) -> list[Found]:
    try:
        return find_contacts(text, region, own)
    except Exception as error:
        # The message itself is worth more than what could not be read out of it.
        _log.warning("contacts_not_read", error=type(error).__name__)
        return []


def not_yet_leads(store: Store, bot_id: str, session_id: str, typed: Sequence[TypedLead]) -> list[TypedLead]:
    """Those that the session has no lead for."""
    forms = set[str]().union(*(one.forms() for one in typed))
    return without_known(typed, leads.known_in(store, bot_id, session_id, forms))


def transcript_lead(typed: TypedLead) -> Lead:
    """The lead, made now: lists by time are read while leads arrive, and must not miss what comes late."""
    message, email, phone = typed
    new = NewLead(
        bot_id=message.bot_id,
        session_id=message.session_id,
        email=email.typed if email else None,
        phone=phone.typed if phone else None,
        origin=ORIGIN,
    )
    # An address that was spelt out amounts to what was found, not to what its letters are.
    reads_as = read_email(email.normal if email else None), read_phone(phone.normal if phone else None)
    return lead_with(new, *reads_as, message_id=message.id)

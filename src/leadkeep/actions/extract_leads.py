"""Extract leads: those that visitors' messages hold."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from leadkeep.actions.capture import lead_with
from leadkeep.actions.directory import Directory
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import Bot, require_bot_id
from leadkeep.domain.contact import read_email, read_phone
from leadkeep.domain.extraction import Found, find_contacts
from leadkeep.domain.lead import Lead, NewLead
from leadkeep.domain.message import NewMessage, Role, checked_messages
from leadkeep.domain.typed_lead import TypedLead, without_known
from leadkeep.storage import leads
from leadkeep.storage.store import Store

ORIGIN = "transcript"

_log = structlog.get_logger("leadkeep.extract")


Contacts = Sequence[Sequence[Found]]
"""What each of some messages holds."""

# One at a time: it is work of the interpreter alone, which captures want too.
_reader = ThreadPoolExecutor(1, "leadkeep-extract")


async def contacts_in(directory: Directory, grant: Grant, bot_id: str, new: Sequence[NewMessage]) -> Contacts:
    """What `append_messages` is to be told, read before its transaction: a thousand long messages take
    seconds, for which every capture would have to wait. Raises what that raises for the messages."""
    grant.require(Permission.CAPTURE, bot_id)
    checked = checked_messages(new)
    require_bot_id(bot_id)
    bot = await directory.find(bot_id)
    return await asyncio.get_running_loop().run_in_executor(_reader, read_contacts, bot, checked)


def read_contacts(bot: Bot | None, messages: Sequence[NewMessage]) -> Contacts:
    """What visitors left in each of these messages. Of a bot that is yet to be made nothing is known."""
    if bot is not None and not bot.extract:
        return [[]] * len(messages)
    region, own = (bot.region, frozenset(bot.own_contacts)) if bot else (None, frozenset[str]())
    return [
        _contacts(message.text, region, own) if message.role is Role.VISITOR else [] for message in messages
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


def _readable(email: Found) -> str:
    """As typed, but for an address that was spelt out: nobody could write to that."""
    return email.typed if "@" in email.typed else email.normal


def transcript_lead(typed: TypedLead) -> Lead:
    """The lead, made now: lists by time are read while leads arrive, and must not miss what comes late."""
    message, email, phone = typed
    new = NewLead(
        bot_id=message.bot_id,
        session_id=message.session_id,
        email=_readable(email) if email else None,
        phone=phone.typed if phone else None,
        origin=ORIGIN,
    )
    # An address that was spelt out amounts to what was found, not to what its letters are.
    reads_as = read_email(email.normal if email else None), read_phone(phone.normal if phone else None)
    return lead_with(new, *reads_as, message_id=message.id)

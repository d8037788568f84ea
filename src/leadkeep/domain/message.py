"""A message: one turn of a session."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from leadkeep.domain.errors import InvalidError
from leadkeep.domain.moments import to_millisecond
from leadkeep.domain.text import as_text

MAX_TEXT = 32 * 1024
"""Bytes of UTF-8."""
MAX_VENDOR_ID = 200
MAX_BATCH = 1_000


class Role(StrEnum):
    """Who speaks: `agent` is a person on the bot's side, `system` whatever reports on the session."""

    VISITOR = "visitor"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class NewMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message as a face parsed it. `at` None means now; `vendor_id` is what the caller calls it."""

    role: Role
    text: str
    at: datetime | None = None
    vendor_id: str | None = None


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A stored message."""

    id: str
    bot_id: str
    session_id: str
    role: Role
    text: str
    at: datetime
    vendor_id: str | None


def checked_messages(new: Sequence[NewMessage]) -> list[NewMessage]:
    """The messages as they are stored. Raises InvalidError, MalformedError, naming the one at fault."""
    if len(new) > MAX_BATCH:
        raise InvalidError("messages", f"messages holds more than {MAX_BATCH} messages")
    return [_checked(message, f"messages[{number}]") for number, message in enumerate(new)]


def _checked(new: NewMessage, place: str) -> NewMessage:
    text = as_text(new.text, f"{place}.text", MAX_TEXT)
    if not text:
        raise InvalidError(f"{place}.text", f"{place}.text must not be empty")
    if len(text.encode()) > MAX_TEXT:
        raise InvalidError(f"{place}.text", f"{place}.text is longer than {MAX_TEXT} bytes")
    return NewMessage(
        role=new.role,
        text=text,
        at=new.at and to_millisecond(new.at),
        # An empty one would make all messages that carry it the same.
        vendor_id=as_text(new.vendor_id, f"{place}.vendor_id", MAX_VENDOR_ID) or None,
    )

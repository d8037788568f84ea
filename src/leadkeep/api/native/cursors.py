"""Cursors: where a list goes on, as text that means nothing to a client.

A cursor is no secret and opens nothing: the grant and the filter are applied to every page anew. It only
holds the filter's digest, so that going on with another filter is told rather than answered with a gap.
"""

import binascii
import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec

from leadkeep.domain.bot import is_bot_id
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.lead import LeadFilter, Position
from leadkeep.domain.moments import from_iso, iso_z
from leadkeep.storage.types import is_id

_SEPARATOR = "\n"


def write_lead_cursor(position: Position, wanted: LeadFilter) -> str:
    return _pack(_digest(wanted), iso_z(position.at), position.id)


def read_lead_cursor(cursor: str, wanted: LeadFilter) -> Position:
    """Raises InvalidError for a cursor that we did not write, or wrote for another filter."""
    digest, at, lead_id = _unpack(cursor, 3)
    if digest != _digest(wanted):
        raise InvalidError("cursor", "cursor belongs to a list with other filters")
    try:
        moment = from_iso(at)
    except (ValueError, OverflowError):
        raise _unknown() from None
    if not is_id(lead_id):
        raise _unknown()
    return Position(moment, lead_id)


def write_bot_cursor(bot_id: str) -> str:
    return _pack(bot_id)


def read_bot_cursor(cursor: str) -> str:
    """The id of the last bot seen. Raises InvalidError."""
    (bot_id,) = _unpack(cursor, 1)
    if not is_bot_id(bot_id):
        raise _unknown()
    return bot_id


def _pack(*parts: str) -> str:
    """Parts hold no line breaks."""
    return urlsafe_b64encode(_SEPARATOR.join(parts).encode()).rstrip(b"=").decode()


def _unpack(cursor: str, count: int) -> list[str]:
    """The parts that were packed. Raises InvalidError."""
    try:
        parts = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(_SEPARATOR)
    except (binascii.Error, ValueError):
        raise _unknown() from None
    if len(parts) != count:
        raise _unknown()
    return parts


def _digest(wanted: LeadFilter) -> str:
    return hashlib.sha256(msgspec.json.encode(wanted)).hexdigest()[:16]


def _unknown() -> InvalidError:
    return InvalidError("cursor", "cursor is not one that a list of ours gave")

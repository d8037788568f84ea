"""Cursors: where a list goes on, as text that means nothing to a client.

A cursor is no secret and opens nothing: the grant and the filter are applied to every page anew. It only
holds the digest of what was asked for, so that going on with another filter is told rather than answered
with a gap.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec

from leadkeep.domain.bot import is_bot_id
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.lead import Position
from leadkeep.domain.moments import iso_z, to_millisecond
from leadkeep.storage.types import is_id

T = TypeVar("T")


class _Packed(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    asked: str
    at: datetime
    id: str


def write_cursor(position: Position, asked: msgspec.Struct) -> str:
    """`asked`: the filter, or whatever else the next page has to agree with."""
    return _encoded([_digest(asked), iso_z(position.at), position.id])


def read_cursor(cursor: str, asked: msgspec.Struct, is_known: Callable[[str], bool] = is_id) -> Position:
    """`is_known` tells what can be the id of a row of this list.

    Raises InvalidError for a cursor that we did not write, or wrote for another filter.
    """
    packed = _decoded(cursor, _Packed)
    if packed.asked != _digest(asked):
        raise InvalidError("cursor", "cursor belongs to a list with other filters")
    try:
        at = to_millisecond(packed.at)
    except OverflowError:
        raise _unknown() from None
    if not is_known(packed.id):
        raise _unknown()
    return Position(at, packed.id)


def write_bot_cursor(bot_id: str) -> str:
    return _encoded([bot_id])


def read_bot_cursor(cursor: str) -> str:
    """The id of the last bot seen. Raises InvalidError."""
    (bot_id,) = _decoded(cursor, tuple[str])
    if not is_bot_id(bot_id):
        raise _unknown()
    return bot_id


def _encoded(parts: list[str]) -> str:
    return urlsafe_b64encode(msgspec.json.encode(parts)).rstrip(b"=").decode()


def _decoded(cursor: str, kind: type[T]) -> T:
    """Raises InvalidError."""
    try:
        return msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=kind)
    except (ValueError, UnicodeDecodeError):
        raise _unknown() from None


def _digest(asked: msgspec.Struct) -> str:
    return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()[:16]


def _unknown() -> InvalidError:
    return InvalidError("cursor", "cursor is not one that a list of ours gave")

"""Cursors: where a list goes on, as text that means nothing to a client.

A cursor is no secret and opens nothing: the grant and the filter are applied to every page anew. It only
holds the digest of what was asked for, so that going on with another filter is told rather than answered
with a gap.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, TypeVar

import msgspec
from msgspec import UnsetType

from leadkeep.domain.bot import is_bot_id
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.lead import Position
from leadkeep.domain.moments import iso_z, to_millisecond
from leadkeep.domain.words import sort_key
from leadkeep.storage.types import is_id

T = TypeVar("T")

Asked = msgspec.Struct | Mapping[str, object]
"""What the pages of one list have to agree in: its filter, and whatever else tells it from others."""


class _Packed(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    asked: str
    key: str
    id: str
    part: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0


_Number = Annotated[int, msgspec.Meta(ge=0, lt=10**18)]


def cut(found: list[T], limit: int, cursor_after: Callable[[T], str]) -> tuple[list[T], str | None]:
    """The items of a page and the cursor of the next: there is one where more than `limit` were found."""
    if len(found) <= limit:
        return found, None
    return found[:limit], cursor_after(found[limit - 1])


def write_cursor(position: Position, asked: Asked) -> str:
    key = iso_z(position.key) if isinstance(position.key, datetime) else position.key
    return _encoded([_digest(asked), key, position.id, position.part])


def read_cursor(
    cursor: str | UnsetType,
    asked: Asked,
    is_known: Callable[[str], bool] = is_id,
    *,
    by_name: bool = False,
) -> Position | None:
    """Where to go on; None where no cursor was given, for the first page.

    `is_known` tells what can be the id of a row of this list, `by_name` that it is not ordered by time.
    Raises InvalidError for a cursor that we did not write, or wrote for another filter.
    """
    if isinstance(cursor, UnsetType):
        return None
    packed = _decoded(cursor, _Packed)
    if packed.asked != _digest(asked):
        raise InvalidError("cursor", "cursor belongs to a list with other filters")
    if not is_known(packed.id):
        raise _unknown()
    return Position(_name(packed.key) if by_name else _moment(packed.key), packed.id, packed.part)


def _name(key: str) -> str:
    if sort_key(key) != key:
        raise _unknown()
    return key


def _moment(key: str) -> datetime:
    try:
        return to_millisecond(msgspec.convert(key, datetime))
    except (msgspec.ValidationError, OverflowError):
        raise _unknown() from None


def write_bot_cursor(bot_id: str) -> str:
    return _encoded([bot_id])


def read_bot_cursor(cursor: str | UnsetType) -> str:
    """The id of the last bot seen, "" where no cursor was given. Raises InvalidError."""
    if isinstance(cursor, UnsetType):
        return ""
    (bot_id,) = _decoded(cursor, tuple[str])
    if not is_bot_id(bot_id):
        raise _unknown()
    return bot_id


def write_number_cursor(number: int, asked: Asked) -> str:
    return _encoded([_digest(asked), number])


def read_number_cursor(cursor: str | UnsetType, asked: Asked) -> int | None:
    """The number of the last row seen; None where no cursor was given. Raises InvalidError."""
    if isinstance(cursor, UnsetType):
        return None
    digest, number = _decoded(cursor, tuple[str, _Number])
    if digest != _digest(asked):
        raise InvalidError("cursor", "cursor belongs to a list with other filters")
    return number


def write_place(number: int) -> str:
    """A place in the feed of events, whoever reads it by whatever filter."""
    return _encoded([number])


def read_place(cursor: str | UnsetType, field: str) -> int:
    """Its beginning where no cursor was given. Raises InvalidError."""
    if isinstance(cursor, UnsetType):
        return 0
    try:
        return _decoded(cursor, tuple[_Number])[0]
    except InvalidError:
        raise InvalidError(field, f"{field} is not a cursor of this feed") from None


def _encoded(parts: list[str | int]) -> str:
    return urlsafe_b64encode(msgspec.json.encode(parts)).rstrip(b"=").decode()


def _decoded(cursor: str, kind: type[T]) -> T:
    """Raises InvalidError."""
    try:
        return msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=kind)
    except (ValueError, UnicodeDecodeError):
        raise _unknown() from None


def _digest(asked: Asked) -> str:
    return hashlib.sha256(msgspec.json.encode(asked)).hexdigest()[:16]


def _unknown() -> InvalidError:
    return InvalidError("cursor", "cursor is not one that a list of ours gave")

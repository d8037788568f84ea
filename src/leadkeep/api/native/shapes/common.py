"""What the shapes of all resources share."""

from datetime import datetime
from typing import TypeVar

from msgspec import UNSET, Struct, UnsetType

from leadkeep.api.native.fields import Cursor, Limit
from leadkeep.domain.moments import iso_z

T = TypeVar("T", bound=Struct)


class Actor(Struct, kw_only=True):
    """Who did something: a key's id, or a JWT's subject, and what they were called then."""

    id: str
    name: str


class PageQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    cursor: Cursor | UnsetType = UNSET
    limit: Limit = 50


def shown(value: Struct, kind: type[T], **more: object) -> T:
    """A value of the domain in the shape of an answer, which need not show all of it."""
    names = [name for name in kind.__struct_fields__ if name not in more]
    return kind(**{name: _plain(getattr(value, name)) for name in names}, **more)


def actor(id_: str | None, name: str | None) -> Actor | None:
    """None where nobody did it."""
    return None if id_ is None else Actor(id=id_, name=name or "")


def _plain(part: object) -> object:
    if isinstance(part, datetime):
        return iso_z(part)
    return sorted(part) if isinstance(part, frozenset) else part

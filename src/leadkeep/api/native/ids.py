"""Ids in paths. One that cannot exist is simply not found, and never reaches the database's own parser."""

import re

from leadkeep.domain.errors import InvalidError, NotFoundError
from leadkeep.storage.types import is_id
from leadkeep.web.paths import decoded_id

# What both engines hold as a row's number.
_NUMBER = re.compile(r"[1-9][0-9]{0,17}\Z")


def lead_id_in(path: str) -> str:
    """Raises NotFoundError."""
    return _uuid_in(path, "Lead")


def key_id_in(path: str) -> str:
    """Raises NotFoundError."""
    return _uuid_in(path, "Key")


def note_id_in(path: str) -> str:
    """Raises NotFoundError."""
    return _uuid_in(path, "Note")


def person_id_in(path: str) -> str:
    """Raises NotFoundError."""
    return _uuid_in(path, "Person")


def merge_id_in(path: str) -> str:
    """Raises NotFoundError."""
    return _uuid_in(path, "Merge")


def endpoint_id_in(path: str) -> str:
    """Raises NotFoundError."""
    return _uuid_in(path, "Endpoint")


def event_id_in(path: str) -> str:
    """Raises NotFoundError."""
    return _uuid_in(path, "Event")


def delivery_number_in(path: str) -> int:
    """Raises NotFoundError."""
    if not _NUMBER.match(path):
        raise NotFoundError("Delivery not found: its id cannot be one")
    return int(path)


def session_id_in(path: str) -> str:
    """The id as it was sent; whether it can be one, the action tells."""
    return decoded_id(path)


def check_id(text: str, field: str) -> str:
    """An id that did not come in the path. Raises InvalidError."""
    if not is_id(text):
        raise InvalidError(field, f"{field} must be an id")
    return text


def _uuid_in(path: str, noun: str) -> str:
    if not is_id(path):
        raise NotFoundError(f"{noun} not found: its id cannot be one")
    return path

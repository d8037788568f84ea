"""Ids in paths. One that cannot exist is simply not found, and never reaches the database's own parser."""

import re

from leadkeep.domain.bot import is_bot_id
from leadkeep.domain.errors import NotFoundError

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def is_uuid(text: str) -> bool:
    """Whether it is a UUID as we write them."""
    return _UUID.match(text) is not None


def lead_id_in(path: str) -> str:
    """Raises NotFoundError."""
    return _uuid_in(path, "Lead")


def key_id_in(path: str) -> str:
    """Raises NotFoundError."""
    return _uuid_in(path, "Key")


def bot_id_in(path: str) -> str:
    """Raises NotFoundError."""
    if not is_bot_id(path):
        raise NotFoundError("Bot not found: its id cannot be one")
    return path


def _uuid_in(path: str, noun: str) -> str:
    if not is_uuid(path):
        raise NotFoundError(f"{noun} not found: its id cannot be one")
    return path

"""Tags: words that a team sorts its leads by. `VIP` and `vip` are one tag, shown as it was first written."""

import unicodedata
from collections.abc import Iterable

from leadkeep.domain.errors import InvalidError
from leadkeep.domain.text import as_text

MAX_TAGS = 50
MAX_TAG = 50
"""Characters."""


def tag_key(tag: str) -> str:
    """What tells tags apart, and what they are found by: without case, spaces in a row being one."""
    return unicodedata.normalize("NFC", " ".join(tag.split()).casefold())


def read_tags(tags: Iterable[str], field: str) -> tuple[str, ...]:
    """Each once, in the order they came. Raises InvalidError, MalformedError."""
    return check_count(unique(_read(tag, field) for tag in tags), field)


def check_count(tags: tuple[str, ...], field: str) -> tuple[str, ...]:
    """Raises InvalidError."""
    if len(tags) > MAX_TAGS:
        raise InvalidError(field, f"{field}: a lead has at most {MAX_TAGS} tags")
    return tags


def unique(tags: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for tag in tags:
        found.setdefault(tag_key(tag), tag)
    return tuple(found.values())


def _read(tag: str, field: str) -> str:
    text = " ".join(as_text(tag, field, MAX_TAG).split())
    if not text:
        raise InvalidError(field, f"{field} must be of 1 to {MAX_TAG} characters each")
    return text

"""A note: what somebody wrote about a lead."""

from datetime import datetime

import msgspec

from leadkeep.domain.errors import InvalidError
from leadkeep.domain.text import as_text

MAX_NOTE = 10_000
"""Characters."""


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A stored note; its writer is kept by id, and by name as it was then."""

    id: str
    lead_id: str
    text: str
    at: datetime
    written_by_id: str | None
    written_by_name: str | None


def checked_note(text: str) -> str:
    """The text as it is stored. Raises InvalidError, MalformedError."""
    stored = as_text(text, "text", MAX_NOTE)
    if not stored.strip():
        raise InvalidError("text", "text must not be blank")
    return stored

"""What can be a session's id: any text of 1 to 200 characters, as callers have schemes of their own."""

from leadkeep.domain.errors import InvalidError, MalformedError, NotFoundError
from leadkeep.domain.lead import MAX_SESSION_ID
from leadkeep.domain.text import as_text


def checked_session_id(text: str) -> str:
    """The id as it is stored. Raises InvalidError, MalformedError."""
    session_id = as_text(text, "session_id", MAX_SESSION_ID)
    if not session_id:
        raise InvalidError("session_id", "session_id must not be empty")
    return session_id


def known_session_id(text: str) -> str:
    """The same for a session that should be there: NotFoundError for what cannot be the id of one."""
    try:
        return checked_session_id(text)
    except (InvalidError, MalformedError):
        raise session_not_found(text) from None


def session_not_found(session_id: str) -> NotFoundError:
    return NotFoundError(f"Session {session_id} not found")

"""A saved view: a list of leads that somebody comes back to."""

from datetime import datetime
from urllib.parse import parse_qsl

import msgspec

from leadkeep.domain.errors import InvalidError
from leadkeep.domain.text import as_text

MAX_NAME = 60
MAX_QUERY = 2_000
MAX_VIEWS = 100
"""Of one user."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """`query` is the query string of the list; `shared`: everybody sees it, each with what they may read."""

    id: str
    user_id: str
    name: str
    query: str
    shared: bool
    created_at: datetime

    @property
    def bot_id(self) -> str | None:
        """The one whose leads it is of, None where it names none."""
        return dict(parse_qsl(self.query)).get("bot")


def check_name(text: str) -> str:
    """Raises InvalidError, MalformedError."""
    name = " ".join(as_text(text, "name", MAX_NAME).split())
    if not name:
        raise InvalidError("name", "name must not be blank")
    return name


def check_query(text: str) -> str:
    """Raises InvalidError, MalformedError."""
    return as_text(text, "query", MAX_QUERY)

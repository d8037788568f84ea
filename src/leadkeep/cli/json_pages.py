"""Pages of a list as JSON: read from the database one at a time, and written to standard output.

Each is read in a transaction of its own, so that neither memory nor a lock on the database grows with the
length of the list or with how slowly a reader takes it.
"""

import re
import sys
from collections.abc import Iterator
from typing import Any, Protocol

import msgspec

from leadkeep.actions.read_leads import FURTHER_PAGE
from leadkeep.domain.json_shape import JsonPage
from leadkeep.domain.lead import Position
from leadkeep.storage.database import Database
from leadkeep.storage.store import Store

# JSON allows these raw, yet a terminal obeys some of them.
_CONTROLS = re.compile(r"[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class _Turn(Protocol):
    def __call__(self, store: Store, *, after: Position | None, limit: int) -> JsonPage: ...


def pages(database: Database, turn: _Turn, limit: int | None) -> Iterator[JsonPage]:
    """At most `limit` items; the last page's `next` tells whether there are more."""
    after: Position | None = None
    left = sys.maxsize if limit is None else limit
    while left > 0:
        size = min(FURTHER_PAGE, left)
        with database.snapshot() as store:
            page = turn(store, after=after, limit=size)
        yield page
        after, left = page.next, left - size
        if after is None:
            return


def items_of(members: str) -> list[dict[str, Any]]:
    """What a page's `members` say."""
    items: list[dict[str, Any]] = msgspec.json.decode(f"[{members}]")
    return items


def write_json(found: Iterator[JsonPage]) -> None:
    """One JSON array in UTF-8."""
    separator = "\n"
    write_text("[")
    for page in found:
        if page.members:
            write_text(separator + _CONTROLS.sub(lambda match: f"\\u{ord(match[0]):04x}", page.members))
            separator = ",\n"
    write_text("\n]\n")


def write_text(text: str) -> None:
    """In UTF-8, whatever the terminal speaks."""
    sys.stdout.buffer.write(text.encode())

"""Sessions on standard output: tables and transcripts for people, JSON for programs.

Pages are read one at a time, each in a transaction of its own, as those of leads are.
"""

import sys
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any, Protocol

import msgspec

from leadkeep.actions.read_handovers import read_handovers
from leadkeep.actions.read_leads import FURTHER_PAGE
from leadkeep.actions.read_sessions import list_sessions
from leadkeep.actions.read_transcript import read_transcript
from leadkeep.cli.terminal import note, print_facts, print_table, printable, shown_time
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.handover import Handover
from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Position
from leadkeep.domain.message import Message
from leadkeep.domain.moments import from_iso
from leadkeep.domain.session import Session, SessionFilter
from leadkeep.storage.database import Database, Store

_SESSION = JsonShape(tuple((name, name) for name in Session.__struct_fields__), missing="null")
_MESSAGE = JsonShape(tuple((name, name) for name in Message.__struct_fields__), missing="null")
_SHOWN = ("bot_id", "id", "name", "email", "phone", "page_url", "handover")
_TITLES = ("created", "bot", "session", "name", "email", "phone", "page", "hand-over", "waiting since")
_HANDOVERS = 1_000
"""Hand-overs of one session that are shown; nobody has seen as many."""


class _Turn(Protocol):
    def __call__(self, store: Store, *, after: Position | None, limit: int) -> JsonPage: ...


def session_pages(database: Database, wanted: SessionFilter, limit: int | None) -> Iterator[JsonPage]:
    """At most `limit` sessions; the last page's `next` tells whether there are more."""
    return _pages(database, partial(list_sessions, grant=OPERATOR, wanted=wanted, shape=_SESSION), limit)


def transcript_pages(database: Database, bot_id: str, session_id: str) -> Iterator[JsonPage]:
    """All messages, oldest first. Raises NotFoundError."""
    turn = partial(
        read_transcript,
        grant=OPERATOR,
        bot_id=bot_id,
        session_id=session_id,
        shape=_MESSAGE,
        newest_first=False,
    )
    return _pages(database, turn, None)


def _pages(database: Database, turn: _Turn, limit: int | None) -> Iterator[JsonPage]:
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


def write_sessions(found: Iterator[JsonPage], *, none: str) -> None:
    """A table; where there is no session, `none` is said in its place."""
    rows: list[list[Any]] = []
    more = False
    for page in found:
        rows += [
            [_time(one["created_at"]), *(one[name] for name in _SHOWN), _time(one["waiting_since"])]
            for one in _read(page)
        ]
        more = page.next is not None
    if rows:
        print_table(_TITLES, rows)
    else:
        note(none)
    if more:
        note("There are more; --limit shows more of them, --format json all.")


def write_transcript(found: Iterator[JsonPage]) -> None:
    """A line for each line that was said."""
    for page in found:
        for message in _read(page):
            at = shown_time(from_iso(message["at"]))
            first, *further = message["text"].splitlines() or [""]
            print(f"{at}  {message['role']:<7}  {printable(first)}".rstrip())
            for line in further:
                print(f"{'':31}{printable(line)}".rstrip())


def write_session(store: Store, session: Session) -> None:
    """All that is known of it, and its hand-overs."""
    facts = msgspec.structs.asdict(session)
    facts |= {"utm": ", ".join(f"{name}={value}" for name, value in session.utm.given().items())}
    print_facts({name.replace("_", " "): value for name, value in facts.items()})
    found = read_handovers(store, OPERATOR, session.bot_id, session.id, after=None, limit=_HANDOVERS)
    if found:
        print()
        print_table(
            ("requested", "by", "claimed", "by", "answered", "ended", "by", "outcome", "reason"),
            [_handover(one) for one in found],
        )


def _handover(one: Handover) -> tuple[object, ...]:
    return (
        one.requested_at,
        one.requested_by_name,
        one.claimed_at,
        one.claimed_by_name,
        one.answered_at,
        one.ended_at,
        one.ended_by_name,
        one.outcome,
        one.reason,
    )


def _time(text: str | None) -> datetime | None:
    return from_iso(text) if text else None


def _read(page: JsonPage) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = msgspec.json.decode(f"[{page.members}]")
    return rows

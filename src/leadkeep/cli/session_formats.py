"""Sessions on standard output: tables and transcripts for people, JSON for programs."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from leadkeep.actions.read_sessions import list_sessions
from leadkeep.actions.read_transcript import read_transcript
from leadkeep.cli.json_pages import items_of, pages, write_json
from leadkeep.cli.options import NEWEST, Format
from leadkeep.cli.terminal import note, print_facts, print_table, printable, shown_time
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.handover import Handover
from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.message import Message
from leadkeep.domain.moments import from_iso
from leadkeep.domain.session import Session, SessionFilter
from leadkeep.storage.database import Database

_SESSION = JsonShape(tuple((name, name) for name in Session.__struct_fields__), missing="null")
_MESSAGE = JsonShape(tuple((name, name) for name in Message.__struct_fields__), missing="null")
_SHOWN = ("bot_id", "id", "name", "email", "phone", "page_url", "handover")
_TITLES = ("created", "bot", "session", "name", "email", "phone", "page", "hand-over", "waiting since")
MAX_HANDOVERS = 1_000
"""Hand-overs of one session that are shown; nobody has seen as many."""


def write_sessions(database: Database, wanted: SessionFilter, form: Format, limit: int | None) -> None:
    """At most `limit` sessions; without one, NEWEST in a table, and all in what is for programs."""
    most = limit or (NEWEST if form is Format.TABLE else None)
    turn = partial(list_sessions, grant=OPERATOR, wanted=wanted, shape=_SESSION)
    found = pages(database, turn, most)
    if form is Format.JSON:
        write_json(found)
    else:
        _write_table(found, none="No sessions yet." if wanted == SessionFilter() else "No such sessions.")


def write_transcript(database: Database, bot_id: str, session_id: str, form: Format) -> None:
    """All messages, oldest first. Raises NotFoundError."""
    turn = partial(
        read_transcript,
        grant=OPERATOR,
        bot_id=bot_id,
        session_id=session_id,
        shape=_MESSAGE,
        newest_first=False,
    )
    (write_json if form is Format.JSON else _print_lines)(pages(database, turn, None))


def _write_table(found: Iterator[JsonPage], *, none: str) -> None:
    """Where there is no session, `none` is said in place of an empty table."""
    rows: list[list[Any]] = []
    more = False
    for page in found:
        rows += [
            [_time(one["created_at"]), *(one[name] for name in _SHOWN), _time(one["waiting_since"])]
            for one in items_of(page.members)
        ]
        more = page.next is not None
    if rows:
        print_table(_TITLES, rows)
    else:
        note(none)
    if more:
        note("There are more; --limit shows more of them, --format json all.")


def _print_lines(found: Iterator[JsonPage]) -> None:
    """A line for each line that was said."""
    for page in found:
        for message in items_of(page.members):
            at = shown_time(from_iso(message["at"]))
            first, *further = message["text"].splitlines() or [""]
            print(f"{at}  {message['role']:<7}  {printable(first)}".rstrip())
            for line in further:
                print(f"{'':31}{printable(line)}".rstrip())


def print_session(session: Session) -> None:
    """All that is known of it."""
    facts = msgspec.structs.asdict(session)
    facts |= {"utm": ", ".join(f"{name}={value}" for name, value in session.utm.given().items())}
    print_facts({name.replace("_", " "): value for name, value in facts.items()})


def print_handovers(found: Sequence[Handover]) -> None:
    """Of a session, oldest first; of more than MAX_HANDOVERS, the first are shown."""
    if found:
        print()
        print_table(
            ("requested", "by", "claimed", "by", "answered", "ended", "by", "outcome", "reason"),
            [_handover(one) for one in found[:MAX_HANDOVERS]],
        )
    if len(found) > MAX_HANDOVERS:
        note(f"These are the oldest {MAX_HANDOVERS:,} hand-overs.")


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

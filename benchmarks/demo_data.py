"""A database as `leadkeep demo` fills it, and what to ask of it."""

import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import quote

import msgspec
import sqlalchemy as sa

from benchmarks.seed import token_for
from leadkeep.actions.append_messages import append_messages
from leadkeep.actions.capture import Capture, capture, new_lead
from leadkeep.actions.fill_demo import fill_demo
from leadkeep.actions.upgrade import upgrade
from leadkeep.domain.access import OPERATOR
from leadkeep.domain.lead import NewLead
from leadkeep.domain.message import NewMessage, Role
from leadkeep.domain.moments import iso_z, to_millisecond
from leadkeep.storage.database import Database
from leadkeep.storage.schema import leads
from leadkeep.storage.store import Store

BOT = "demo-ledger"
_REGULAR = "regular@example.com"
_VISITS, _MESSAGES = 50, 40
"""Of one person: sessions with a lead each, and the messages of each session."""
_SAMPLES = 40
"""Different requests of one kind."""


class Filled(NamedTuple):
    """`person_id` has 50 leads and 2,000 messages, the newest of them in `session_id`."""

    url: str
    token: str
    size: int
    since: str
    person_id: str
    session_id: str


def fill(url: str, size: int) -> Filled:
    until = to_millisecond(datetime.now(UTC))
    with closing(Database(url)) as database:
        upgrade(database)
        stored = 0

        def on_stored(count: int) -> None:
            nonlocal stored
            stored += count
            print(f"\r  {stored:,} of {size:,} leads made up", end="", file=sys.stderr, flush=True)

        fill_demo(database, size, 1, until, on_stored)
        print(file=sys.stderr)
        with database.transaction() as store:
            person_id, session_id = _add_regular(store)
        since = (until - timedelta(days=365)).date().isoformat()
        return Filled(url, token_for(database), size, since, person_id, session_id)


def _add_regular(store: Store) -> tuple[str, str]:
    person_id, session_id = "", ""
    for number in range(_VISITS):
        session_id = f"regular-{number}"
        new = NewLead(bot_id=BOT, session_id=session_id, name="Regular", email=_REGULAR, origin="benchmark")
        lead = new_lead(new)
        capture(store, [Capture(lead)])
        person_id = person_id or lead.id
        said = [
            NewMessage(role=Role.VISITOR if turn % 2 else Role.BOT, text=f"What was said in turn {turn}")
            for turn in range(_MESSAGES)
        ]
        append_messages(store, OPERATOR, BOT, session_id, said)
    return person_id, session_id


class Samples(NamedTuple):
    """What is asked for, taken from what is there: words as queries, and places in the list of all leads."""

    names: Sequence[str]
    rare: Sequence[str]
    last_digits: Sequence[str]
    places: Sequence[tuple[datetime, str]]


def samples(url: str, depth: int) -> Samples:
    """`depth`: how many leads are newer than the places, about."""
    with closing(Database(url)) as database, database.snapshot() as store:
        step = max(1, depth // 1_000)
        at = (leads.c.created_at, leads.c.id)
        newest_first = sa.select(*at).order_by(*(column.desc() for column in at))
        some = sa.select(leads.c.name, leads.c.email, leads.c.phone_e164).where(
            leads.c.name.is_not(None), leads.c.email.is_not(None), leads.c.phone_e164.is_not(None)
        )
        rows = store.execute(some.order_by(leads.c.id).limit(_SAMPLES)).all()
        deep = store.execute(newest_first.offset(depth).limit(_SAMPLES * step)).all()[::step]
    return Samples(
        names=[quote(row.name.split()[0]) for row in rows],
        rare=[quote(row.email.partition("@")[0].lower()) for row in rows],
        last_digits=[row.phone_e164[-4:] for row in rows],
        places=[(row.created_at, row.id) for row in deep],
    )


def moved(cursor: str, place: tuple[datetime, str]) -> str:
    """The cursor of a first page, as if that had ended there."""
    packed = msgspec.json.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    packed[1:3] = [iso_z(place[0]), place[1]]
    return urlsafe_b64encode(msgspec.json.encode(packed)).rstrip(b"=").decode()


def batches(count: int) -> Iterator[str]:
    """The members of a body's `messages`, each `{n}` in which no other request has."""
    for number in range(count):
        yield (
            f'{{"role":"{"visitor" if number % 2 else "bot"}","text":"Is the green tent still there? {{n}}",'
            f'"vendor_id":"{{n}}-{number}"}}'
        )

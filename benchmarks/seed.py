"""Leads to read, the same ones each time, stored by the project's own functions."""

import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice

import sqlalchemy as sa

from leadkeep.actions.create_key import create_key
from leadkeep.domain.access import OPERATOR, Permission
from leadkeep.domain.key import NewKey
from leadkeep.domain.lead import Lead
from leadkeep.domain.session import contacts_of
from leadkeep.storage import bots, leads, people, schema, sessions
from leadkeep.storage.database import Database
from leadkeep.storage.migrate import bring_up_to_date

BOT = "bench"
_START = datetime(2026, 1, 1, tzinfo=UTC)
_BATCH = 5_000
_CROWD_BOTS = 100
_CROWD_FIRST = 1_000_000
"""The serial number of the first lead of other bots; those of BOT begin at 0."""


def prepare(url: str, count: int, crowd: int = 0) -> str:
    """Bring the database up to date, with so many leads of BOT and of others; a token that may use them."""
    with closing(Database(url)) as database:
        bring_up_to_date(database)
        _store(database, range(_CROWD_FIRST, _CROWD_FIRST + crowd), lambda n: f"crowd-{n % _CROWD_BOTS}")
        _store(database, range(count), lambda _: BOT)
        return token_for(database)


def stored(url: str) -> int:
    """How many leads there are."""
    with closing(Database(url)) as database, database.snapshot() as store:
        count: int = store.execute(sa.select(sa.func.count()).select_from(schema.leads)).scalar_one()
        return count


def _store(database: Database, serials: range, bot_of: Callable[[int], str]) -> None:
    rest = iter(serials)
    done = 0
    while batch := [_lead(bot_of(serial), serial) for serial in islice(rest, _BATCH)]:
        with database.transaction() as store:
            bots.add_missing(store, (lead.bot_id for lead in batch), _START)
            placed = people.place(store, batch).leads
            sessions.record(store, contacts_of(placed))
            leads.add(store, placed)
        done += len(batch)
        if len(serials) > _BATCH:
            print(f"\r  {done:,} of {len(serials):,} leads stored", end="", file=sys.stderr, flush=True)
    if len(serials) > _BATCH:
        print(file=sys.stderr)


def _lead(bot_id: str, serial: int) -> Lead:
    at = _START + timedelta(seconds=serial)
    email, phone = f"ada.{serial:08}@example.com", f"+49151{serial:08}"
    return Lead(
        id=_id(at, serial),
        bot_id=bot_id,
        session_id=f"session-{serial:08}",
        name=f"Ada Lovelace {serial:08}",
        email=email,
        email_normal=email,
        email_problem=None,
        phone=phone,
        phone_e164=phone,
        phone_problem=None,
        attributes={},
        origin="benchmark",
        created_at=at,
        changed_at=at,
    )


def _id(at: datetime, serial: int) -> str:
    """A UUIDv7 (RFC 9562) with the serial number for its random part."""
    time = f"{int(at.timestamp() * 1000):012x}"
    return f"{time[:8]}-{time[8:]}-7000-8000-{serial:012x}"


def token_for(database: Database) -> str:
    new = NewKey(name="benchmark", permissions=frozenset({Permission.CAPTURE, Permission.READ}))
    with database.transaction() as store:
        return create_key(store, OPERATOR, new)[1]

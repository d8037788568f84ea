"""Fill an empty database with made-up bots, visitors, conversations and leads."""

import gc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from random import Random

from leadkeep.actions.merge_people import Stamp, merge_linked
from leadkeep.demo.beside import batches
from leadkeep.demo.businesses import businesses
from leadkeep.demo.ids import id_at
from leadkeep.demo.visit import Visit
from leadkeep.domain.bot import Bot
from leadkeep.domain.errors import ConflictError
from leadkeep.domain.lead import Lead
from leadkeep.domain.session import contacts_of
from leadkeep.storage import demo_rows, people
from leadkeep.storage.database import Database, Store

_BATCH = 20_000
"""Leads a transaction."""
_YEAR = timedelta(days=365)


def fill_demo(
    database: Database,
    leads: int,
    seed: int,
    until: datetime,
    on_stored: Callable[[int], object] = lambda leads: None,
) -> None:
    """A year of visits before `until`, with so many leads; the same for the same seed and time.

    `on_stored` is told how many leads each transaction stored. Raises ConflictError where the database holds
    sessions: made-up leads are never mixed with any others.
    """
    with database.transaction() as store:
        if demo_rows.holds_sessions(store):
            raise ConflictError("The database holds sessions already")
        for business in businesses():
            bot = Bot(
                id=business.id,
                name=business.name,
                public=True,
                origins=(business.site,),
                form=business.form,
                created_at=until - _YEAR,
            )
            demo_rows.add_bot(store, bot, business)
    stamp = _stamps(seed)
    with _no_garbage_collection(), closing(batches(leads, seed, until, _BATCH)) as told:
        for visits in told:
            with database.transaction() as store:
                stored = _store(store, visits, stamp)
            on_stored(stored)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Nothing here refers to itself, and to look for what does takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _stamps(seed: int) -> Stamp:
    """The id and time of the merge that a lead makes."""
    random = Random(f"leadkeep demo merges {seed}")  # noqa: S311
    return lambda lead: (id_at(lead.created_at, random), lead.created_at)


def _store(store: Store, visits: list[Visit], stamp: Stamp) -> int:
    """As captures would, but for the statements: how many leads."""
    leads = sorted((lead for visit in visits for lead in visit.leads), key=_place_in_time)
    placed = people.place(store, leads, likely_new=False)
    demo_rows.add_sessions(store, visits, contacts_of(placed.leads))
    demo_rows.add_leads(store, placed.leads, [note for visit in visits for note in visit.notes])
    demo_rows.add_work(store, visits)
    merge_linked(store, placed, stamp)
    return len(leads)


def _place_in_time(lead: Lead) -> tuple[datetime, str]:
    return lead.created_at, lead.id

"""Fill an empty database with made-up bots, visitors, conversations and leads."""

import gc
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from random import Random

from leadkeep.actions.beside import made_beside
from leadkeep.actions.merge_people import Stamp, merge_linked
from leadkeep.demo.businesses import businesses
from leadkeep.demo.ids import id_at
from leadkeep.demo.year import year_of_stories
from leadkeep.domain.bot import Bot
from leadkeep.domain.errors import ConflictError, InvalidError
from leadkeep.storage import bots, demo_rows, people
from leadkeep.storage.database import Database
from leadkeep.storage.demo_rows import DemoRows, rows_of
from leadkeep.storage.store import Store

_BATCH = 20_000
"""Leads a transaction."""
_YEAR = timedelta(days=365)
_EARLIEST = 1971


def fill_demo(
    database: Database,
    leads: int,
    seed: int,
    until: datetime,
    on_stored: Callable[[int], object] = lambda leads: None,
) -> None:
    """A year before `until`, with so many leads; the same for the same seed and time.

    `on_stored` is told how many leads each transaction stored. Raises ConflictError where the database holds
    sessions: made-up leads are never mixed with any others; InvalidError for a time that ids cannot hold.
    """
    if until.year <= _EARLIEST:
        raise InvalidError("until", f"until must lie after the year {_EARLIEST}")
    with database.transaction() as store:
        if demo_rows.holds_sessions(store):
            raise ConflictError("The database holds sessions already")
        _add_bots(store, until - _YEAR)
    stamp = _stamps(seed)
    with _no_garbage_collection(), closing(_batches(leads, seed, until)) as batches:
        for rows in batches:
            with database.transaction() as store:
                _add(store, rows, stamp)
            on_stored(len(rows.leads))


def _add_bots(store: Store, created_at: datetime) -> None:
    for business in businesses():
        bot = Bot(
            id=business.id,
            name=business.name,
            public=True,
            origins=(business.site,),
            form=business.form,
            region=business.region,
            created_at=created_at,
        )
        if not bots.add(store, bot):
            raise ConflictError(f"There is a bot {bot.id} already")


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


def _batches(leads: int, seed: int, until: datetime) -> Generator[DemoRows, None, None]:
    """Large ones are made by a second process, the next while the last is being stored."""
    if leads <= _BATCH:
        return _made(leads, seed, until, _BATCH)
    return made_beside(_made, DemoRows, leads, seed, until, _BATCH)


def _made(leads: int, seed: int, until: datetime, size: int) -> Generator[DemoRows, None, None]:
    """In batches of whole hours, with `size` leads or a few more, so that they stay in the order of time."""
    stories, held = [], 0
    for hour in year_of_stories(leads, seed, until):
        stories += hour
        held += sum(len(story.leads) for story in hour)
        if held >= size:
            yield rows_of(stories)
            stories, held = [], 0
    if stories:
        yield rows_of(stories)


def _add(store: Store, rows: DemoRows, stamp: Stamp) -> None:
    """As captures would, but for the statements."""
    store.dialect.expect_much(store.connection)
    placed = people.place(store, rows.leads, likely_new=False)
    demo_rows.add(store, rows, placed.leads)
    merge_linked(store, placed, stamp)

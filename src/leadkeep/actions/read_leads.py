"""Read leads: one, a page, or all of a bot's or all of its sessions as a stream of pages."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import NamedTuple

from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Lead, LeadCount, LeadFilter, Position, Sort
from leadkeep.storage import bots, leads, sessions
from leadkeep.storage.database import Database
from leadkeep.storage.store import Store

FIRST_PAGE = 100
"""Rows read at once, on the event loop where that is cheaper: most bots' leads fit into one answer."""
FURTHER_PAGE = 1_000


class JsonStream(NamedTuple):
    """The members of one JSON array, in pages: `first` is there, `rest` is None where it is all."""

    first: str
    rest: AsyncGenerator[str, None] | None


_Turn = Callable[[Store, Position | None, int], JsonPage]


def get_lead(store: Store, grant: Grant, lead_id: str) -> Lead:
    """Raises NotFoundError, also for a lead of a bot outside the grant."""
    grant.require(Permission.READ)
    lead = leads.get(store, lead_id)
    if lead is None or not grant.covers(lead.bot_id):
        raise NotFoundError(f"Lead {lead_id} not found")
    return lead


def list_leads(
    store: Store,
    grant: Grant,
    wanted: LeadFilter,
    shape: JsonShape,
    after: Position | None,
    limit: int,
    sort: Sort = Sort.NEWEST,
) -> JsonPage:
    """Leads the grant may read. Raises NotFoundError for a bot outside the grant."""
    if wanted.bot_id is not None:
        require_bot_id(wanted.bot_id)
    grant.require(Permission.READ, wanted.bot_id)
    only = None if wanted.bot_id else grant.bots
    return leads.page(store, wanted, shape, only_bots=only, after=after, limit=limit, sort=sort)


def count_leads(store: Store, grant: Grant, wanted: LeadFilter) -> LeadCount:
    """How many the grant may read. Raises NotFoundError for a bot outside the grant."""
    if wanted.bot_id is not None:
        require_bot_id(wanted.bot_id)
    grant.require(Permission.READ, wanted.bot_id)
    return leads.count(store, wanted, only_bots=None if wanted.bot_id else grant.bots)


async def stream_leads(database: Database, grant: Grant, bot_id: str, shape: JsonShape) -> JsonStream:
    """Every lead of a bot, oldest first. Raises NotFoundError, also for a bot outside the grant."""

    def turn(store: Store, after: Position | None, limit: int) -> JsonPage:
        wanted = LeadFilter(bot_id=bot_id)
        return leads.page(store, wanted, shape, after=after, limit=limit, sort=Sort.OLDEST)

    return await _stream(database, grant, bot_id, turn)


async def stream_sessions(database: Database, grant: Grant, bot_id: str, shape: JsonShape) -> JsonStream:
    """Every session of a bot that is a lead, newest first. Raises as `stream_leads` does."""

    def turn(store: Store, after: Position | None, limit: int) -> JsonPage:
        return sessions.page(store, bot_id, shape, after, limit)

    return await _stream(database, grant, bot_id, turn)


async def _stream(database: Database, grant: Grant, bot_id: str, turn: _Turn) -> JsonStream:
    grant.require(Permission.READ, bot_id)
    require_bot_id(bot_id)

    def first(store: Store) -> JsonPage:
        page = turn(store, None, FIRST_PAGE)
        if not page.members and bots.get(store, bot_id) is None:
            raise NotFoundError(f"Bot {bot_id} not found")
        return page

    def further(after: Position) -> Awaitable[JsonPage]:
        return database.read(turn, after, FURTHER_PAGE)

    page = await database.glance(first)
    return JsonStream(page.members, _rest(further, page.next) if page.next else None)


async def _rest(
    further: Callable[[Position], Awaitable[JsonPage]], after: Position | None
) -> AsyncGenerator[str, None]:
    while after is not None:
        page = await further(after)
        after = page.next
        yield page.members

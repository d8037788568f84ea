"""Read the overview: how it goes, against how it went before, and what somebody has to see to."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

import msgspec

from leadkeep.actions.read_bots import list_bots
from leadkeep.actions.read_counts import read_breakdown, read_counts
from leadkeep.actions.read_endpoints import list_endpoints
from leadkeep.actions.read_queue import count_waiting
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import Bot
from leadkeep.domain.counts import Asked, Breakdown, By, Counts, Total
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.handover_queue import Waiting
from leadkeep.domain.spans import Per
from leadkeep.storage.store import Store

BREAKDOWNS = (By.BOT, By.ORIGIN, By.COUNTRY)
SOON = 10_000
"""Leads and sessions that are told apart in a moment; of more it takes too long to wait for."""
_BOTS = 1_000


class Overview(NamedTuple):
    """`before`: of the time of the same length before. `broken_down`: the counts by what was asked for, and
    by all where that is quickly done. `failing`: the endpoints that get nothing, for those who may know of
    them."""

    bots: list[Bot]
    counts: Counts
    before: Total
    broken_down: dict[By, Breakdown]
    waiting: Waiting
    failing: list[Endpoint]


def read_overview(store: Store, grant: Grant, asked: Asked, by: By | None = None) -> Overview:
    """Of the bots that the grant covers. Raises NotFoundError for a bot outside it, InvalidError."""
    counts = read_counts(store, grant, asked)
    total = counts.total
    quick = total.leads + (total.sessions or 0) <= SOON
    wanted = [one for one in BREAKDOWNS if quick or one is by]
    return Overview(
        bots=list_bots(store, grant, limit=_BOTS),
        counts=counts,
        before=_before(store, grant, asked, counts),
        broken_down={one: read_breakdown(store, grant, asked, one) for one in wanted},
        waiting=count_waiting(store, grant, asked.bot_id),
        failing=_failing(store, grant),
    )


def _before(store: Store, grant: Grant, asked: Asked, counts: Counts) -> Total:
    """As many days, whatever the clocks did in them."""
    days = max(1, (counts.end.date() - counts.start.date()).days)
    start = _earlier(counts.start, days)
    before = msgspec.structs.replace(asked, start=start, end=counts.start, per=Per.DAY)
    return read_counts(store, grant, before).total


def _earlier(moment: datetime, days: int) -> datetime:
    day = moment.date() - timedelta(days=days)
    return datetime.combine(day, time(), moment.tzinfo)


def _failing(store: Store, grant: Grant) -> list[Endpoint]:
    if not grant.has(Permission.ADMIN):
        return []
    return [one for one in list_endpoints(store, grant) if one.disabled_reason or one.failing_since]

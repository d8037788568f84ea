"""Counts of leads, sessions and hand-overs.

The database answers with one row for each span of time, for which it counts the entries of an index or, for
all bots together, adds up tallies. To group each span alone takes half the time of grouping all rows at once:
they stand in the order of time already.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from leadkeep.domain.counts import By
from leadkeep.domain.moments import iso_z
from leadkeep.domain.spans import Span
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.schema import handovers, leads, sessions, tallies
from leadkeep.storage.store import Store


class Handled(NamedTuple):
    """Hand-overs, and their medians: seconds to the claim, and to an agent's first message."""

    handovers: int
    waiting_seconds: float | None
    first_answer_seconds: float | None


Row = tuple[int, ...]
Series = dict[str | None, list[Row]]
"""The numbers of each group, a row for each span; without groups all stand under None."""


class _Counted(NamedTuple):
    """What is counted, by which time, and the columns that tell groups apart."""

    rows: sa.FromClause
    at: sa.Column[Any]
    numbers: tuple[sa.ColumnElement[Any], ...]
    groups: Mapping[By, sa.ColumnElement[Any]] = {}
    bot_id: sa.Column[Any] | None = None


_TALLIES = _Counted(
    tallies,
    tallies.c.at,
    tuple(sa.func.coalesce(sa.func.sum(tallies.c[name]), 0) for name in ("leads", "sessions", "converted")),
)
_LEADS = _Counted(
    leads,
    leads.c.created_at,
    (sa.func.count(),),
    {By.BOT: leads.c.bot_id, By.STATUS: leads.c.status, By.ORIGIN: leads.c.origin},
    leads.c.bot_id,
)
_LEADS_OF_COUNTRIES = _LEADS._replace(
    rows=leads.join(sessions),
    groups={By.COUNTRY: sa.func.coalesce(sessions.c.country, leads.c.phone_region)},
)
_SESSIONS = _Counted(
    sessions,
    sessions.c.created_at,
    (sa.func.count(), sa.func.count(sessions.c.lead_at)),
    {By.BOT: sessions.c.bot_id, By.COUNTRY: sessions.c.country},
    sessions.c.bot_id,
)
_ROWS = msgspec.json.Decoder(list[tuple[Any, ...]])


def of_all_bots(store: Store, spans: Sequence[Span]) -> list[Row]:
    """Leads, sessions, and the sessions that became leads, of each span."""
    return _series(store, _TALLIES, spans, None, None)[None]


def leads_in(store: Store, spans: Sequence[Span], bots: frozenset[str] | None, by: By | None) -> Series:
    """Leads of these bots, None being all."""
    counted = _LEADS_OF_COUNTRIES if by is By.COUNTRY else _LEADS
    return _series(store, counted, spans, bots, by)


def sessions_in(store: Store, spans: Sequence[Span], bots: frozenset[str] | None, by: By | None) -> Series:
    """Sessions, and those of them that became leads."""
    return _series(store, _SESSIONS, spans, bots, by)


def _series(
    store: Store, counted: _Counted, spans: Sequence[Span], bots: frozenset[str] | None, by: By | None
) -> Series:
    parameters: dict[str, Any] = {"spans": _written(spans)}
    if bots is not None:
        parameters["bots"] = sorted(bots)
    none = (0,) * len(counted.numbers)
    found: Series = {} if by else {None: [none] * len(spans)}
    for row in store.execute(_statement(store.dialect, counted, bots is None, by), parameters):
        for group, *numbers in _ROWS.decode(row.rows):
            found.setdefault(group, [none] * len(spans))[row.number] = tuple(numbers)
    return found


def _statement(dialect: Dialect, counted: _Counted, all_bots: bool, by: By | None) -> sa.Select[Any]:
    group = counted.groups[by] if by else sa.null()
    # By name: SQLAlchemy would have a table in FROM see no other, yet inside a column it does.
    start, end = (sa.literal_column(f"spans.{edge}", counted.at.type) for edge in ("start_at", "end_at"))
    rows = sa.select(group.label("one_of"), *counted.numbers).select_from(counted.rows)
    rows = rows.where(counted.at >= start, counted.at < end)
    if by:
        rows = rows.group_by(group)
    if not all_bots and counted.bot_id is not None:
        rows = rows.where(counted.bot_id.in_(sa.bindparam("bots", expanding=True)))
    made = sa.select(dialect.json_rows(list(rows.subquery("counted").c))).scalar_subquery()
    spans = dialect.spans("spans")
    return sa.select(spans.c.number, made.label("rows"))


def handovers_in(store: Store, whole: Span, bots: frozenset[str] | None) -> Handled:
    """Of the hand-overs requested in that time."""
    requested = handovers.c.requested_at
    wanted = [requested >= whole.start, requested < whole.end]
    if bots is not None:
        wanted.append(handovers.c.bot_id.in_(sorted(bots)))
    claimed, answered = handovers.c.claimed_at, handovers.c.answered_at
    numbers = sa.select(
        sa.func.count().label("handovers"),
        sa.func.count(claimed).label("claimed"),
        sa.func.count(answered).label("answered"),
    )
    row = store.execute(numbers.select_from(handovers).where(*wanted)).one()
    return Handled(
        row.handovers,
        _median(store, claimed, row.claimed, wanted),
        _median(store, answered, row.answered, wanted),
    )


def _median(
    store: Store, until: sa.Column[Any], size: int, wanted: Sequence[sa.ColumnElement[bool]]
) -> float | None:
    """Seconds from the request until then, of as many as there are."""
    if not size:
        return None
    seconds = store.dialect.seconds_between(handovers.c.requested_at, until)
    ranked = sa.select(seconds).where(until.is_not(None), *wanted).order_by(seconds)
    # The one in the middle, or the two.
    middle = store.execute(ranked.limit(2 - size % 2).offset((size - 1) // 2)).scalars()
    return round(fmean(map(float, middle)), 3)


def _written(spans: Sequence[Span]) -> str:
    return msgspec.json.encode([[iso_z(span.start), iso_z(span.end)] for span in spans]).decode()

"""Read counts: leads and sessions per day or hour, and how hand-overs went."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from leadkeep.actions import clock
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import require_bot_id
from leadkeep.domain.counts import (
    MAX_GROUPS,
    Asked,
    Breakdown,
    By,
    Count,
    Counts,
    Group,
    GroupTotal,
    Item,
    Total,
)
from leadkeep.domain.spans import Span, spans_between
from leadkeep.storage import counts
from leadkeep.storage.counts import Row
from leadkeep.storage.store import Store

SHOWN = timedelta(days=30)
"""What is counted where nobody says from when."""
_PARTS = 12


def read_counts(store: Store, grant: Grant, asked: Asked) -> Counts:
    """Of the bots that the grant covers. Raises NotFoundError for a bot outside it, InvalidError."""
    bots, spans = _bots(grant, asked), _spans(asked)
    starts = [span.start.astimezone(asked.zone) for span in spans]
    whole = Span(spans[0].start, spans[-1].end)
    rows = _rows(store, spans, bots)
    groups = _groups(store, spans, bots, asked.by) if asked.by else []
    return Counts(
        time_zone=asked.zone.key,
        per=asked.per,
        by=asked.by,
        start=starts[0],
        end=whole.end.astimezone(asked.zone),
        total=Total(**_sums(rows), **counts.handovers_in(store, whole, bots)._asdict()),
        items=_items(starts, rows),
        groups=[_group(name, starts, found) for name, found in groups[:MAX_GROUPS]],
        groups_left_out=max(0, len(groups) - MAX_GROUPS),
    )


def read_breakdown(store: Store, grant: Grant, asked: Asked, by: By) -> Breakdown:
    """The same time told apart by something, as a whole. Raises as `read_counts` does."""
    bots, spans = _bots(grant, asked), _spans(asked)
    # In a few parts: one alone is slow to group where it holds much, and many where they hold little.
    size = -(-len(spans) // _PARTS)
    parts = [
        Span(spans[first].start, spans[min(first + size, len(spans)) - 1].end)
        for first in range(0, len(spans), size)
    ]
    groups = _groups(store, parts, bots, by)
    shown = [GroupTotal(group=name, total=Count(**_sums(rows))) for name, rows in groups[:MAX_GROUPS]]
    return Breakdown(groups=shown, left_out=max(0, len(groups) - MAX_GROUPS))


def _spans(asked: Asked) -> list[Span]:
    """Raises InvalidError."""
    end = asked.end or clock.now()
    return spans_between(asked.start or end - SHOWN, end, asked.per, asked.zone, "from")


def _bots(grant: Grant, asked: Asked) -> frozenset[str] | None:
    """Raises ForbiddenError, NotFoundError."""
    if asked.bot_id is not None:
        require_bot_id(asked.bot_id)
    grant.require(Permission.READ, asked.bot_id)
    return grant.bots if asked.bot_id is None else frozenset({asked.bot_id})


def _rows(store: Store, spans: Sequence[Span], bots: frozenset[str] | None) -> list[Row]:
    if bots is None:
        return counts.of_all_bots(store, spans)
    leads = counts.leads_in(store, spans, bots, None)[None]
    sessions = counts.sessions_in(store, spans, bots, None)[None]
    return _joined(leads, sessions)


def _groups(
    store: Store, spans: Sequence[Span], bots: frozenset[str] | None, by: By
) -> list[tuple[str | None, list[Row]]]:
    """Those with the most leads first."""
    leads = counts.leads_in(store, spans, bots, by)
    sessions = counts.sessions_in(store, spans, bots, by) if by.tells_sessions else None
    if sessions is None:
        found = leads
    else:
        no_leads, no_sessions = [(0,)] * len(spans), [(0, 0)] * len(spans)
        found = {
            name: _joined(leads.get(name, no_leads), sessions.get(name, no_sessions))
            for name in leads.keys() | sessions.keys()
        }
    return sorted(found.items(), key=lambda one: (*(-number for number in _total(one[1])), one[0] or ""))


def _joined(leads: Sequence[Row], sessions: Sequence[Row]) -> list[Row]:
    return [(*of_leads, *of_sessions) for of_leads, of_sessions in zip(leads, sessions, strict=True)]


def _group(name: str | None, starts: Sequence[datetime], rows: Sequence[Row]) -> Group:
    return Group(group=name, total=Count(**_sums(rows)), items=_items(starts, rows))


def _items(starts: Sequence[datetime], rows: Sequence[Row]) -> list[Item]:
    return [Item(at=at, **_numbers(*row)) for at, row in zip(starts, rows, strict=True)]


def _sums(rows: Sequence[Row]) -> dict[str, Any]:
    return _numbers(*_total(rows))


def _total(rows: Sequence[Row]) -> Row:
    return tuple(map(sum, zip(*rows, strict=True)))


def _numbers(leads: int, sessions: int | None = None, converted: int | None = None) -> dict[str, Any]:
    share = round((converted or 0) / sessions, 4) if sessions else None
    return {"leads": leads, "sessions": sessions, "converted": converted, "conversion": share}

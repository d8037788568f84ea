"""Pages of sessions: the newest first, or those that wait for an agent, who has waited longest first."""

from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from leadkeep.domain.handover import HandoverState
from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Position
from leadkeep.domain.session import SessionFilter
from leadkeep.domain.visit import Utm
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.json_pages import Listing, Pager
from leadkeep.storage.schema import handovers, sessions
from leadkeep.storage.sessions import COLUMNS
from leadkeep.storage.store import Store
from leadkeep.storage.types import Json

_CONDITIONS: dict[str, sa.ColumnElement[bool]] = {
    "bot_id": sessions.c.bot_id == sa.bindparam("bot_id"),
    "handover": sessions.c.handover == sa.bindparam("handover"),
    "created_from": sessions.c.created_at >= sa.bindparam("created_from"),
    "created_to": sessions.c.created_at < sa.bindparam("created_to"),
    # Joined to nothing, so that no engine goes by the index of bots, and sorts all that these have.
    "only_bots": sessions.c.bot_id.concat(sa.literal_column("''", sa.Text)).in_(
        sa.bindparam("only_bots", expanding=True)
    ),
}
_SWITCHES = {"handed_over": sessions.c.handover, "is_lead": sessions.c.lead_at}
_WAITING = (
    handovers.c.claimed_at.is_(None),
    handovers.c.ended_at.is_(None),
    handovers.c.bot_id == sessions.c.bot_id,
    handovers.c.session_id == sessions.c.id,
)
# A bot's id holds no slash, so that this tells sessions of one moment apart whatever their ids are.
_PLACE = sessions.c.id.concat(sa.literal_column("'/'", sa.Text)).concat(sessions.c.bot_id)


def page(
    store: Store,
    wanted: SessionFilter,
    shape: JsonShape,
    *,
    only_bots: frozenset[str] | None,
    after: Position | None,
    limit: int,
) -> JsonPage:
    """Sessions that fit the filter. `only_bots` None means of every bot.

    Who waits comes in the order of waiting, and its position is that of the hand-over.
    """
    given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    if only_bots is not None:
        given |= {"bot_id": min(only_bots)} if len(only_bots) == 1 else {"only_bots": sorted(only_bots)}
    switches = tuple((name, given.pop(name)) for name in _SWITCHES if name in given)
    waiting = given.get("handover") is HandoverState.WAITING
    if waiting:
        # The hand-overs themselves say who waits, and their index in which order.
        del given["handover"]
    pager = _pager(store.dialect, shape, tuple(given), switches, waiting)
    return pager.read(store, given, after, limit)


@cache
def _pager(
    dialect: Dialect,
    shape: JsonShape,
    conditions: tuple[str, ...],
    switches: tuple[tuple[str, bool], ...],
    waiting: bool,
) -> Pager:
    where = [_CONDITIONS[name] for name in conditions]
    where += [_SWITCHES[name].is_not(None) if on else _SWITCHES[name].is_(None) for name, on in switches]
    if waiting:
        where += _WAITING
    return Pager(dialect, _listing(dialect, waiting), tuple(where), shape, newest_first=not waiting)


@cache
def _listing(dialect: Dialect, waiting: bool) -> Listing:
    columns = {**COLUMNS, "utm": _utm(dialect)}
    if waiting:
        return Listing(columns, at=handovers.c.requested_at, id=handovers.c.id)
    return Listing(columns, at=sessions.c.created_at, id=_PLACE)


def _utm(dialect: Dialect) -> sa.ColumnElement[Any]:
    """All of its fields, those not given as null."""
    fields = [(name, sessions.c.utm[name].as_string()) for name in Utm.__struct_fields__]
    return sa.type_coerce(dialect.json_object(fields, drop_nulls=False), Json)

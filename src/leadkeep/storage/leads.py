"""Leads, as rows."""

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Lead, LeadFilter, Position
from leadkeep.domain.moments import iso_z
from leadkeep.storage.bulk_insert import BulkInsert, Row
from leadkeep.storage.database import Store
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.json_pages import Listing, Pager
from leadkeep.storage.schema import leads
from leadkeep.storage.types import is_id

_COLUMNS = tuple(column.name for column in leads.columns)
_LISTING = Listing(
    columns={column.name: column for column in leads.columns}, at=leads.c.created_at, id=leads.c.id
)

_CONDITIONS = {
    "bot_id": leads.c.bot_id == sa.bindparam("bot_id"),
    "session_id": leads.c.session_id == sa.bindparam("session_id"),
    "email": leads.c.email_normal == sa.bindparam("email"),
    "created_from": leads.c.created_at >= sa.bindparam("created_from"),
    "created_to": leads.c.created_at < sa.bindparam("created_to"),
    "only_bots": leads.c.bot_id.in_(sa.bindparam("only_bots", expanding=True)),
}


def add(store: Store, new: Iterable[Lead]) -> None:
    """All of them, in few statements. Their sessions exist already."""
    _ADD.execute(store, [_row(lead) for lead in new])


_ADD = BulkInsert(_COLUMNS, lambda dialect: dialect.insert(leads))


def _row(lead: Lead) -> Row:
    return (
        lead.id,
        lead.bot_id,
        lead.session_id,
        lead.name,
        lead.email,
        lead.email_normal,
        lead.email_problem,
        lead.phone,
        lead.phone_e164,
        lead.phone_problem,
        msgspec.json.encode(lead.attributes).decode() if lead.attributes else "{}",
        lead.origin,
        iso_z(lead.created_at),
    )


def get(store: Store, lead_id: str) -> Lead | None:
    if not is_id(lead_id):
        return None
    row = store.execute(_ONE, {"id": lead_id}).one_or_none()
    return msgspec.convert(row, Lead, from_attributes=True) if row else None


_ONE = sa.select(leads).where(leads.c.id == sa.bindparam("id"))


def page(
    store: Store,
    wanted: LeadFilter,
    shape: JsonShape,
    *,
    only_bots: frozenset[str] | None = None,
    after: Position | None,
    limit: int,
    newest_first: bool,
) -> JsonPage:
    """Leads that fit the filter, by time. `only_bots` None means of every bot."""
    parameters: dict[str, Any] = {
        name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None
    }
    if only_bots is not None:
        parameters["only_bots"] = sorted(only_bots)
    pager = _pager(store.dialect, shape, tuple(parameters), newest_first)
    return pager.read(store, parameters, after, limit)


@cache
def _pager(dialect: Dialect, shape: JsonShape, conditions: tuple[str, ...], newest_first: bool) -> Pager:
    where = tuple(_CONDITIONS[name] for name in conditions)
    return Pager(dialect, _LISTING, where, shape, newest_first=newest_first)

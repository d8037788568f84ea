"""Leads, as rows."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Lead, LeadFilter, Position
from leadkeep.domain.moments import iso_z
from leadkeep.domain.words import sort_key, words_of
from leadkeep.storage.bulk_insert import BulkInsert, Row
from leadkeep.storage.database import Store
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.json_pages import Listing, Pager
from leadkeep.storage.schema import leads, people
from leadkeep.storage.types import is_id

SHOWN = [leads.c[name] for name in Lead.__struct_fields__]
_LISTING = Listing(columns={column.name: column for column in SHOWN}, at=leads.c.created_at, id=leads.c.id)

_CONDITIONS = {
    "bot_id": leads.c.bot_id == sa.bindparam("bot_id"),
    "session_id": leads.c.session_id == sa.bindparam("session_id"),
    "email": leads.c.email_normal == sa.bindparam("email"),
    # Whom the id stands for today.
    "person_id": leads.c.person_id
    == sa.select(people.c.root_id).where(people.c.id == sa.bindparam("person_id")).scalar_subquery(),
    "created_from": leads.c.created_at >= sa.bindparam("created_from"),
    "created_to": leads.c.created_at < sa.bindparam("created_to"),
    "only_bots": leads.c.bot_id.in_(sa.bindparam("only_bots", expanding=True)),
}


def add(store: Store, new: Iterable[Lead]) -> None:
    """All of them, in few statements. Their sessions and people exist already; nobody has worked on them."""
    _ADD.execute(store, [new_row(lead) for lead in new])


NEW = (
    "id",
    "bot_id",
    "session_id",
    "person_id",
    "home_id",
    "name",
    "name_key",
    "email",
    "email_normal",
    "email_problem",
    "email_disposable",
    "email_role",
    "phone",
    "phone_e164",
    "phone_problem",
    "phone_region",
    "phone_type",
    "attributes",
    "origin",
    "message_id",
    "created_at",
    "changed_at",
    "words",
)
"""The columns of a `new_row`."""
# Inline: nobody asks for the number of a new row.
_ADD = BulkInsert(NEW, lambda dialect: dialect.insert(leads).inline())


def new_row(lead: Lead) -> Row:
    created_at = iso_z(lead.created_at)
    return (
        lead.id,
        lead.bot_id,
        lead.session_id,
        lead.person_id,
        lead.home_id,
        lead.name,
        sort_key(lead.name),
        lead.email,
        lead.email_normal,
        lead.email_problem,
        "1" if lead.email_disposable else "0",
        "1" if lead.email_role else "0",
        lead.phone,
        lead.phone_e164,
        lead.phone_problem,
        lead.phone_region,
        lead.phone_type,
        msgspec.json.encode(lead.attributes).decode() if lead.attributes else "{}",
        lead.origin,
        lead.message_id,
        created_at,
        created_at,
        words_of(lead.name, lead.email, lead.phone, lead.phone_e164),
    )


def get(store: Store, lead_id: str) -> Lead | None:
    if not is_id(lead_id):
        return None
    row = store.execute(_ONE, {"id": lead_id}).one_or_none()
    return msgspec.convert(row, Lead, from_attributes=True) if row else None


_ONE = sa.select(*SHOWN).where(leads.c.id == sa.bindparam("id"))


def lock(store: Store, lead_ids: Iterable[str]) -> list[Lead]:
    """Those of the leads that are there, by id, to be changed in this transaction.

    Locked in the order of their ids: two who change the same leads wait for one another in turn, not in a
    ring. The lock lets go on whoever refers to a lead only.
    """
    known = [lead_id for lead_id in lead_ids if is_id(lead_id)]
    return _locked(store, leads.c.id.in_(sa.bindparam("ids", expanding=True)), parameters={"ids": known})


def lock_fitting(
    store: Store, wanted: LeadFilter, *, only_bots: frozenset[str] | None, limit: int
) -> list[Lead]:
    """The same for those that fit the filter, at most `limit`; one changed meanwhile is looked at anew."""
    parameters = _parameters(wanted, only_bots)
    where = (_CONDITIONS[name] for name in parameters)
    return _locked(store, *where, parameters=parameters, limit=limit)


def _locked(
    store: Store, *where: sa.ColumnElement[bool], parameters: dict[str, Any], limit: int | None = None
) -> list[Lead]:
    found = sa.select(*SHOWN).where(*where).order_by(leads.c.id).limit(limit)
    rows = store.execute(found.with_for_update(key_share=True, of=leads), parameters)
    return [msgspec.convert(row, Lead, from_attributes=True) for row in rows]


def known_in(store: Store, bot_id: str, session_id: str, contacts: Collection[str]) -> set[str]:
    """Which of these normalised addresses and E.164 numbers the session's leads have."""
    asked, found = sorted(contacts), set[str]()
    for start in range(0, len(asked), _MAX_PARAMETERS):
        chunk = asked[start : start + _MAX_PARAMETERS]
        rows = store.execute(_KNOWN, {"of_bot": bot_id, "of_session": session_id, "contacts": chunk})
        found.update(rows.scalars())
    return found


_MAX_PARAMETERS = 500
_KNOWN = sa.union(
    *(
        sa.select(column)
        .where(leads.c.session_id == sa.bindparam("of_session"), leads.c.bot_id == sa.bindparam("of_bot"))
        .where(column.in_(sa.bindparam("contacts", expanding=True)))
        for column in (leads.c.email_normal, leads.c.phone_e164)
    )
)


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
    parameters = _parameters(wanted, only_bots)
    pager = _pager(store.dialect, shape, tuple(parameters), newest_first)
    return pager.read(store, parameters, after, limit)


def _parameters(wanted: LeadFilter, only_bots: frozenset[str] | None) -> dict[str, Any]:
    """What the conditions to apply are given, by their names."""
    given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value is not None}
    return given if only_bots is None else {**given, "only_bots": sorted(only_bots)}


@cache
def _pager(dialect: Dialect, shape: JsonShape, conditions: tuple[str, ...], newest_first: bool) -> Pager:
    where = tuple(_CONDITIONS[name] for name in conditions)
    return Pager(dialect, _LISTING, where, shape, newest_first=newest_first)

"""Leads, as rows."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import lru_cache

import msgspec
import sqlalchemy as sa

from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Lead, LeadCount, LeadFilter, Position, Sort
from leadkeep.domain.moments import iso_z
from leadkeep.domain.words import sort_key, words_of
from leadkeep.storage.bulk_insert import BulkInsert, Row
from leadkeep.storage.json_pages import Listing, Pager
from leadkeep.storage.lead_conditions import Kind
from leadkeep.storage.lead_count import LeadCounter
from leadkeep.storage.lead_finder import LeadFinder, order_of
from leadkeep.storage.lead_tests import DRIVING, NEWEST_OF_PERSON, asked, test_of
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import bots, leads
from leadkeep.storage.store import Store
from leadkeep.storage.types import is_id

_lead = reader_of(Lead)

SHOWN = [leads.c[name] for name in Lead.__struct_fields__]
_LISTING = Listing(columns={column.name: column for column in SHOWN}, at=leads.c.created_at, id=leads.c.id)

_IN_INDEX = {"created_from", "created_to"}


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
    return _lead(row) if row else None


_ONE = sa.select(*SHOWN).where(leads.c.id == sa.bindparam("id"))


def lock(store: Store, lead_ids: Iterable[str]) -> list[Lead]:
    """Those of the leads that are there, by id, to be changed in this transaction.

    Locked in the order of their ids: two who change the same leads wait for one another in turn, not in a
    ring. The lock lets go on whoever refers to a lead only.
    """
    known = [lead_id for lead_id in lead_ids if is_id(lead_id)]
    rows = store.execute(_LOCKED, {"ids": known})
    return [_lead(row) for row in rows]


_LOCKED = (
    sa.select(*SHOWN)
    .where(leads.c.id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(leads.c.id)
    .with_for_update(key_share=True, of=leads)
)


def lock_fitting(
    store: Store, wanted: LeadFilter, *, only_bots: frozenset[str] | None, limit: int
) -> list[Lead]:
    """The same for those that fit the filter, at most `limit`; one changed meanwhile is looked at anew."""
    found = lock(store, ids(store, wanted, only_bots=only_bots, limit=limit))
    # Those that came meanwhile must not crowd out the ones that are locked.
    still = set(ids(store, wanted, only_bots=only_bots, limit=2 * limit))
    return [lead for lead in found if lead.id in still]


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


def last_of_bots(store: Store, bot_ids: Collection[str]) -> dict[str, datetime]:
    """When the newest lead came, of those of the bots that have any."""
    rows = store.execute(_LAST, {"bots": sorted(bot_ids)})
    return {row.id: row.at for row in rows if row.at is not None}


# For each bot one look at the end of an index.
_LAST = sa.select(
    bots.c.id,
    sa.select(sa.func.max(leads.c.created_at))
    .where(leads.c.bot_id == bots.c.id)
    .scalar_subquery()
    .label("at"),
).where(bots.c.id.in_(sa.bindparam("bots", expanding=True)))


def page(
    store: Store,
    wanted: LeadFilter,
    shape: JsonShape,
    *,
    only_bots: frozenset[str] | None = None,
    after: Position | None,
    limit: int,
    sort: Sort = Sort.NEWEST,
) -> JsonPage:
    """Leads that fit the filter. `only_bots` None means of every bot; `Sort.BEST` is for searches."""
    conditions = asked(store.dialect, wanted, only_bots)
    kind = Kind(store.dialect, conditions.names, conditions.shape, sort)
    reader = _pager(kind, shape) if _is_plain(kind) else _finder(kind, shape)
    return reader.read(store, conditions.parameters, after, limit)


def ids(
    store: Store, wanted: LeadFilter, *, only_bots: frozenset[str] | None = None, limit: int
) -> list[str]:
    """The ids of the leads that fit, newest first."""
    found = page(store, wanted, _ID, only_bots=only_bots, after=None, limit=limit)
    return [row.id for row in _IDS.decode(f"[{found.members}]")]


class _Id(msgspec.Struct):
    id: str


_ID = JsonShape((("id", "id"),), missing="null")
_IDS = msgspec.json.Decoder(list[_Id])


def count(store: Store, wanted: LeadFilter, *, only_bots: frozenset[str] | None = None) -> LeadCount:
    """How many fit. `only_bots` None means of every bot."""
    conditions = asked(store.dialect, wanted, only_bots)
    kind = Kind(store.dialect, conditions.names, conditions.shape, Sort.NEWEST)
    return _counter(kind).read(store, conditions.parameters)


def people_found(
    store: Store,
    wanted: LeadFilter,
    *,
    only_bots: frozenset[str] | None = None,
    after: Position | None,
    limit: int,
) -> tuple[list[str], Position | None]:
    """The ids of the people who have a lead that fits the filter's search, those with the newest such lead
    first; and where to go on. The filter may name a bot, and nothing else. `only_bots` None means of every
    bot."""
    conditions = asked(store.dialect, wanted, only_bots, NEWEST_OF_PERSON)
    kind = Kind(store.dialect, conditions.names, conditions.shape, Sort.NEWEST)
    found = _finder(kind, _PERSON).read(store, conditions.parameters, after, limit)
    return [row.id for row in _IDS.decode(f"[{found.members}]")], found.next


_PERSON = JsonShape((("id", "person_id"),), missing="null")


def _is_plain(kind: Kind) -> bool:
    """Whether the list is one stretch of an index."""
    if kind.sort not in {Sort.NEWEST, Sort.OLDEST}:
        return not kind.names and kind.sort is not Sort.A_TO_Z
    driving = [name for name in kind.names if name in DRIVING]
    return len(driving) < 2 and set(kind.names) <= {*driving, *_IN_INDEX}


# As many as callers are likely to use over and over: they are free to ask for any mixture.
@lru_cache(maxsize=128)
def _pager(kind: Kind, shape: JsonShape) -> Pager:
    order = order_of(kind.sort)
    where = tuple(test_of(kind.dialect, name, kind.names, kind.shape) for name in kind.names)
    listing = _LISTING._replace(at=order.column)
    return Pager(kind.dialect, listing, where, shape, newest_first=order.descending)


@lru_cache(maxsize=256)
def _finder(kind: Kind, shape: JsonShape) -> LeadFinder:
    return LeadFinder(kind, _LISTING, shape)


@lru_cache(maxsize=128)
def _counter(kind: Kind) -> LeadCounter:
    return LeadCounter(kind)

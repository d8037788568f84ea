"""People, as rows: whose leads are whose, and the merges that say so."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from leadkeep.domain.lead import Lead
from leadkeep.domain.moments import iso_z
from leadkeep.domain.person import Homes, Link, Person, branch_of, find_homes, people_of
from leadkeep.storage.bulk_insert import BulkInsert, Row
from leadkeep.storage.database import Store
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.schema import leads, merges, people, person_keys
from leadkeep.storage.types import is_id

_MAX_PARAMETERS = 500


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """That `absorbed_id` was merged into `survivor_id`; by a lead that linked them, or by somebody."""

    id: str
    survivor_id: str
    absorbed_id: str
    reason: str | None
    lead_id: str | None
    at: datetime
    merged_by_id: str | None
    merged_by_name: str | None
    undone_at: datetime | None
    undone_by_id: str | None
    undone_by_name: str | None


class Placed(NamedTuple):
    """Leads that know whose they are, and the people that they link."""

    leads: list[Lead]
    links: list[Link]


def place(store: Store, new: Sequence[Lead]) -> Placed:
    """Find or make the people of these leads, which come oldest first and are about to be stored."""
    homes, roots = _homes(store, new)
    placed = [
        msgspec.structs.replace(lead, person_id=roots.get(home, home), home_id=home)
        for lead, home in ((lead, homes.of[lead.id]) for lead in new)
    ]
    _RECORD.execute(store, [_row(person) for person in people_of(placed)])
    return Placed(placed, homes.links)


def _homes(store: Store, new: Sequence[Lead]) -> tuple[Homes, dict[str, str]]:
    """Each lead's home, and the roots of those homes that were there before.

    Most leads are of somebody new: that all are is tried first, since it needs no reading.
    """
    homes, roots = find_homes(new, {}), dict[str, str]()
    while not _claim(store, homes.claims):
        # Who was there before may be merged or taken apart at this very moment.
        store.dialect.lock_people(store.connection)
        owners, roots = _owners(store, sorted({key for lead in new for key in lead.person_keys()}))
        homes = find_homes(new, owners)
    return homes, roots


def _owners(store: Store, keys: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    owners: dict[str, str] = {}
    roots: dict[str, str] = {}
    for start in range(0, len(keys), _MAX_PARAMETERS):
        chunk = keys[start : start + _MAX_PARAMETERS]
        for row in store.execute(_OWNERS, {"keys": chunk}):
            owners[row.key] = row.person_id
            roots[row.person_id] = row.root_id
    return owners, roots


_OWNERS = (
    sa.select(person_keys.c.key, person_keys.c.person_id, people.c.root_id)
    .join(people, people.c.id == person_keys.c.person_id)
    .where(person_keys.c.key.in_(sa.bindparam("keys", expanding=True)))
)


def _claim(store: Store, claims: Mapping[str, str]) -> bool:
    """Whether all of these keys were free; where another process was first, none is taken."""
    rows = sorted(claims.items())
    if not rows:
        return True
    # Driver's SQL: SQLAlchemy's own savepoints cost as much as storing three leads.
    store.connection.exec_driver_sql("SAVEPOINT claim")
    if _CLAIM.execute(store, rows) == len(rows):
        return True
    store.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT claim")
    return False


_CLAIM = BulkInsert(
    ("key", "person_id"), lambda dialect: dialect.insert(person_keys).on_conflict_do_nothing()
)


def _add_to_what_is_known(dialect: Dialect) -> sa.Insert:
    insert = dialect.insert(people)
    new = insert.excluded
    newest = {name: sa.func.coalesce(new[name], people.c[name]) for name in ("name", "email", "phone")}
    return insert.on_conflict_do_update(
        index_elements=["id"],
        set_={
            **newest,
            "lead_count": people.c.lead_count + new.lead_count,
            "last_at": sa.case((new.last_at > people.c.last_at, new.last_at), else_=people.c.last_at),
        },
    )


_RECORD = BulkInsert(
    ("id", "root_id", "name", "email", "phone", "lead_count", "first_at", "last_at"), _add_to_what_is_known
)


def _row(person: Person) -> Row:
    return (
        person.id,
        person.id,
        person.name,
        person.email,
        person.phone,
        str(person.lead_count),
        iso_z(person.first_at),
        iso_z(person.last_at),
    )


_ROOT = sa.select(people.c.root_id).where(people.c.id == sa.bindparam("id"))


def get(store: Store, person_id: str) -> Person | None:
    """Whom this id stands for today."""
    if not is_id(person_id):
        return None
    row = store.execute(_ONE, {"id": person_id}).one_or_none()
    return msgspec.convert(row, Person, from_attributes=True) if row else None


_ONE = sa.select(*(people.c[name] for name in Person.__struct_fields__)).where(
    people.c.id == _ROOT.scalar_subquery()
)


def by_id(
    store: Store, person_ids: Collection[str], *, only_bots: frozenset[str] | None
) -> dict[str, Person]:
    """These roots; with `only_bots`, as leads of these bots alone would have it."""
    if not person_ids:
        return {}
    given: dict[str, Any] = {"ids": list(person_ids)}
    if only_bots is None:
        rows = store.execute(_SOME, given)
    else:
        rows = store.execute(_SEEN, {**given, "bots": sorted(only_bots)})
    return {row.id: msgspec.convert(row, Person, from_attributes=True) for row in rows}


_SOME = sa.select(*(people.c[name] for name in Person.__struct_fields__)).where(
    people.c.id.in_(sa.bindparam("ids", expanding=True))
)


_other = leads.alias("other")


def _newest(name: str, column: sa.ColumnElement[Any]) -> sa.Label[Any]:
    return (
        sa.select(column)
        .where(_other.c.person_id == leads.c.person_id, column != "")
        .where(_other.c.bot_id.in_(sa.bindparam("bots", expanding=True)))
        .order_by(_other.c.created_at.desc(), _other.c.id.desc())
        .limit(1)
        .scalar_subquery()
        .label(name)
    )


_SEEN = (
    sa.select(
        leads.c.person_id.label("id"),
        sa.func.count().label("lead_count"),
        sa.func.min(leads.c.created_at).label("first_at"),
        sa.func.max(leads.c.created_at).label("last_at"),
        _newest("name", _other.c.name),
        _newest("email", _other.c.email),
        _newest("phone", sa.func.coalesce(_other.c.phone_e164, _other.c.phone)),
    )
    .where(leads.c.person_id.in_(sa.bindparam("ids", expanding=True)))
    .where(leads.c.bot_id.in_(sa.bindparam("bots", expanding=True)))
    .group_by(leads.c.person_id)
)


def merge(store: Store, record: Merge) -> None:
    """Two roots become one, by the one record. The people are locked."""
    store.execute(sa.insert(merges).values(**msgspec.structs.asdict(record)))
    into, gone = record.survivor_id, record.absorbed_id
    store.execute(sa.update(people).where(people.c.id == gone).values(parent_id=into, root_id=into))
    below = sa.update(people).where(people.c.root_id == gone, people.c.parent_id.is_not(None))
    store.execute(below.values(root_id=into))
    store.execute(sa.update(leads).where(leads.c.person_id == gone).values(person_id=into))
    recount(store, into)


def part(store: Store, merge: Merge, undone_at: datetime, by_id: str, by_name: str) -> None:
    """Undo a merge: cut the absorbed person's branch off its tree. The people are locked."""
    top: str = store.execute(_ROOT, {"id": merge.absorbed_id}).scalar_one()
    below = sa.select(people.c.id, people.c.parent_id).where(
        people.c.root_id == top, people.c.parent_id.is_not(None)
    )
    branch = sorted(branch_of(merge.absorbed_id, {row.id: row.parent_id for row in store.execute(below)}))
    store.execute(sa.update(people).where(people.c.id.in_(branch)).values(root_id=merge.absorbed_id))
    store.execute(sa.update(people).where(people.c.id == merge.absorbed_id).values(parent_id=None))
    moved = sa.update(leads).where(leads.c.person_id == top, leads.c.home_id.in_(branch))
    store.execute(moved.values(person_id=merge.absorbed_id))
    undone = {"undone_at": undone_at, "undone_by_id": by_id, "undone_by_name": by_name}
    store.execute(sa.update(merges).where(merges.c.id == merge.id).values(**undone))
    recount(store, top)
    recount(store, merge.absorbed_id)


def merge_of(store: Store, merge_id: str) -> Merge | None:
    if not is_id(merge_id):
        return None
    row = store.execute(sa.select(merges).where(merges.c.id == merge_id)).one_or_none()
    return msgspec.convert(row, Merge, from_attributes=True) if row else None


def were_parted(store: Store, one: str, other: str) -> bool:
    """Whether a merge that made one of these two roots was undone: nothing but a person merges them again."""
    survivor, absorbed = people.alias("survivor"), people.alias("absorbed")
    found = (
        sa.select(sa.literal(1))
        .select_from(merges)
        .join(survivor, survivor.c.id == merges.c.survivor_id)
        .join(absorbed, absorbed.c.id == merges.c.absorbed_id)
        .where(merges.c.undone_at.is_not(None))
        .where(sa.tuple_(survivor.c.root_id, absorbed.c.root_id).in_([(one, other), (other, one)]))
    )
    return store.execute(found.limit(1)).first() is not None


def recount(store: Store, person_id: str) -> None:
    """Say anew what a root's leads say of it."""
    mine = leads.c.person_id == person_id
    counted = sa.select(
        sa.func.count().label("lead_count"),
        sa.func.min(leads.c.created_at).label("first_at"),
        sa.func.max(leads.c.created_at).label("last_at"),
    ).where(mine)
    row = store.execute(counted).one()
    phone = sa.func.coalesce(leads.c.phone_e164, leads.c.phone)
    newest = {
        name: sa.select(column)
        .where(mine, column != "")
        .order_by(leads.c.created_at.desc(), leads.c.id.desc())
        .limit(1)
        .scalar_subquery()
        for name, column in (("name", leads.c.name), ("email", leads.c.email), ("phone", phone))
    }
    values = {"lead_count": row.lead_count, **newest}
    if row.lead_count:
        values |= {"first_at": row.first_at, "last_at": row.last_at}
    store.execute(sa.update(people).where(people.c.id == person_id).values(**values))


def people_of_leads(store: Store, lead_ids: Collection[str]) -> dict[str, str]:
    """Whose these leads are today."""
    found = sa.select(leads.c.id, leads.c.person_id).where(leads.c.id.in_(sorted(lead_ids)))
    return {row.id: row.person_id for row in store.execute(found)}

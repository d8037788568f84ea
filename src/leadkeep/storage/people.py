"""People, as rows: whose leads are whose."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from leadkeep.domain.lead import Lead, Position
from leadkeep.domain.moments import iso_z
from leadkeep.domain.person import Homes, Link, Person, Trace, find_homes, people_of
from leadkeep.storage.bulk_insert import BulkInsert, Row
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.newest import newest
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import leads, people, person_keys
from leadkeep.storage.store import Store
from leadkeep.storage.types import is_id

_person = reader_of(Person)

_MAX_PARAMETERS = 500


class Placed(NamedTuple):
    """Leads that know whose they are, and the people that they link."""

    leads: list[Lead]
    links: list[Link]


def place(store: Store, new: Sequence[Lead], *, likely_new: bool = True) -> Placed:
    """Find or make the people of these leads, which come oldest first and are about to be stored.

    `likely_new`: that all are of somebody new is worth trying first, as with few of them, since it needs no
    reading.
    """
    homes, roots = _homes(store, new) if likely_new else _homes_beside_others(store, new)
    placed = [
        msgspec.structs.replace(lead, person_id=roots.get(home, home), home_id=home)
        for lead, home in ((lead, homes.of[lead.id]) for lead in new)
    ]
    _RECORD.execute(store, [_row(person) for person in people_of(placed)])
    return Placed(placed, homes.links)


def _homes(store: Store, new: Sequence[Lead]) -> tuple[Homes, dict[str, str]]:
    """Each lead's home, and the roots of those homes that were there before."""
    homes = find_homes(new, {})
    return (homes, {}) if _claim(store, homes.claims) else _homes_beside_others(store, new)


def _homes_beside_others(store: Store, new: Sequence[Lead]) -> tuple[Homes, dict[str, str]]:
    """The same where some are of people who are there, who may be merged or taken apart at this moment."""
    store.dialect.lock_people(store.connection)
    keys = sorted({key for lead in new for key in lead.person_keys()})
    while True:
        owners, roots = _owners(store, keys)
        homes = find_homes(new, owners)
        if _claim(store, homes.claims):
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
    store.savepoint("claim")
    claimed = _CLAIM.execute(store, rows) == len(rows)
    if not claimed:
        store.roll_back_to("claim")
    store.release("claim")
    return claimed


_CLAIM = BulkInsert(
    ("key", "person_id"), lambda dialect: dialect.insert(person_keys).on_conflict_do_nothing()
)


def _add_to_what_is_known(dialect: Dialect) -> sa.Insert:
    insert = dialect.insert(people)
    new = insert.excluded
    # Another process may have been quicker with a newer one.
    is_newest = new.last_at >= people.c.last_at

    def newest(name: str) -> sa.ColumnElement[str]:
        ours, theirs = new[name], people.c[name]
        return sa.case((is_newest, sa.func.coalesce(ours, theirs)), else_=sa.func.coalesce(theirs, ours))

    return insert.on_conflict_do_update(
        index_elements=["id"],
        set_={
            **{name: newest(name) for name in ("name", "email", "phone")},
            "lead_count": people.c.lead_count + new.lead_count,
            "first_at": sa.case((new.first_at < people.c.first_at, new.first_at), else_=people.c.first_at),
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


ROOT = sa.select(people.c.root_id).where(people.c.id == sa.bindparam("id"))
"""The id of whom an id stands for today."""


def get(store: Store, person_id: str) -> Person | None:
    """Whom this id stands for today."""
    if not is_id(person_id):
        return None
    row = store.execute(_ONE, {"id": person_id}).one_or_none()
    return _person(row) if row else None


_SHOWN = [people.c[name] for name in Person.__struct_fields__]
_ONE = sa.select(*_SHOWN).where(people.c.id == ROOT.scalar_subquery())


def by_id(
    store: Store, person_ids: Collection[str], *, only_bots: frozenset[str] | None
) -> dict[str, Person]:
    """These roots; with `only_bots`, as leads of these bots alone would have it."""
    if not person_ids:
        return {}
    if only_bots is None:
        return {person.id: person for person in several(store, person_ids)}
    rows = store.execute(_SEEN, {"ids": list(person_ids), "bots": sorted(only_bots)})
    return {row.id: _person(row) for row in rows}


_other = leads.alias("other")
_THEIRS = sa.and_(
    _other.c.person_id == leads.c.person_id, _other.c.bot_id.in_(sa.bindparam("bots", expanding=True))
)
_COUNTED = (
    sa.func.count().label("lead_count"),
    sa.func.min(leads.c.created_at).label("first_at"),
    sa.func.max(leads.c.created_at).label("last_at"),
)
_SEEN = (
    sa.select(
        leads.c.person_id.label("id"),
        *_COUNTED,
        *(value.label(name) for name, value in newest(_THEIRS, _other, leads).items()),
    )
    .where(leads.c.person_id.in_(sa.bindparam("ids", expanding=True)))
    .where(leads.c.bot_id.in_(sa.bindparam("bots", expanding=True)))
    .group_by(leads.c.person_id)
)


def page(store: Store, after: Position | None, limit: int) -> list[Person]:
    """People, those with the newest lead first; those that come after the position."""
    statement = sa.select(*_SHOWN).where(people.c.parent_id.is_(None))
    statement = statement.order_by(people.c.last_at.desc(), people.c.id.desc()).limit(limit)
    if after is not None:
        place = (sa.literal(after.key, people.c.last_at.type), sa.literal(after.id, people.c.id.type))
        statement = statement.where(sa.tuple_(people.c.last_at, people.c.id) < sa.tuple_(*place))
    return [_person(row) for row in store.execute(statement)]


def several(store: Store, roots: Collection[str]) -> list[Person]:
    """The people of these ids, none of which was merged into another."""
    return [_person(row) for row in store.execute(sa.select(*_SHOWN).where(people.c.id.in_(sorted(roots))))]


def as_bots_know(store: Store, person_id: str, only_bots: frozenset[str]) -> Person | None:
    """What the leads of these bots alone say of whom the id stands for; None where there are none."""
    root = store.execute(ROOT, {"id": person_id}).scalar_one_or_none() if is_id(person_id) else None
    return None if root is None else by_id(store, [root], only_bots=only_bots).get(root)


def traces(store: Store, root: str, only_bots: Collection[str] | None, limit: int) -> list[Trace]:
    """Of the root's newest leads. `only_bots` None means of every bot."""
    newest_first = (leads.c.created_at.desc(), leads.c.id.desc())
    found = sa.select(*(leads.c[name] for name in Trace._fields)).order_by(*newest_first).limit(limit)
    if only_bots is None:
        rows = store.execute(found.where(_MINE), {"root": root})
    else:
        rows = store.execute(found.where(_OF_BOTS), {"root": root, "bots": sorted(only_bots)})
    return [Trace._make(row) for row in rows]


def recount(store: Store, person_id: str) -> int:
    """Say anew what a root's leads say of it; how many they are."""
    said = store.execute(_SAID, {"root": person_id}).mappings().one()
    if said["lead_count"]:
        store.execute(sa.update(people).where(people.c.id == person_id).values(**said))
    return int(said["lead_count"])


_MINE = leads.c.person_id == sa.bindparam("root")
_OF_BOTS = sa.and_(_MINE, leads.c.bot_id.in_(sa.bindparam("bots", expanding=True)))


_SAID = sa.select(*_COUNTED, *(value.label(name) for name, value in newest(_MINE).items())).where(_MINE)


def people_of_leads(store: Store, lead_ids: Collection[str]) -> dict[str, str]:
    """Whose these leads are today."""
    found = sa.select(leads.c.id, leads.c.person_id).where(leads.c.id.in_(sorted(lead_ids)))
    return {row.id: row.person_id for row in store.execute(found)}

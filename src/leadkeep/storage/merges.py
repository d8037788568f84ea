"""Merges, as rows, and the trees of people that they make."""

from collections.abc import Collection
from datetime import datetime

import msgspec
import sqlalchemy as sa

from leadkeep.domain.lead import Position
from leadkeep.domain.merge import Merge
from leadkeep.domain.person import branch_of
from leadkeep.storage import events, idempotency
from leadkeep.storage.batches import batched
from leadkeep.storage.people import ROOT, recount
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import leads, merges, people
from leadkeep.storage.store import Store
from leadkeep.storage.types import is_id

_merge = reader_of(Merge)

_MAX_PARAMETERS = 500

# Of a root only: what was merged into it, at any remove.
_BRANCHES = people.c.parent_id.is_not(None)
TREE = (
    sa.select(people.c.id)
    .where(people.c.root_id == sa.bindparam("root"), _BRANCHES)
    .union_all(sa.select(people.c.id).where(people.c.id == sa.bindparam("root")))
)
"""The ids that stand for the person `root` today."""

_ENDS = (merges.c.survivor_id, merges.c.absorbed_id)


def merge(store: Store, record: Merge) -> None:
    """Two roots become one, by the one record. The people are locked."""
    store.execute(sa.insert(merges).values(**msgspec.structs.asdict(record)))
    into, gone = record.survivor_id, record.absorbed_id
    # Only a root says what its leads say.
    says_nothing = {"name": None, "email": None, "phone": None, "lead_count": 0}
    absorbed = sa.update(people).where(people.c.id == gone)
    store.execute(absorbed.values(parent_id=into, root_id=into, **says_nothing))
    below = sa.update(people).where(people.c.root_id == gone, _BRANCHES)
    store.execute(below.values(root_id=into))
    _move(store, [leads.c.person_id == gone], into)
    recount(store, into)


def part(store: Store, merge: Merge, undone_at: datetime, by_id: str, by_name: str) -> None:
    """Undo a merge: cut the absorbed person's branch off its tree. The people are locked.

    Whoever is left without a lead, because all of theirs were deleted, is gone.
    """
    top: str = store.execute(ROOT, {"id": merge.absorbed_id}).scalar_one()
    below = sa.select(people.c.id, people.c.parent_id).where(people.c.root_id == top, _BRANCHES)
    branch = sorted(branch_of(merge.absorbed_id, {row.id: row.parent_id for row in store.execute(below)}))
    for chunk in batched(branch, _MAX_PARAMETERS):
        store.execute(sa.update(people).where(people.c.id.in_(chunk)).values(root_id=merge.absorbed_id))
    # Those just cut off, however many they are.
    cut = sa.select(people.c.id).where(people.c.root_id == merge.absorbed_id, _BRANCHES)
    _move(store, [leads.c.person_id == top, leads.c.home_id.in_(cut)], merge.absorbed_id)
    store.execute(sa.update(people).where(people.c.id == merge.absorbed_id).values(parent_id=None))
    undone = {"undone_at": undone_at, "undone_by_id": by_id, "undone_by_name": by_name}
    store.execute(sa.update(merges).where(merges.c.id == merge.id).values(**undone))
    for root in (top, merge.absorbed_id):
        settle(store, root)


def _move(store: Store, mine: Collection[sa.ColumnElement[bool]], person_id: str) -> None:
    """Locked by id first, as whoever changes many leads takes them, so that nobody waits in a ring."""
    locked = sa.select(leads.c.id).where(*mine).order_by(leads.c.id).with_for_update(key_share=True)
    store.execute(locked)
    store.execute(sa.update(leads).where(*mine).values(person_id=person_id))


def settle(store: Store, root: str) -> None:
    """Say anew what a root's leads say of it; where it has none any more, its whole tree goes."""
    if recount(store, root):
        return
    tree = store.execute(TREE, {"root": root}).scalars().all()
    for chunk in batched(tree, _MAX_PARAMETERS):
        for end in _ENDS:
            gone = sa.delete(merges).where(end.in_(chunk)).returning(merges.c.id, merges.c.absorbed_id)
            forgotten = store.execute(gone).all()
            events.erase(store, [merge.id for merge in forgotten])
            for merge in forgotten:
                idempotency.hide(store, merge.id, person_id=merge.absorbed_id)
        store.execute(sa.delete(people).where(people.c.id.in_(chunk)))


def merge_of(store: Store, merge_id: str) -> Merge | None:
    if not is_id(merge_id):
        return None
    row = store.execute(sa.select(merges).where(merges.c.id == merge_id)).one_or_none()
    return _merge(row) if row else None


def page(store: Store, root: str, after: Position | None, limit: int) -> list[Merge]:
    """The merges that this root is or was a part of, newest first; those that come after the position."""
    # Two reads of an index each: joined by OR they would be none.
    found = sa.union(*(sa.select(merges).where(end.in_(TREE)) for end in _ENDS)).subquery()
    statement = sa.select(found).order_by(found.c.at.desc(), found.c.id.desc()).limit(limit)
    if after is not None:
        place = (sa.literal(after.key, merges.c.at.type), sa.literal(after.id, merges.c.id.type))
        statement = statement.where(sa.tuple_(found.c.at, found.c.id) < sa.tuple_(*place))
    rows = store.execute(statement, {"root": root})
    return [_merge(row) for row in rows]


def parted_from(store: Store, root: str) -> set[str]:
    """The roots that were one with this one until somebody undid the merge."""
    return set(store.execute(_PARTED, {"root": root}).scalars()) - {root}


_PARTED = sa.union(
    *(
        sa.select(people.c.root_id)
        .join(merges, people.c.id == other)
        .where(end.in_(TREE), merges.c.undone_at.is_not(None))
        for end, other in (_ENDS, _ENDS[::-1])
    )
)

"""Pages of the leads that fit a filter, whatever it asks for.

Two ways lead to a page, and which is the cheaper is not known before. In order of the list, testing each
lead: good where many fit, as the page is full soon. By an index of those that fit one of the conditions, in
no order: good where few do. So both are tried for a little, then for more, in turn: the whole then costs no
more than a few times what the better one does.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.sql.util import ClauseAdapter

from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Position, Sort
from leadkeep.storage.json_pages import Listing, built_object
from leadkeep.storage.lead_conditions import COLUMNS, Conditions, Kind, Test
from leadkeep.storage.lead_tests import IN_INDEXES
from leadkeep.storage.schema import leads
from leadkeep.storage.store import Store

_Select = sa.Select[*tuple[Any, ...]]

_UPWARDS = {Sort.OLDEST, Sort.FIRST_CHANGED, Sort.A_TO_Z}
_ALL = 2**31 - 1
_IN_INDEX = 20_000
"""Entries of one index to look through before anything else."""
_ROUNDS = ((2_000, 4_000), (20_000, 20_000), (200_000, 200_000))
"""Leads to test in order, and leads to take from an index."""


class Order(NamedTuple):
    column: sa.Column[Any]
    descending: bool

    def of(self, key: sa.ColumnElement[Any], id_: sa.ColumnElement[Any]) -> tuple[Any, Any]:
        return (key.desc(), id_.desc()) if self.descending else (key, id_)

    def after(self) -> Test:
        row, place = sa.tuple_(self.column, leads.c.id), self._place("after")
        return row < place if self.descending else row > place

    def until(self) -> Test:
        row, place = sa.tuple_(self.column, leads.c.id), self._place("until")
        return row >= place if self.descending else row <= place

    def _place(self, name: str) -> Any:
        key = sa.bindparam(f"{name}_key", type_=self.column.type)
        return sa.tuple_(key, sa.bindparam(f"{name}_id", type_=leads.c.id.type))


def order_of(sort: Sort) -> Order:
    return Order(COLUMNS[sort], sort not in _UPWARDS)


class _Part(NamedTuple):
    """Lists are read part after part. `begins` and `ends` bound it in the order's column; `whole` is about a
    search's words, None being that both whole words and beginnings will do."""

    begins: tuple[Test, ...] = ()
    ends: tuple[Test, ...] = ()
    whole: bool | None = None


_PARTS = {
    # Those without a name come last.
    Sort.A_TO_Z: (_Part(begins=(leads.c.name_key > "",)), _Part(ends=(leads.c.name_key <= "",))),
    Sort.BEST: (_Part(whole=True), _Part(whole=False)),
}


class _Found(NamedTuple):
    """At most as many members as asked for; `fitting` is one more where there are more."""

    members: str
    fitting: int
    key: Any
    id: str


class LeadFinder:
    def __init__(self, kind: Kind, listing: Listing, shape: JsonShape) -> None:
        self._conditions = Conditions(kind)
        self._order = order_of(kind.sort)
        self._parts = _PARTS.get(kind.sort, (_Part(),))
        self._built = built_object(kind.dialect, listing, shape).label("built")
        self._walk = lru_cache(self._walking)
        self._gather = lru_cache(self._gathering)
        self._edge = lru_cache(self._edging)
        self._glance = lru_cache(self._glancing)

    def read(
        self, store: Store, parameters: Mapping[str, Any], after: Position | None, limit: int
    ) -> JsonPage:
        """One page and its successor's position. It may go over from one part of the list into the next."""
        members: list[str] = []
        last, left = after, limit
        for number in range(after.part if after else 0, len(self._parts)):
            begun = after if after and after.part == number else None
            found = self._found(store, parameters, number, begun, max(left, 1))
            if left == 0:
                if found.fitting:
                    return JsonPage(",".join(members), last)
                continue
            if found.fitting:
                members.append(found.members)
                last = Position(found.key, found.id, number)
            if found.fitting > left:
                return JsonPage(",".join(members), last)
            left -= found.fitting
        return JsonPage(",".join(members), None)

    def _found(
        self, store: Store, parameters: Mapping[str, Any], part: int, after: Position | None, limit: int
    ) -> _Found:
        given = {**parameters, "limit": limit, "more": limit + 1, "edge": limit - 1}
        if after is not None:
            given |= {"after_key": after.key, "after_id": after.id}
        begun = after is not None
        if self._conditions.beside_in_index:
            near = _found_in(store.execute(self._glance(part, begun), {**given, "rows": _IN_INDEX}).one())
            if near.fitting > limit:
                return near
        rounds = _ROUNDS if self._conditions.eager or self._conditions.others else ()
        for rows, most in rounds:
            found = (
                self._among(store, given, part, begun, self._conditions.eager, most)
                or self._within(store, given, part, begun, rows)
                or self._among(store, given, part, begun, self._conditions.others, most)
            )
            if found is not None:
                return found
        return _found_in(store.execute(self._walk(part, begun, False), given).one())

    def _among(
        self, store: Store, given: dict[str, Any], part: int, begun: bool, sources: Iterable[str], most: int
    ) -> _Found | None:
        """The page, from the first of the sources that has no more than that in it."""
        for source in sources:
            row = store.execute(self._gather(part, begun, source), {**given, "most": most}).one()
            if row.candidates <= most:
                return _found_in(row)
        return None

    def _within(
        self, store: Store, given: dict[str, Any], part: int, begun: bool, rows: int
    ) -> _Found | None:
        """The page, if the next so many leads of the list fill it or are all there are."""
        edge = store.execute(self._edge(part, begun), {**given, "rows": rows}).one_or_none()
        if edge is None:
            return _found_in(store.execute(self._walk(part, begun, False), given).one())
        window = {**given, "until_key": edge.key, "until_id": edge.id}
        found = _found_in(store.execute(self._walk(part, begun, True), window).one())
        return found if found.fitting > given["limit"] else None

    def _edging(self, part: int, begun: bool) -> _Select:
        """Where the next so many leads of the list end."""
        where = (*self._bounds(part, begun), *self._conditions.driving)
        # What the index holds, and no more: it is all that is read then.
        place = self._rows(where).with_only_columns(self._order.column.label("key"), leads.c.id.label("id"))
        return place.limit(1).offset(sa.bindparam("rows", type_=sa.Integer))

    def _glancing(self, part: int, begun: bool) -> _Select:
        """The page, if the next so many entries of the index fill it; only the leads on it are looked at."""
        held = [leads.c[name] for name in IN_INDEXES]
        entries = self._rows((*self._bounds(part, begun), *self._conditions.driving)).add_columns(*held)
        window = entries.limit(sa.bindparam("rows", type_=sa.Integer)).subquery("window")
        tests = (ClauseAdapter(window).traverse(test) for test in self._conditions.beside_in_index)
        # In the order in which the window gives them: told to sort, SQLite would read all of it first.
        return self._page(sa.select(window.c.number, window.c.key, window.c.id).where(*tests))

    def _walking(self, part: int, begun: bool, bounded: bool) -> _Select:
        until = (self._order.until(),) if bounded else ()
        tests = self._conditions.in_order(self._parts[part].whole)
        return self._page(self._rows((*self._bounds(part, begun), *until, *tests)))

    def _gathering(self, part: int, begun: bool, source: str) -> _Select:
        whole = self._parts[part].whole
        among, size = self._conditions.candidates(source, whole=bool(whole))
        bounds = (bound.is_(True) for bound in self._bounds(part, begun))
        found = self._rows((among, *bounds, *self._conditions.beside(source, whole)), in_order=False)
        most = sa.bindparam("most", type_=sa.Integer)
        # None at all where there are too many. Sorted apart: the database must not think that to walk in
        # order would do as well.
        few = found.limit(sa.case((size <= most, sa.literal_column(str(_ALL))), else_=sa.literal_column("0")))
        rows = few.cte("found").prefix_with("MATERIALIZED")
        page = self._page(sa.select(rows).order_by(*self._order.of(rows.c.key, rows.c.id)))
        return page.add_columns(size.label("candidates"))

    def _bounds(self, part: int, begun: bool) -> tuple[Test, ...]:
        """Two lower bounds would be one too many: it may be the wrong one that is looked up in the index."""
        of = self._parts[part]
        return (*((self._order.after(),) if begun else of.begins), *of.ends)

    def _rows(self, where: Iterable[Test], *, in_order: bool = True) -> _Select:
        key, id_ = self._order.column, leads.c.id
        rows = sa.select(leads.c.number, key.label("key"), id_.label("id")).where(*where)
        return rows.order_by(*self._order.of(key, id_)) if in_order else rows

    def _page(self, rows: _Select) -> _Select:
        """The page's objects in one text, how many leads there are up to one more than that, and the last."""
        limit = sa.bindparam("limit", type_=sa.Integer)
        more = sa.bindparam("more", type_=sa.Integer)
        chosen = rows.limit(more).cte("chosen").prefix_with("MATERIALIZED")
        in_order = self._order.of(chosen.c.key, chosen.c.id)
        shown = chosen.join(leads, leads.c.number == chosen.c.number)
        page = sa.select(self._built).select_from(shown).order_by(*in_order).limit(limit).subquery("page")
        members = sa.func.coalesce(sa.func.aggregate_strings(sa.cast(page.c.built, sa.Text), ","), "")
        ends = sa.select(chosen).order_by(*in_order).limit(limit).subquery("ends")
        backwards = Order(self._order.column, not self._order.descending)
        last = sa.select(ends).order_by(*backwards.of(ends.c.key, ends.c.id)).limit(1)
        return sa.select(
            members.label("members"),
            sa.select(sa.func.count()).select_from(chosen).scalar_subquery().label("fitting"),
            last.with_only_columns(ends.c.key).scalar_subquery().label("key"),
            last.with_only_columns(ends.c.id).scalar_subquery().label("id"),
        ).select_from(page)


def _found_in(row: Any) -> _Found:
    return _Found(row.members, row.fitting, row.key, row.id)

"""Pages of the leads that fit a filter, whatever it asks for.

Two ways lead to a page, and which is the cheaper is not known before. In order of the list, testing each
lead: good where many fit, as the page is full soon. By an index of those that fit one of the conditions, in
no order: good where few do. So both are tried for a little, then for more, in turn: the whole then costs no
more than a few times what the better one does.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Position, Sort
from leadkeep.storage.database import Store
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.json_pages import Listing, built_object
from leadkeep.storage.lead_conditions import (
    DIRECT,
    DRIVING,
    NEWEST_OF_PERSON,
    SEARCH,
    SOURCES,
    Test,
    newest_of_person,
    numbers_of,
    test_of,
)
from leadkeep.storage.schema import leads

_Select = sa.Select[*tuple[Any, ...]]

_ROUNDS = ((1_000, 5_000), (50_000, 200_000))
"""Leads to test in order, and leads to take from an index."""

_COLUMNS: dict[Sort, sa.Column[Any]] = {
    Sort.NEWEST: leads.c.created_at,
    Sort.OLDEST: leads.c.created_at,
    Sort.LAST_CHANGED: leads.c.changed_at,
    Sort.FIRST_CHANGED: leads.c.changed_at,
    Sort.A_TO_Z: leads.c.name_key,
    Sort.Z_TO_A: leads.c.name_key,
    Sort.BEST: leads.c.created_at,
}
_UPWARDS = {Sort.OLDEST, Sort.FIRST_CHANGED, Sort.A_TO_Z}


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
    return Order(_COLUMNS[sort], sort not in _UPWARDS)


class _Part(NamedTuple):
    """Lists are read part after part. `where` is about the order's column; `whole` about a search's words,
    None being that both whole words and beginnings will do."""

    where: tuple[Test, ...] = ()
    whole: bool | None = None


_PARTS = {
    # Those without a name come last.
    Sort.A_TO_Z: (_Part((leads.c.name_key > "",)), _Part((leads.c.name_key == "",))),
    Sort.BEST: (_Part(whole=True), _Part(whole=False)),
}


class _Found(NamedTuple):
    """At most as many members as asked for; `fitting` is one more where there are more."""

    members: str
    fitting: int
    key: Any
    id: str


class Kind(NamedTuple):
    """What makes a statement. Building one costs more than running it."""

    dialect: Dialect
    names: tuple[str, ...]
    shape: tuple[int, ...]
    sort: Sort


class LeadFinder:
    def __init__(self, kind: Kind, listing: Listing, shape: JsonShape) -> None:
        self._conditions = Conditions(kind)
        self._order = order_of(kind.sort)
        self._parts = _PARTS.get(kind.sort, (_Part(),))
        self._dialect = kind.dialect
        self._built = built_object(kind.dialect, listing, shape).label("built")
        self._walk = lru_cache(self._walking)
        self._gather = lru_cache(self._gathering)
        self._edge = lru_cache(self._edging)

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
        begun, sources = after is not None, self._conditions.sources
        for rows, most in _ROUNDS if sources else ():
            if not (self._conditions.is_direct and rows == _ROUNDS[0][0]):
                found = self._within(store, given, part, begun, rows)
                if found is not None:
                    return found
            for source in sources:
                row = store.execute(self._gather(part, begun, source), {**given, "most": most}).one()
                if row.candidates <= most:
                    return _found_in(row)
        return _found_in(store.execute(self._walk(part, begun, False), given).one())

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
        column = self._order.column
        rows = sa.select(column.label("key"), leads.c.id.label("id")).where(*self._in_order(part, begun))
        last = rows.where(*self._conditions.driving).order_by(*self._order.of(column, leads.c.id))
        return last.limit(1).offset(sa.bindparam("rows", type_=sa.Integer))

    def _walking(self, part: int, begun: bool, bounded: bool) -> _Select:
        where = (*self._in_order(part, begun), *self._conditions.in_order(self._parts[part].whole))
        return self._page(sa.select().where(*where, *((self._order.until(),) if bounded else ())))

    def _gathering(self, part: int, begun: bool, source: str) -> _Select:
        whole = self._parts[part].whole
        candidates = candidates_of(self._dialect, source, whole=bool(whole))
        among, size = among_candidates(self._dialect, candidates)
        where = (among, *(test.is_(True) for test in self._in_order(part, begun)))
        return self._page(sa.select().where(*where, *self._conditions.beside(source, whole))).add_columns(
            size
        )

    def _in_order(self, part: int, begun: bool) -> tuple[Test, ...]:
        return (*self._parts[part].where, *((self._order.after(),) if begun else ()))

    def _page(self, fitting: _Select) -> _Select:
        """The page's objects in one text, how many leads there are up to one more than that, and the last."""
        column = self._order.column
        chosen = (
            fitting.add_columns(leads.c.number, column.label("key"), leads.c.id.label("id"))
            .order_by(*self._order.of(column, leads.c.id))
            .limit(sa.bindparam("more", type_=sa.Integer))
            .cte("chosen")
            .prefix_with("MATERIALIZED")
        )
        in_order = self._order.of(chosen.c.key, chosen.c.id)
        page = (
            sa.select(self._built)
            .select_from(chosen.join(leads, leads.c.number == chosen.c.number))
            .order_by(*in_order)
            .limit(sa.bindparam("limit", type_=sa.Integer))
            .subquery("page")
        )
        members = sa.func.coalesce(sa.func.aggregate_strings(sa.cast(page.c.built, sa.Text), ","), "")
        page_end = sa.select(chosen).order_by(*in_order).limit(sa.bindparam("limit", type_=sa.Integer))
        ends = page_end.subquery("ends")
        backwards = Order(self._order.column, not self._order.descending).of(ends.c.key, ends.c.id)
        last = sa.select(ends).order_by(*backwards).limit(1)
        return sa.select(
            members.label("members"),
            sa.select(sa.func.count()).select_from(chosen).scalar_subquery().label("fitting"),
            last.with_only_columns(ends.c.key).scalar_subquery().label("key"),
            last.with_only_columns(ends.c.id).scalar_subquery().label("id"),
        ).select_from(page)


def candidates_of(dialect: Dialect, source: str, *, whole: bool = False) -> sa.CTE:
    """The leads of a source, one more than `:most` at most."""
    numbers = numbers_of(dialect, source, whole=whole).limit(sa.bindparam("most", type_=sa.Integer) + 1)
    return numbers.cte("candidates").prefix_with("MATERIALIZED")


def among_candidates(dialect: Dialect, candidates: sa.CTE) -> tuple[Test, Any]:
    """That a lead is among them, which none is where they are more than `:most`; and how many they are."""
    size = sa.select(sa.func.count()).select_from(candidates).scalar_subquery()
    few = size <= sa.bindparam("most", type_=sa.Integer)
    return dialect.among(leads.c.number, candidates) & few, size.label("candidates")


def _found_in(row: Any) -> _Found:
    return _Found(row.members, row.fitting, row.key, row.id)


class Conditions:
    """A kind's conditions, as each of the two ways has to see them for the database to take it."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        by_creation = _COLUMNS[kind.sort] is leads.c.created_at
        self._led_by = next((name for name in DRIVING if by_creation and name in kind.names), None)

    @cached_property
    def sources(self) -> tuple[str, ...]:
        return tuple(name for name in SOURCES if name in self._kind.names and name != self._led_by)

    @cached_property
    def is_direct(self) -> bool:
        return any(name in DIRECT for name in self.sources)

    @cached_property
    def driving(self) -> tuple[Test, ...]:
        """What bounds the list in the index that it is read by."""
        return tuple(self._test(name) for name in self._kind.names if self._is_in_index(name))

    def in_order(self, whole: bool | None) -> Iterator[Test]:
        for name in self._kind.names:
            if self._is_in_index(name):
                yield self._test(name)
            elif self._led_by and name in DRIVING:
                yield self._kind.dialect.aside(self._test(name))
            else:
                yield from self._opaque(name, whole)

    def beside(self, source: str, whole: bool | None) -> Iterator[Test]:
        """All but the source's own."""
        for name in self._kind.names:
            # Behind the leads that have the whole words, an index of beginnings finds those once more.
            if name != source or whole is False:
                yield from self._opaque(name, whole)

    def _is_in_index(self, name: str) -> bool:
        column = _COLUMNS[self._kind.sort].name.removesuffix("_at")
        return name == self._led_by or name in {f"{column}_from", f"{column}_to"}

    def _opaque(self, name: str, whole: bool | None) -> Iterator[Test]:
        """So that the database does not take another way because of it."""
        if name != SEARCH or whole is None:
            yield self._test(name).is_(True)
            return
        words, shape = leads.c.words, self._kind.shape
        all_whole = self._kind.dialect.has_words(words, shape, whole=True)
        if whole:
            yield all_whole.is_(True)
        else:
            yield self._test(name).is_(True)
            yield all_whole.is_(False)

    def _test(self, name: str) -> Test:
        kind = self._kind
        if name == NEWEST_OF_PERSON:
            return newest_of_person(kind.dialect, kind.names, kind.shape)
        return test_of(kind.dialect, name, kind.shape)

"""Pages of JSON that the database builds itself.

One row comes out however many leads go in: Python's sqlite3 lets go of the interpreter lock at every row, so
fetching rows one by one from a thread fights the event loop for it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Position
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.store import Store

_Rows = sa.Select[*tuple[Any, ...]]


class Listing(NamedTuple):
    """A table as one may page through it: what its columns are called, and what it is ordered by."""

    columns: dict[str, sa.ColumnElement[Any]]
    at: sa.ColumnElement[Any]
    id: sa.ColumnElement[Any]


class Pager:
    """Reads one kind of page. Building its statements costs more than running them: make it once, keep it."""

    def __init__(
        self,
        dialect: Dialect,
        listing: Listing,
        where: tuple[sa.ColumnElement[bool], ...],
        shape: JsonShape,
        *,
        newest_first: bool,
    ) -> None:
        built = built_object(dialect, listing, shape).label("built")
        order = _Order(listing, newest_first)
        first = sa.select().where(*where).order_by(*order.of(listing.at, listing.id))
        further = first.where(order.comes_after(listing.at, listing.id))
        self._pages = {False: _page(first, built, order), True: _page(further, built, order)}

    def read(
        self, store: Store, parameters: Mapping[str, Any], after: Position | None, limit: int
    ) -> JsonPage:
        """One page and its successor's position. The cost does not depend on how deep the page lies."""
        given = {**parameters, "limit": limit, "edge": limit - 1}
        if after is not None:
            given |= {"after_at": after.key, "after_id": after.id}
        page = store.execute(self._pages[after is not None], given).one()
        return JsonPage(page.members, Position(page.at, page.id) if page.ends == 2 else None)


class _Order(NamedTuple):
    listing: Listing
    newest_first: bool

    def of(self, at: sa.ColumnElement[Any], id_: sa.ColumnElement[Any]) -> tuple[Any, Any]:
        return (at.desc(), id_.desc()) if self.newest_first else (at, id_)

    def comes_after(self, at: sa.ColumnElement[Any], id_: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        after = sa.tuple_(sa.bindparam("after_at", type_=at.type), sa.bindparam("after_id", type_=id_.type))
        return sa.tuple_(at, id_) < after if self.newest_first else sa.tuple_(at, id_) > after


def _page(rows: _Rows, built: Any, order: _Order) -> _Rows:
    """The page's objects in one text, and whether and where it goes on.

    One statement for both, so that a lead that arrives meanwhile cannot make them disagree. The inner query
    hands on whole objects: handing on their parts takes half as long again.
    """
    limit, offset = sa.bindparam("limit", type_=sa.Integer), sa.bindparam("edge", type_=sa.Integer)
    page = rows.add_columns(built).limit(limit).subquery("page")
    members = sa.func.coalesce(sa.func.aggregate_strings(sa.cast(page.c.built, sa.Text), ","), "")
    place = (order.listing.at.label("at"), order.listing.id.label("id"))
    # The page's last row, and the one behind it.
    ends = rows.add_columns(*place).limit(2).offset(offset).cte("ends").prefix_with("MATERIALIZED")
    last = sa.select(ends).order_by(*order.of(ends.c.at, ends.c.id)).limit(1)
    return sa.select(
        members.label("members"),
        sa.select(sa.func.count()).select_from(ends).scalar_subquery().label("ends"),
        last.with_only_columns(ends.c.at).scalar_subquery().label("at"),
        last.with_only_columns(ends.c.id).scalar_subquery().label("id"),
    ).select_from(page)


def built_object(dialect: Dialect, listing: Listing, shape: JsonShape) -> Any:
    """A row as the face wants it."""
    fields = [(key, _value(dialect, listing.columns[column], shape)) for key, column in shape.fields]
    return dialect.json_object(fields, drop_nulls=shape.missing == "absent")


def _value(dialect: Dialect, column: sa.ColumnElement[Any], shape: JsonShape) -> Any:
    if column.type.python_type is not str:
        return dialect.json_value(column, shape.zone)
    if shape.missing == "empty" and getattr(column, "nullable", False):
        return sa.func.coalesce(column, sa.literal_column("''"))
    return column

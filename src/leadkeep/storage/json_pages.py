"""Pages of JSON that the database builds itself.

One row comes out however many leads go in: Python's sqlite3 lets go of the interpreter lock at every row, so
fetching rows one by one from a thread fights the event loop for it.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from leadkeep.domain.json_shape import JsonPage, JsonShape
from leadkeep.domain.lead import Position
from leadkeep.storage.database import Store
from leadkeep.storage.dialect import Dialect

_Rows = sa.Select[*tuple[Any, ...]]


class Listing(NamedTuple):
    """A table as one may page through it: what its columns are called, and the time it is ordered by."""

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
        built = _built(dialect, listing, shape).label("built")
        place = (listing.at, listing.id)
        first = _ordered(listing, where, newest_first)
        pages = {False: first, True: _resumed(first, listing, newest_first)}
        self._members = {resuming: _joined(page.add_columns(built)) for resuming, page in pages.items()}
        self._edges = {
            resuming: page.add_columns(*place).offset(sa.bindparam("edge", type_=sa.Integer))
            for resuming, page in pages.items()
        }

    def read(
        self, store: Store, parameters: Mapping[str, Any], after: Position | None, limit: int
    ) -> JsonPage:
        """One page and its successor's position. The cost does not depend on how deep the page lies."""
        resuming = after is not None
        given = {**parameters, "limit": limit}
        if after is not None:
            given |= {"after_at": after.at, "after_id": after.id}
        members, count = store.connection.execute(self._members[resuming], given).one()
        if count < limit:
            return JsonPage(members, None)
        ends = store.connection.execute(self._edges[resuming], {**given, "limit": 2, "edge": limit - 1}).all()
        return JsonPage(members, Position(*ends[0]) if len(ends) == 2 else None)


def _ordered(listing: Listing, where: tuple[sa.ColumnElement[bool], ...], newest_first: bool) -> _Rows:
    order = (listing.at.desc(), listing.id.desc()) if newest_first else (listing.at, listing.id)
    return sa.select().where(*where).order_by(*order).limit(sa.bindparam("limit", type_=sa.Integer))


def _resumed(page: _Rows, listing: Listing, newest_first: bool) -> _Rows:
    place = sa.tuple_(listing.at, listing.id)
    after = sa.tuple_(
        sa.bindparam("after_at", type_=listing.at.type), sa.bindparam("after_id", type_=listing.id.type)
    )
    return page.where(place < after if newest_first else place > after)


def _joined(page: _Rows) -> sa.Select[str, int]:
    """The page's objects in one text, and how many they are.

    The inner query hands on whole objects: handing on their parts takes half as long again.
    """
    built = page.subquery("page").c.built
    members = sa.func.coalesce(sa.func.aggregate_strings(sa.cast(built, sa.Text), ","), "")
    return sa.select(members, sa.func.count())


def _built(dialect: Dialect, listing: Listing, shape: JsonShape) -> Any:
    fields = [(key, _value(dialect, listing.columns[column], shape)) for key, column in shape.fields]
    return dialect.json_object(fields, drop_nulls=shape.missing == "absent")


def _value(dialect: Dialect, column: sa.ColumnElement[Any], shape: JsonShape) -> Any:
    if column.type.python_type is not str:
        return dialect.json_value(column, shape.zone)
    if shape.missing == "empty" and getattr(column, "nullable", False):
        return sa.func.coalesce(column, sa.literal_column("''"))
    return column

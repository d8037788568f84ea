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
        self._place = (listing.at, listing.id)
        first = _ordered(listing, shape, where, newest_first)
        further = _resumed(first, listing, newest_first)
        self._rows = {
            resuming: _built(dialect, listing, shape, page)
            for resuming, page in ((False, first), (True, further))
        }
        self._edges = {
            resuming: page.with_only_columns(*self._place).offset(sa.bindparam("edge", type_=sa.Integer))
            for resuming, page in ((False, first), (True, further))
        }

    def read(
        self, store: Store, parameters: Mapping[str, Any], after: Position | None, limit: int
    ) -> JsonPage:
        """One page and its successor's position. The cost does not depend on how deep the page lies."""
        resuming = after is not None
        given = {**parameters, "limit": limit}
        if after is not None:
            given |= {"after_at": after.at, "after_id": after.id}
        rows, count = store.connection.execute(self._rows[resuming], given).one()
        if count < limit:
            return JsonPage(rows, None)
        ends = store.connection.execute(self._edges[resuming], {**given, "limit": 2, "edge": limit - 1}).all()
        return JsonPage(rows, Position(*ends[0]) if len(ends) == 2 else None)


def _ordered(
    listing: Listing, shape: JsonShape, where: tuple[sa.ColumnElement[bool], ...], newest_first: bool
) -> _Rows:
    order = (listing.at.desc(), listing.id.desc()) if newest_first else (listing.at, listing.id)
    columns = (listing.columns[name].label(name) for name in dict(shape.fields).values())
    return sa.select(*columns).where(*where).order_by(*order).limit(sa.bindparam("limit", type_=sa.Integer))


def _resumed(page: _Rows, listing: Listing, newest_first: bool) -> _Rows:
    place = sa.tuple_(listing.at, listing.id)
    after = sa.tuple_(
        sa.bindparam("after_at", type_=listing.at.type), sa.bindparam("after_id", type_=listing.id.type)
    )
    return page.where(place < after if newest_first else place > after)


def _built(dialect: Dialect, listing: Listing, shape: JsonShape, bounded: _Rows) -> sa.Select[str, int]:
    page = bounded.subquery("page")
    optional = {name for name, column in listing.columns.items() if getattr(column, "nullable", False)}
    fields = [
        (key, _value(dialect, page.c[column], shape, optional=column in optional))
        for key, column in shape.fields
    ]
    built = dialect.json_object(fields, drop_nulls=shape.missing == "absent")
    return sa.select(dialect.json_array(built), sa.func.count()).select_from(page)


def _value(dialect: Dialect, column: sa.ColumnElement[Any], shape: JsonShape, *, optional: bool) -> Any:
    if column.type.python_type is not str:
        return dialect.json_value(column, shape.zone)
    if optional and shape.missing == "empty":
        return sa.func.coalesce(column, sa.literal_column("''"))
    return column

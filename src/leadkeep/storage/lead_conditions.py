"""A filter's conditions, as a walk in order and a look into an index have to see them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from leadkeep.domain.lead import Sort
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.lead_tests import (
    COARSE,
    DRIVING,
    EAGER,
    IN_INDEXES,
    IN_ORDERS,
    SEARCH,
    Test,
    columns_of,
    keys_of,
    of_keys,
    sources_of,
    test_of,
)
from leadkeep.storage.schema import leads

__all__ = ["COLUMNS", "Conditions", "Kind", "Test"]

COLUMNS: dict[Sort, sa.Column[Any]] = {
    Sort.NEWEST: leads.c.created_at,
    Sort.OLDEST: leads.c.created_at,
    Sort.LAST_CHANGED: leads.c.changed_at,
    Sort.FIRST_CHANGED: leads.c.changed_at,
    Sort.A_TO_Z: leads.c.name_key,
    Sort.Z_TO_A: leads.c.name_key,
    Sort.BEST: leads.c.created_at,
}


class Kind(NamedTuple):
    """What makes a statement. Building one costs more than running it."""

    dialect: Dialect
    names: tuple[str, ...]
    shape: tuple[int, ...]
    sort: Sort


class Conditions:
    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        column = COLUMNS[kind.sort]
        self._range = column.name.removesuffix("_at")
        by_creation = column is leads.c.created_at
        self._led_by = next((name for name in DRIVING if by_creation and name in kind.names), None)
        sources = [name for name in sources_of(kind.names) if name not in {self._led_by, self._range}]
        self.eager = tuple(name for name in sources if name in EAGER)
        self.others = tuple(name for name in sources if name not in EAGER)
        self.driving = tuple(self._test(name) for name in kind.names if self._is_in_index(name))
        """What bounds the list in the index that it is read by."""
        beside = [name for name in kind.names if not self._is_in_index(name)]
        holds_all = self._led_by in IN_INDEXES and set(beside) <= {*IN_INDEXES}
        self.beside_in_index = tuple(self._test(name) for name in beside) if holds_all else ()
        """All other tests, where that index holds what they ask for."""

    def in_order(self, whole: bool | None) -> Iterator[Test]:
        """The tests of a walk; `whole` as in a part of the list."""
        yield from self.driving
        for name in self._kind.names:
            if self._is_in_index(name):
                continue
            if name in IN_ORDERS:
                yield self._kind.dialect.aside(self._test(name))
            else:
                yield from self._opaque(name, whole)

    def beside(self, source: str, whole: bool | None) -> Iterator[Test]:
        """The tests of what a source gave: all but its own, unless it gives more than fits."""
        own = {source, f"{source}_from", f"{source}_to"} - COARSE
        for name in self._kind.names:
            if name not in own:
                yield from self._opaque(name, whole)

    def candidates(self, source: str, *, whole: bool = False) -> tuple[Test, Any]:
        """That a lead is of this source; and how many there are in it, counted to one more than `:most`."""
        most = sa.bindparam("most", type_=sa.Integer)
        columns = columns_of(source, self._kind.names)
        if columns:
            among = sa.and_(*columns)
            found: Any = sa.select(leads.c.number).where(among).limit(most + 1).subquery("candidates")
        else:
            keys = keys_of(self._kind.dialect, source, whole=whole).limit(most + 1)
            found = keys.cte("candidates").prefix_with("MATERIALIZED")
            among = self._kind.dialect.among(*of_keys(source, found))
        size = sa.select(sa.func.count()).select_from(found).scalar_subquery()
        return among, size

    def _is_in_index(self, name: str) -> bool:
        return name == self._led_by or name in {f"{self._range}_from", f"{self._range}_to"}

    def _opaque(self, name: str, whole: bool | None) -> Iterator[Test]:
        """So that the database does not take another way because of it."""
        if name != SEARCH or whole is not True:
            yield self._test(name).is_(True)
        if name == SEARCH and whole is not None:
            kind = self._kind
            yield kind.dialect.has_words(leads.c.words, kind.shape, whole=True).is_(whole)

    def _test(self, name: str) -> Test:
        return test_of(self._kind.dialect, name, self._kind.names, self._kind.shape)

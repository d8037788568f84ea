"""How many leads fit a filter: exactly up to a point, from there on by an estimate."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from leadkeep.domain.lead import LeadCount
from leadkeep.storage.lead_conditions import Conditions, Kind
from leadkeep.storage.schema import leads
from leadkeep.storage.store import Store

EXACT = 10_000
_AT_ENDS = 100

_Select = sa.Select[*tuple[Any, ...]]
_NEWEST_FIRST = (leads.c.created_at.desc(), leads.c.id.desc())
_OLDEST_FIRST = (leads.c.created_at, leads.c.id)


class LeadCounter:
    def __init__(self, kind: Kind) -> None:
        self._conditions = Conditions(kind)
        self._gather = lru_cache(self._gathering)
        self._walk = self._walking()
        self._ends = self._numbers_at_ends()

    def read(self, store: Store, parameters: Mapping[str, Any]) -> LeadCount:
        given = {**parameters, "most": EXACT, "more": EXACT + 1}
        for source in (*self._conditions.eager, *self._conditions.others):
            row = store.execute(self._gather(source), given).one()
            if row.candidates <= EXACT and row.fitting <= EXACT:
                return LeadCount(row.fitting, exact=True)
        row = store.execute(self._walk, given).one()
        if row.fitting <= EXACT:
            return LeadCount(row.fitting, exact=True)
        return LeadCount(self._estimated(store, given, row), exact=False)

    def _estimated(self, store: Store, given: Mapping[str, Any], newest: Any) -> int:
        """As many for all numbers that leads of the list were given as for those of the newest that fit.

        Numbers run in the order of arrival, so it is wrong where leads were deleted, or come from elsewhere.
        """
        ends = store.execute(self._ends, given).one()
        share: float = newest.fitting / (abs(newest.last - newest.first) + 1)
        estimate: int = round((ends.last - ends.first + 1) * min(share, 1.0))
        return max(EXACT + 1, estimate)

    def _numbers_at_ends(self) -> _Select:
        """Of more than one lead at each end, since any one may have come late."""
        of_list = sa.select(leads.c.number).where(*self._conditions.driving)
        newest, oldest = (
            of_list.order_by(*order).limit(_AT_ENDS).subquery() for order in (_NEWEST_FIRST, _OLDEST_FIRST)
        )
        last = sa.select(sa.func.max(newest.c.number)).scalar_subquery()
        return sa.select(sa.func.min(oldest.c.number).label("first"), last.label("last"))

    def _walking(self) -> _Select:
        """Newest first, so that what is looked at lies together; by what the indexes hold, so that where they
        hold all that is asked for, no lead is looked at."""
        rows = sa.select(leads.c.created_at, leads.c.id).where(*self._conditions.in_order(None))
        some = rows.order_by(*_NEWEST_FIRST).limit(sa.bindparam("more", type_=sa.Integer))
        found = some.cte("found").prefix_with("MATERIALIZED")
        at, id_ = found.c.created_at, found.c.id

        def number(*order: Any) -> Any:
            of_one = sa.select(id_).order_by(*order).limit(1).scalar_subquery()
            return sa.select(leads.c.number).where(leads.c.id == of_one).scalar_subquery()

        return sa.select(
            sa.func.count().label("fitting"),
            number(at, id_).label("first"),
            number(at.desc(), id_.desc()).label("last"),
        ).select_from(found)

    def _gathering(self, source: str) -> _Select:
        among, size = self._conditions.candidates(source)
        most = sa.bindparam("most", type_=sa.Integer)
        more = sa.bindparam("more", type_=sa.Integer)
        fitting = sa.select(leads.c.number).where(among, *self._conditions.beside(source, None))
        few = fitting.limit(sa.case((size <= most, more), else_=sa.literal_column("0")))
        found = few.cte("found").prefix_with("MATERIALIZED")
        return sa.select(sa.func.count().label("fitting"), size.label("candidates")).select_from(found)

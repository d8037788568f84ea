"""Saved views, as rows."""

import msgspec
import sqlalchemy as sa

from leadkeep.domain.view import View
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import views
from leadkeep.storage.store import Store
from leadkeep.storage.types import is_id

_view = reader_of(View)


def add(store: Store, view: View) -> None:
    store.execute(sa.insert(views).values(**msgspec.structs.asdict(view)))


def of_user(store: Store, user_id: str) -> list[View]:
    """Their own, and those that others share; by name."""
    seen = (views.c.user_id == user_id) | views.c.shared
    ordered = sa.select(views).where(seen).order_by(sa.func.lower(views.c.name), views.c.id)
    return [_view(row) for row in store.execute(ordered)]


def get(store: Store, view_id: str) -> View | None:
    if not is_id(view_id):
        return None
    row = store.execute(sa.select(views).where(views.c.id == view_id)).one_or_none()
    return _view(row) if row else None


def count(store: Store, user_id: str) -> int:
    statement = sa.select(sa.func.count()).select_from(views).where(views.c.user_id == user_id)
    number: int = store.execute(statement).scalar_one()
    return number


def delete(store: Store, view_id: str) -> None:
    store.execute(sa.delete(views).where(views.c.id == view_id))

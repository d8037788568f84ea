"""Endpoints, as rows."""

from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa

from leadkeep.domain.endpoint import Endpoint
from leadkeep.storage.dialect import Dialect
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import endpoints
from leadkeep.storage.store import Store
from leadkeep.storage.types import is_id

_endpoint = reader_of(Endpoint)


def add(store: Store, new: Endpoint) -> None:
    store.execute(sa.insert(endpoints).values(**_row(new)))


def get(store: Store, endpoint_id: str) -> Endpoint | None:
    return _one(store, endpoint_id, sa.select(endpoints))


def lock(store: Store, endpoint_id: str) -> Endpoint | None:
    """The endpoint, which nobody else changes until the transaction ends."""
    return _one(store, endpoint_id, sa.select(endpoints).with_for_update())


def every(store: Store) -> list[Endpoint]:
    """Oldest first. The courier asks many times a second: the database puts them into one text."""
    text: str = store.execute(_every(store.dialect)).scalar_one()
    return _ENDPOINTS.decode(f"[{text}]")


_ENDPOINTS = msgspec.json.Decoder(list[Endpoint])


@cache
def _every(dialect: Dialect) -> sa.Select[tuple[str]]:
    fields = [
        (column.name, column if isinstance(column.type, _PLAIN) else dialect.json_value(column, "Z"))
        for column in endpoints.columns
    ]
    built = dialect.json_object(fields, drop_nulls=False).label("built")
    rows = sa.select(built).order_by(endpoints.c.created_at, endpoints.c.id).subquery("ordered")
    return sa.select(sa.func.coalesce(sa.func.aggregate_strings(sa.cast(rows.c.built, sa.Text), ","), ""))


_PLAIN = (sa.Text, sa.Integer, type(endpoints.c.id.type))


def save(store: Store, changed: Endpoint) -> None:
    store.execute(sa.update(endpoints).where(endpoints.c.id == changed.id).values(**_row(changed)))


def delete(store: Store, endpoint_id: str) -> bool:
    """With its deliveries and attempts."""
    return store.execute(sa.delete(endpoints).where(endpoints.c.id == endpoint_id)).rowcount == 1


def _one(store: Store, endpoint_id: str, statement: sa.Select[Any]) -> Endpoint | None:
    if not is_id(endpoint_id):
        return None
    row = store.execute(statement.where(endpoints.c.id == endpoint_id)).one_or_none()
    return _endpoint(row) if row else None


def _row(endpoint: Endpoint) -> dict[str, Any]:
    return {**msgspec.structs.asdict(endpoint), "form": endpoint.form.value}


def any_enabled(store: Store) -> bool:
    return store.execute(_ANY_ENABLED).first() is not None


_ANY_ENABLED = sa.select(sa.literal(1)).where(endpoints.c.enabled).limit(1)


def count(store: Store) -> int:
    number: int = store.execute(sa.select(sa.func.count()).select_from(endpoints)).scalar_one()
    return number

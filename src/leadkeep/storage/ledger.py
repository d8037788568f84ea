"""The ledger of deliveries, to be read."""

from typing import Any

import sqlalchemy as sa

from leadkeep.domain.ledger import Delivery, Health, LedgerFilter, PastAttempt
from leadkeep.storage.rows import reader_of
from leadkeep.storage.schema import attempts, deliveries, endpoints, events
from leadkeep.storage.store import Store

_delivery = reader_of(Delivery)
_past_attempt = reader_of(PastAttempt)

_OF = attempts.alias("of_delivery")
_last = attempts.alias("last")
# Ids of attempts are in the order of time.
_LAST_ID = (
    sa.select(_OF.c.id)
    .where(_OF.c.delivery_number == deliveries.c.number)
    .order_by(_OF.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
_DELIVERIES = (
    sa.select(
        deliveries.c.number,
        deliveries.c.endpoint_id,
        endpoints.c.url.label("endpoint_url"),
        endpoints.c.description.label("endpoint_description"),
        events.c.id.label("event_id"),
        events.c.type.label("event_type"),
        events.c.bot_id,
        deliveries.c.subject,
        deliveries.c.state,
        deliveries.c.attempts,
        deliveries.c.due_at,
        deliveries.c.created_at,
        deliveries.c.finished_at,
        _last.c.at.label("tried_at"),
        _last.c.outcome,
        _last.c.status,
    )
    .join(events, events.c.number == deliveries.c.event_number)
    .join(endpoints, endpoints.c.id == deliveries.c.endpoint_id)
    .outerjoin(_last, _last.c.id == _LAST_ID)
)


def page(store: Store, wanted: LedgerFilter, before: int | None, limit: int) -> list[Delivery]:
    """Newest first, from behind the delivery of that number on."""
    statement = _DELIVERIES.where(*_conditions(wanted)).order_by(deliveries.c.number.desc()).limit(limit)
    if before is not None:
        statement = statement.where(deliveries.c.number < before)
    return [_delivery(row) for row in store.execute(statement)]


def _conditions(wanted: LedgerFilter) -> list[sa.ColumnElement[bool]]:
    asked: list[tuple[sa.ColumnElement[Any], Any]] = [
        (deliveries.c.endpoint_id, wanted.endpoint_id),
        (events.c.id, wanted.event_id),
        (events.c.subject, wanted.subject),
        (deliveries.c.state, wanted.state and wanted.state.value),
        (_last.c.outcome, wanted.outcome),
    ]
    return [column == value for column, value in asked if value is not None]


def get(store: Store, number: int) -> Delivery | None:
    row = store.execute(_DELIVERIES.where(deliveries.c.number == number)).one_or_none()
    return _delivery(row) if row else None


def attempts_at(store: Store, number: int) -> list[PastAttempt]:
    """All of a delivery's, oldest first: they are as many as the schedule has, and a few by hand."""
    found = sa.select(attempts).where(attempts.c.delivery_number == number).order_by(attempts.c.id)
    return [_past_attempt(row) for row in store.execute(found.limit(_MOST))]


_MOST = 1_000


def health(store: Store, endpoint_id: str | None = None) -> dict[str, Health]:
    """Of every endpoint, or of one, by id."""
    held, latest = _UNFINISHED, _LATEST
    if endpoint_id is not None:
        held = held.where(deliveries.c.endpoint_id == endpoint_id)
        latest = latest.where(endpoints.c.id == endpoint_id)
    unfinished: dict[str, int] = {row.endpoint_id: row.held for row in store.execute(held)}
    return {
        row.id: Health(
            unfinished=unfinished.get(row.id, 0),
            outcomes=tuple(row.outcomes.split(",")) if row.outcomes else (),
            tried_at=row.tried_at,
        )
        for row in store.execute(latest)
    }


LATEST = 12
"""Attempts that tell how an endpoint is doing."""
_UNFINISHED = (
    sa.select(deliveries.c.endpoint_id, sa.func.count().label("held"))
    .where(deliveries.c.finished_at.is_(None))
    .group_by(deliveries.c.endpoint_id)
)
_AT = attempts.alias("at_endpoint")
_OF_ENDPOINT = (
    sa.select(_AT.c.at, _AT.c.outcome)
    .where(_AT.c.endpoint_id == endpoints.c.id)
    .correlate(endpoints)
    .order_by(_AT.c.id.desc())
)
_NEWEST = _OF_ENDPOINT.limit(LATEST).subquery("newest")
_LATEST = sa.select(
    endpoints.c.id,
    sa.select(sa.func.aggregate_strings(_NEWEST.c.outcome, ",")).scalar_subquery().label("outcomes"),
    _OF_ENDPOINT.with_only_columns(_AT.c.at).limit(1).scalar_subquery().label("tried_at"),
)

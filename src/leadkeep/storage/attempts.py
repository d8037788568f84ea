"""Attempts at deliveries, as rows: the ledger."""

from collections.abc import Iterable

from leadkeep.domain.delivery import Attempt
from leadkeep.domain.moments import iso_z
from leadkeep.storage.bulk_insert import BulkInsert, Row
from leadkeep.storage.schema import attempts
from leadkeep.storage.store import Store


def add(store: Store, made: Iterable[tuple[str, Attempt]]) -> None:
    """Each with its id. Their deliveries are there."""
    _ADD.execute(store, [_row(attempt_id, attempt) for attempt_id, attempt in made])


_COLUMNS = (
    "id",
    "delivery_number",
    "event_number",
    "endpoint_id",
    "subject",
    "at",
    "milliseconds",
    "outcome",
    "status",
    "answer",
)
_ADD = BulkInsert(_COLUMNS, lambda dialect: dialect.insert(attempts))


def _row(attempt_id: str, attempt: Attempt) -> Row:
    claim, result = attempt.claim, attempt.result
    return (
        attempt_id,
        str(claim.number),
        str(claim.event_number),
        claim.endpoint.id,
        claim.subject,
        iso_z(attempt.at),
        str(attempt.milliseconds),
        result.outcome,
        None if result.status is None else str(result.status),
        result.answer,
    )

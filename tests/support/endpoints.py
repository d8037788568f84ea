"""Endpoints in the database itself, for tests of what is delivered to them."""

from base64 import b64encode
from typing import Any

import sqlalchemy as sa

from leadkeep.actions import clock
from leadkeep.domain.endpoint import Endpoint
from leadkeep.storage import endpoints, events
from leadkeep.storage.database import Database
from leadkeep.storage.schema import attempts, deliveries

SECRET = "whsec_" + b64encode(b"a secret of thirty-two bytes ...").decode()


def make_endpoint(database: Database, url: str, **fields: Any) -> Endpoint:
    """For all events from now on, where the fields say nothing else."""
    now = clock.now()
    with database.transaction() as store:
        given = {"secret": SECRET, "from_number": events.newest(store), **fields}
        new = Endpoint(id=clock.new_id(), url=url, created_at=now, changed_at=now, **given)
        endpoints.add(store, new)
    return new


def outcomes_of(database: Database, endpoint: Endpoint) -> list[str]:
    """Of its attempts, oldest first."""
    of = sa.select(attempts.c.outcome).where(attempts.c.endpoint_id == endpoint.id).order_by(attempts.c.id)
    with database.snapshot() as store:
        return list(store.execute(of).scalars())


def states_of(database: Database, endpoint: Endpoint) -> list[str]:
    """Of its deliveries, in the order of the events."""
    of = sa.select(deliveries.c.state).where(deliveries.c.endpoint_id == endpoint.id)
    with database.snapshot() as store:
        return list(store.execute(of.order_by(deliveries.c.event_number)).scalars())

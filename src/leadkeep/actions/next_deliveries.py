"""Take the next deliveries in hand: those that are due, of each endpoint as many as it has room for."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple

from leadkeep.actions import clock
from leadkeep.domain.delivery import LEASE, Claim
from leadkeep.domain.endpoint import Endpoint
from leadkeep.storage import deliveries, endpoints
from leadkeep.storage.store import Store


class Work(NamedTuple):
    """`claims` are in hand until their lease ends. `next_at`: when the next delivery is due, of endpoints
    that there is room for. `more`: there are more events to make deliveries of."""

    claims: list[Claim]
    next_at: datetime | None
    more: bool = False


def next_deliveries(store: Store, room: Callable[[Endpoint], int]) -> Work:
    """`room`: how many of an endpoint's deliveries whoever asks can take on."""
    now = clock.now()
    claims: list[Claim] = []
    idle: list[str] = []
    for endpoint in endpoints.every(store):
        free = room(endpoint) if endpoint.enabled else 0
        if free > 0:
            found = deliveries.claim(store, endpoint, now, now + LEASE, free)
            claims += found
            if len(found) < free:
                idle.append(endpoint.id)
    return Work(claims, deliveries.next_due_at(store, idle))


def give_back(store: Store, numbers: Collection[int]) -> None:
    """Whoever has these in hand will not come to them: they are due again at once."""
    deliveries.give_back(store, numbers, clock.now())

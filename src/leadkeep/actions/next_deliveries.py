"""Take the next deliveries in hand: those that are due, of each endpoint as many as it has room for."""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from leadkeep.actions import clock
from leadkeep.domain.delivery import LEASE, Claim
from leadkeep.domain.endpoint import Endpoint
from leadkeep.storage import deliveries
from leadkeep.storage.store import Store


class Work(NamedTuple):
    """`claims` are in hand until their lease ends. `hungry` are the endpoints that there is room for and
    nothing due, `next_at` when something will be. `more`: there are more events to make deliveries of."""

    claims: list[Claim]
    hungry: list[Endpoint]
    next_at: datetime | None
    more: bool = False

    def count(self, endpoint: Endpoint) -> int:
        """How many of them are the endpoint's."""
        return sum(claim.endpoint.id == endpoint.id for claim in self.claims)


def next_deliveries(store: Store, ready: Iterable[Endpoint], room: Callable[[Endpoint], int]) -> Work:
    """`ready`: the endpoints that are on. `room`: how many of one's deliveries whoever asks can take on."""
    now = clock.now()
    claims: list[Claim] = []
    hungry: list[Endpoint] = []
    for endpoint in ready:
        free = room(endpoint)
        if free > 0:
            found = deliveries.claim(store, endpoint, now, now + LEASE, free)
            claims += found
            if len(found) < free:
                hungry.append(endpoint)
    return Work(claims, hungry, deliveries.next_due_at(store, [endpoint.id for endpoint in hungry]))


def give_back(store: Store, numbers: Collection[int]) -> None:
    """Whoever has these in hand will not come to them: they are due again at once."""
    deliveries.give_back(store, numbers, clock.now())

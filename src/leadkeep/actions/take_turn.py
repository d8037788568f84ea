"""Take a courier's turn: record what was tried, take deliveries in hand, and make new ones of events.

One transaction, since each costs a wait for the disk, and holds up whoever captures leads.
"""

from collections.abc import Callable, Sequence

from leadkeep.actions.fan_out import fan_out
from leadkeep.actions.next_deliveries import Work, next_deliveries
from leadkeep.actions.record_attempts import record_attempts
from leadkeep.domain.delivery import Attempt
from leadkeep.domain.endpoint import Endpoint
from leadkeep.storage import endpoints
from leadkeep.storage.store import Store


def take_turn(store: Store, made: Sequence[Attempt], room: Callable[[Endpoint], int]) -> Work:
    """`room`: how many of an endpoint's deliveries the courier can take on.

    Events become deliveries when somebody has room for them. Until then they wait in the feed, where one row
    stands for all endpoints.
    """
    if made:
        record_attempts(store, made)
    ready = [endpoint for endpoint in endpoints.every(store) if endpoint.enabled]
    work = next_deliveries(store, ready, room)
    if not work.hungry:
        return work
    fanned = fan_out(store, ready)
    if not fanned.looked_at:
        return work
    further = next_deliveries(store, work.hungry, lambda endpoint: room(endpoint) - work.count(endpoint))
    return Work([*work.claims, *further.claims], further.hungry, further.next_at, fanned.more)

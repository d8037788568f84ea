"""Take a courier's turn: record what was tried, fan new events out, and take the next deliveries in hand.

One transaction, since each costs a wait for the disk, and holds up whoever captures leads.
"""

from collections.abc import Callable, Sequence

from leadkeep.actions.fan_out import fan_out
from leadkeep.actions.next_deliveries import Work, next_deliveries
from leadkeep.actions.record_attempts import record_attempts
from leadkeep.domain.delivery import Attempt
from leadkeep.domain.endpoint import Endpoint
from leadkeep.storage.store import Store


def take_turn(store: Store, made: Sequence[Attempt], room: Callable[[Endpoint], int]) -> Work:
    """`room`: how many of an endpoint's deliveries the courier can take on."""
    if made:
        record_attempts(store, made)
    more = fan_out(store)
    return next_deliveries(store, room)._replace(more=more)

"""Take a courier's turn: record what was tried, take deliveries in hand, and make new ones of events.

One transaction, since each costs a wait for the disk, and holds up whoever captures leads.
"""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from leadkeep.actions.fan_out import fan_out
from leadkeep.actions.next_deliveries import Work, next_deliveries
from leadkeep.actions.record_attempts import record_attempts
from leadkeep.domain.delivery import Attempt, Claim
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
    work = _with_new_events(store, ready, next_deliveries(store, ready, room), room)
    return work._replace(claims=_as_of_now(store, work.claims))


def _with_new_events(
    store: Store, ready: Sequence[Endpoint], work: Work, room: Callable[[Endpoint], int]
) -> Work:
    if not work.hungry:
        return work
    fanned = fan_out(store, ready)
    if not fanned.looked_at:
        return work
    further = next_deliveries(store, work.hungry, lambda endpoint: room(endpoint) - work.count(endpoint))
    return Work([*work.claims, *further.claims], further.hungry, further.next_at, fanned.more)


def _as_of_now(store: Store, claims: Sequence[Claim]) -> list[Claim]:
    """With their endpoints read once more: on PostgreSQL one may have been changed since this turn began,
    and an event that came after its new secret is not to be signed with the old one alone."""
    if not claims:
        return []
    now = {endpoint.id: endpoint for endpoint in endpoints.every(store)}
    return [replace(claim, endpoint=now[claim.endpoint.id]) for claim in claims if claim.endpoint.id in now]

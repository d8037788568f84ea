"""Mend the times of deliveries after the clock went back: none waits longer than it would have."""

from datetime import timedelta

from leadkeep.actions import clock
from leadkeep.domain.delivery import JITTER, LEASE, RETRY_AFTER
from leadkeep.storage import deliveries
from leadkeep.storage.store import Store


def mend_times(store: Store) -> None:
    """Done twice it is done once: more than one courier may notice."""
    now = clock.now()
    longest = [timedelta(0), *(wait * (1 + JITTER) for wait in RETRY_AFTER)]
    for attempts, wait in enumerate(longest):
        deliveries.bring_forward(store, attempts, now + wait)
    deliveries.shorten_leases(store, now + LEASE)

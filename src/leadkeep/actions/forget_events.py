"""Forget old events, with what was delivered of them, in small steps."""

from datetime import timedelta

from leadkeep.actions import clock
from leadkeep.storage import deliveries, endpoints, markers
from leadkeep.storage.store import Store

STEP = 500
"""Events in one transaction: no capture waits long for it."""


def forget_events(store: Store, keep: timedelta) -> bool:
    """Those that are older and not on their way to anybody, or yet to be. Whether there may be more."""
    upto = markers.read(store, markers.DELIVERIES) if endpoints.any_enabled(store) else None
    return deliveries.forget(store, clock.now() - keep, STEP, upto) == STEP

"""Escalate hand-overs: tell of those that nobody has claimed in the time that their bot sets."""

from msgspec.structs import replace

from leadkeep.actions import clock
from leadkeep.actions.tell import tell_handover
from leadkeep.domain.event import EventType
from leadkeep.storage import handovers
from leadkeep.storage.store import Store

_AT_ONCE = 500


def any_waits_too_long(store: Store) -> bool:
    return bool(handovers.waiting_too_long(store, clock.now(), 1))


def escalate_handovers(store: Store) -> int:
    """Each once, however many processes ask; how many."""
    now = clock.now()
    late = handovers.waiting_too_long(store, now, _AT_ONCE, lock=True)
    if late:
        handovers.escalate(store, late, now)
    for handover in late:
        tell_handover(store, EventType.SESSION_ESCALATED, now, replace(handover, escalated_at=now), None)
    return len(late)

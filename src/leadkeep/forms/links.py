"""Where a person finds what an event is about."""

from leadkeep.domain.event import EventType

_LEADS = {EventType.LEAD_CAPTURED, EventType.LEAD_UPDATED}


def link_to(public_url: str, kind: EventType, subject: str) -> str | None:
    """None where there is nothing to see, or nobody said where people reach this Leadkeep."""
    if not public_url or kind not in _LEADS:
        return None
    return f"{public_url.rstrip('/')}/leads/{subject}"

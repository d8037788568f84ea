"""Where a person finds what an event is about."""

from leadkeep.domain.delivery import Claim
from leadkeep.domain.event import EventType

_LEADS = {EventType.LEAD_CAPTURED, EventType.LEAD_UPDATED}


def link_to(public_url: str, claim: Claim) -> str | None:
    """None where there is nothing to see, or nobody said where people reach this Leadkeep."""
    if not public_url or claim.event_type not in _LEADS:
        return None
    return f"{public_url.rstrip('/')}/leads/{claim.subject}"

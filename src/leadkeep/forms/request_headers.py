"""The headers that an event is sent with."""

from collections.abc import Mapping
from datetime import datetime

from leadkeep import __version__
from leadkeep.domain.endpoint_change import MASK
from leadkeep.forms import Message

_OURS = {"User-Agent": f"Leadkeep/{__version__}", "Accept": "*/*", "Accept-Encoding": "identity"}


def request_headers(own: Mapping[str, str], message: Message, signed: Mapping[str, str]) -> dict[str, str]:
    """`own` are the endpoint's, `signed` those of Standard Webhooks 1.0."""
    return {**_OURS, **own, "Content-Type": message.content_type, **signed}


def signed_headers(event_id: str, at: datetime, signatures: str = f"v1,{MASK}") -> dict[str, str]:
    """The headers of Standard Webhooks 1.0; the signatures are masked where they are not given."""
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signatures,
    }

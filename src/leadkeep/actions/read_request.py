"""Read the request that a delivery is made with, secrets masked."""

from datetime import datetime

import msgspec

from leadkeep.actions.endpoint_work import message_of
from leadkeep.actions.read_ledger import get_delivery
from leadkeep.domain.access import Grant
from leadkeep.domain.endpoint import Endpoint, Form
from leadkeep.domain.endpoint_change import masked
from leadkeep.domain.errors import InvalidError, NotFoundError
from leadkeep.domain.event import EventType
from leadkeep.domain.ledger import Delivery, PastAttempt
from leadkeep.forms import Message
from leadkeep.forms.links import link_to
from leadkeep.forms.request_headers import request_headers, signed_headers
from leadkeep.storage import endpoints, events, ledger
from leadkeep.storage.store import Store


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the endpoint is sent, as it is set now. `message` is None where its template fails, and `problem`
    says how."""

    endpoint: Endpoint
    delivery: Delivery
    attempts: list[PastAttempt]
    message: Message | None
    problem: str = ""

    def headers_at(self, at: datetime) -> dict[str, str]:
        """Those of an attempt then; mail has none."""
        if self.message is None or self.endpoint.form is Form.EMAIL:
            return {}
        signed = signed_headers(self.delivery.event_id, at)
        return request_headers(masked(self.endpoint.headers), self.message, signed)

    def is_as_sent(self, at: datetime) -> bool:
        """Whether nobody has changed the endpoint since."""
        return self.endpoint.changed_at <= at


def read_request(store: Store, grant: Grant, number: int, public_url: str) -> Request:
    """With each attempt, oldest first. Raises ForbiddenError, NotFoundError."""
    delivery = get_delivery(store, grant, number)
    endpoint = endpoints.get(store, delivery.endpoint_id)
    event = events.get(store, delivery.event_id)
    if endpoint is None or event is None:
        raise NotFoundError(f"Delivery {number} not found")
    made = ledger.attempts_at(store, number)
    link = link_to(public_url, EventType(delivery.event_type), delivery.subject)
    try:
        message = message_of(endpoint.form, endpoint.template, event.payload, link)
    except InvalidError as error:
        return Request(
            endpoint=endpoint, delivery=delivery, attempts=made, message=None, problem=error.message
        )
    return Request(endpoint=endpoint, delivery=delivery, attempts=made, message=message)

"""The ledger: what was delivered of an endpoint, an event or a lead, and what came of each attempt."""

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.read_ledger import (
    attempts_at,
    deliveries_of_event,
    deliveries_of_lead,
    deliveries_to,
)
from leadkeep.api.native.answers import json_answer, next_link
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.ids import delivery_number_in, endpoint_id_in, event_id_in, lead_id_in
from leadkeep.api.native.reading import if_given
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.common import PageQuery, shown
from leadkeep.api.native.shapes.endpoints import (
    AttemptAnswer,
    AttemptList,
    DeliveryAnswer,
    DeliveryEndpoint,
    DeliveryPage,
    DeliveryQuery,
)
from leadkeep.domain.endpoint import host_of
from leadkeep.domain.ledger import Delivery, LedgerFilter
from leadkeep.web.cursors import Asked, cut, read_number_cursor, write_number_cursor


@get(
    "/endpoints/{endpoint_id:str}/deliveries",
    doc=Doc(
        tag="Deliveries",
        summary="List what was delivered to an endpoint",
        description="Needs `admin`. Newest first.",
        query=DeliveryQuery,
        answer=DeliveryPage,
        problems=(403, 404, 422),
    ),
)
async def list_of_endpoint(request: NativeRequest, endpoint_id: str) -> Response[bytes]:
    grant = await request.grant()
    query = request.read_query(DeliveryQuery)
    endpoint_id = endpoint_id_in(endpoint_id)
    wanted = LedgerFilter(
        endpoint_id=endpoint_id, state=if_given(query.state), outcome=if_given(query.outcome)
    )
    before = read_number_cursor(query.cursor, wanted)
    found = await request.desk.database.read(
        deliveries_to, grant, endpoint_id, wanted, before, query.limit + 1
    )
    return _page(request, found, query.limit, wanted)


@get(
    "/leads/{lead_id:str}/deliveries",
    doc=Doc(
        tag="Deliveries",
        summary="List who was told of a lead",
        description="Needs `read`. Newest first; of an endpoint's address only the host is shown.",
        query=PageQuery,
        answer=DeliveryPage,
        problems=(403, 404, 422),
    ),
)
async def list_of_lead(request: NativeRequest, lead_id: str) -> Response[bytes]:
    grant = await request.grant()
    query, lead_id = request.read_query(PageQuery), lead_id_in(lead_id)
    asked = {"lead": lead_id}
    before = read_number_cursor(query.cursor, asked)
    found = await request.desk.database.read(deliveries_of_lead, grant, lead_id, before, query.limit + 1)
    return _page(request, found, query.limit, asked)


@get(
    "/events/{event_id:str}/deliveries",
    doc=Doc(
        tag="Deliveries",
        summary="List whom an event was delivered to",
        description="Needs `read`. Newest first; of an endpoint's address only the host is shown.",
        query=PageQuery,
        answer=DeliveryPage,
        problems=(403, 404, 422),
    ),
)
async def list_of_event(request: NativeRequest, event_id: str) -> Response[bytes]:
    grant = await request.grant()
    query, event_id = request.read_query(PageQuery), event_id_in(event_id)
    asked = {"event": event_id}
    before = read_number_cursor(query.cursor, asked)
    found = await request.desk.database.read(deliveries_of_event, grant, event_id, before, query.limit + 1)
    return _page(request, found, query.limit, asked)


@get(
    "/deliveries/{delivery_id:str}/attempts",
    doc=Doc(
        tag="Deliveries",
        summary="List the attempts at a delivery, oldest first",
        description="Needs `admin`. With how the receiver's answers begin.",
        answer=AttemptList,
        problems=(403, 404),
    ),
)
async def list_attempts(request: NativeRequest, delivery_id: str) -> Response[bytes]:
    grant = await request.grant()
    found = await request.desk.database.read(attempts_at, grant, delivery_number_in(delivery_id))
    return json_answer(AttemptList(items=[shown(attempt, AttemptAnswer) for attempt in found]))


def _page(request: NativeRequest, found: list[Delivery], limit: int, asked: Asked) -> Response[bytes]:
    items, cursor = cut(found, limit, lambda last: write_number_cursor(last.number, asked))
    page = DeliveryPage(items=[_answer(delivery) for delivery in items], next_cursor=cursor)
    return json_answer(page, next_link(request, cursor))


def _answer(delivery: Delivery) -> DeliveryAnswer:
    endpoint = DeliveryEndpoint(
        id=delivery.endpoint_id,
        host=host_of(delivery.endpoint_url),
        description=delivery.endpoint_description,
    )
    more = {} if delivery.finished_at is None else {"due_at": None}
    return shown(delivery, DeliveryAnswer, id=delivery.number, endpoint=endpoint, **more)


ROUTES: list[HTTPRouteHandler] = [list_of_endpoint, list_of_lead, list_of_event, list_attempts]

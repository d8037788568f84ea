"""Where events are delivered to, how that goes, and what became of each."""

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET

from leadkeep.actions import clock
from leadkeep.actions.read_health import health_of, read_health
from leadkeep.actions.read_ledger import deliveries_to
from leadkeep.actions.read_request import Request, read_request
from leadkeep.console.endpoint_trouble import setting_against
from leadkeep.console.forms import Form
from leadkeep.console.known_bots import known_bots, names_of
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import Bot
from leadkeep.domain.delivery import State
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.event import FEED_TYPES
from leadkeep.domain.ledger import Delivery, Health, LedgerFilter
from leadkeep.forms import JSON, Message
from leadkeep.storage.store import Store
from leadkeep.storage.types import is_id
from leadkeep.web.cursors import cut, read_number_cursor, write_number_cursor

PAGE = 25
STATES = (State.DELIVERED, State.DUE, State.WAITING, State.DROPPED)
LOOKS = 40
"""How often a page looks for what came of a test; after that it is for whoever sits before it."""
_MAX_NUMBER = 10**18


@get("/delivery")
async def delivery(request: ConsoleRequest) -> Response[bytes]:
    grant = await request.grant(Permission.ADMIN)
    found, bots = await request.desk.database.read(_all, grant)
    return request.page("delivery/page.html", endpoints=found, names=names_of(bots))


@get("/delivery/{endpoint_id:str}")
async def one_endpoint(request: ConsoleRequest, endpoint_id: str) -> Response[bytes]:
    grant = await request.grant(Permission.ADMIN)
    asked = Form({name: [value] for name, value in request.query_params.items()})
    state = asked.one_of("state", ("", *(state.value for state in State)))
    wanted = LedgerFilter(endpoint_id=endpoint_id, state=State(state) if state else None)
    before = read_number_cursor(asked.text("after", 200) or UNSET, wanted)
    test_id = asked.text("test", 100)
    endpoint, health, bots, found, test = await request.desk.database.read(
        _one, grant, endpoint_id, wanted, before, test_id if is_id(test_id) else ""
    )
    items, cursor = cut(found, PAGE, lambda last: write_number_cursor(last.number, wanted))
    looks = asked.number("looks") or 0
    return request.page(
        "delivery/endpoint.html",
        endpoint=endpoint,
        health=health,
        against=setting_against(endpoint, request.settings, next(iter(health.outcomes), None)),
        names=names_of(bots),
        deliveries=items,
        cursor=cursor,
        state=state,
        states=STATES,
        is_first=before is None,
        types=FEED_TYPES,
        test_id=test_id if is_id(test_id) else "",
        test=test,
        now=clock.now(),
        looks=looks,
        looks_on=looks < LOOKS,
    )


@get("/delivery/{endpoint_id:str}/{number:str}")
async def one_delivery(request: ConsoleRequest, endpoint_id: str, number: str) -> Response[bytes]:
    grant = await request.grant(Permission.ADMIN)
    found = await request.desk.database.read(
        _sent, grant, endpoint_id, read_delivery_number(number), request.settings.public_url
    )
    body = "" if found.message is None else readable(found.message)
    bots = await request.bot_names([found.delivery.bot_id] if found.delivery.bot_id else [])
    return request.page(
        "delivery/delivery.html", sent=found, delivery=found.delivery, body=body, bot_names=bots
    )


def readable(message: Message) -> str:
    """Its body, with JSON in lines."""
    text = message.body.decode(errors="replace")
    return msgspec.json.format(text, indent=2) if message.content_type == JSON else text


def read_delivery_number(text: str) -> int:
    """Raises NotFoundError."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18 and 0 < int(text) < _MAX_NUMBER):
        raise NotFoundError("There is no such delivery")
    return int(text)


def _all(store: Store, grant: Grant) -> tuple[list[tuple[Endpoint, Health]], list[Bot]]:
    return read_health(store, grant), known_bots(store, grant)


def _one(
    store: Store, grant: Grant, endpoint_id: str, wanted: LedgerFilter, before: int | None, test_id: str
) -> tuple[Endpoint, Health, list[Bot], list[Delivery], Delivery | None]:
    endpoint, health = health_of(store, grant, endpoint_id)
    bots = known_bots(store, grant)
    found = deliveries_to(store, grant, endpoint_id, wanted, before, PAGE + 1)
    of_test: list[Delivery] = []
    if test_id:
        by_event = LedgerFilter(endpoint_id=endpoint_id, event_id=test_id)
        of_test = deliveries_to(store, grant, endpoint_id, by_event, None, 1)
    return endpoint, health, bots, found, of_test[0] if of_test else None


def _sent(store: Store, grant: Grant, endpoint_id: str, number: int, public_url: str) -> Request:
    found = read_request(store, grant, number, public_url)
    if found.endpoint.id != endpoint_id:
        raise NotFoundError("There is no such delivery")
    return found


ROUTES: list[HTTPRouteHandler] = [delivery, one_endpoint, one_delivery]

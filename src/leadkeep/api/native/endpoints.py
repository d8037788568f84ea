"""Endpoints: make, list, read, change and delete them, and try them out."""

from datetime import timedelta

from litestar import Response, delete, get, patch, post
from litestar.datastructures import ResponseHeader
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET, UnsetType

from leadkeep.actions.change_endpoint import change_endpoint
from leadkeep.actions.create_endpoint import create_endpoint
from leadkeep.actions.delete_endpoint import delete_endpoint
from leadkeep.actions.preview_form import preview_form
from leadkeep.actions.read_endpoints import get_endpoint, list_endpoints
from leadkeep.actions.redeliver import Which, redeliver
from leadkeep.actions.rotate_secret import rotate_secret
from leadkeep.actions.send_test import send_test
from leadkeep.api.native.answers import json_answer
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.ids import check_id, endpoint_id_in
from leadkeep.api.native.reading import if_given, read_moment_if_given
from leadkeep.api.native.replies import OF_NOBODY, Reply
from leadkeep.api.native.request import PATCH_TYPES, NativeRequest
from leadkeep.api.native.shapes.common import shown
from leadkeep.api.native.shapes.endpoints import (
    EndpointAnswer,
    EndpointList,
    EndpointPatch,
    EndpointRequest,
    NewEndpointAnswer,
    PreviewAnswer,
    PreviewRequest,
    RedeliverAnswer,
    RedeliverRequest,
    RotateRequest,
    TestAnswer,
    endpoint_fields,
)
from leadkeep.domain.endpoint import Endpoint
from leadkeep.domain.endpoint_change import EndpointChange
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.event import EventType
from leadkeep.forms import Message

_NOT_STORED = [ResponseHeader(name="Cache-Control", value="no-store")]


@post(
    "/endpoints",
    response_headers=_NOT_STORED,
    doc=Doc(
        tag="Endpoints",
        summary="Make an endpoint",
        description="Needs `admin`, for all bots where `bots` is null. It gets what happens from now on. The "
        "answer shows the secret this once; with an Idempotency-Key the endpoint is made once, but sent "
        "again, the request is answered 409.",
        body=EndpointRequest,
        answer=NewEndpointAnswer,
        location="/api/v2/endpoints/{id}",
        problems=(403, 409, 413, 415, 422),
    ),
)
async def make_endpoint(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    wanted = await request.read_json(EndpointRequest)
    return await request.write_once(_made, create_endpoint, grant, _change(wanted), if_given(wanted.secret))


@get(
    "/endpoints",
    doc=Doc(
        tag="Endpoints",
        summary="List endpoints",
        description="Needs `admin`.",
        answer=EndpointList,
        problems=(403,),
    ),
)
async def list_all_endpoints(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    found = await request.desk.database.read(list_endpoints, grant)
    return json_answer(EndpointList(items=[_answer(endpoint) for endpoint in found]))


@get(
    "/endpoints/{endpoint_id:str}",
    doc=Doc(
        tag="Endpoints",
        summary="Read an endpoint",
        description="Needs `admin`.",
        answer=EndpointAnswer,
        problems=(403, 404),
    ),
)
async def read_endpoint(request: NativeRequest, endpoint_id: str) -> Response[bytes]:
    grant = await request.grant()
    found = await request.desk.database.read(get_endpoint, grant, endpoint_id_in(endpoint_id))
    return json_answer(_answer(found))


@patch(
    "/endpoints/{endpoint_id:str}",
    doc=Doc(
        tag="Endpoints",
        summary="Change an endpoint",
        description="Needs `admin`. What is left out stays; `headers` are replaced as a whole, but for "
        "values sent back as `********`. One that is switched on gets what happens from now on.",
        body=EndpointPatch,
        body_types=PATCH_TYPES,
        answer=EndpointAnswer,
        problems=(403, 404, 413, 415, 422),
    ),
)
async def patch_endpoint(request: NativeRequest, endpoint_id: str) -> Response[bytes]:
    grant = await request.grant()
    wanted = await request.read_json(EndpointPatch, PATCH_TYPES)
    changed = await request.desk.database.write(
        change_endpoint, grant, endpoint_id_in(endpoint_id), _change(wanted)
    )
    return json_answer(_answer(changed))


@delete(
    "/endpoints/{endpoint_id:str}",
    doc=Doc(
        tag="Endpoints",
        summary="Delete an endpoint",
        description="Needs `admin`. What is on its way to it goes too, and its ledger.",
        problems=(403, 404),
    ),
)
async def remove_endpoint(request: NativeRequest, endpoint_id: str) -> None:
    grant = await request.grant()
    await request.desk.database.write(delete_endpoint, grant, endpoint_id_in(endpoint_id))


@post(
    "/endpoints/{endpoint_id:str}/rotate-secret",
    status_code=200,
    response_headers=_NOT_STORED,
    doc=Doc(
        tag="Endpoints",
        summary="Give an endpoint another secret",
        description="Needs `admin`. The answer shows it this once. Until the overlap is over both secrets "
        "sign, so that the receiver can change over in its own time.",
        body=RotateRequest,
        body_required=False,
        answer=NewEndpointAnswer,
        problems=(403, 404, 413, 415, 422),
    ),
)
async def rotate_one_secret(request: NativeRequest, endpoint_id: str) -> Response[bytes]:
    grant = await request.grant()
    wanted = await request.read_json_if_sent(RotateRequest)
    overlap, secret = timedelta(hours=wanted.overlap_hours), if_given(wanted.secret)
    return await request.write_once(
        _shown, rotate_secret, grant, endpoint_id_in(endpoint_id), overlap, secret
    )


@post(
    "/endpoints/{endpoint_id:str}/test",
    status_code=202,
    doc=Doc(
        tag="Endpoints",
        summary="Send a test to an endpoint",
        description="Needs `admin`. An event of the type `test`, for this endpoint alone, is tried once; its "
        "deliveries tell what came of it. 409 where the endpoint is switched off.",
        answer=TestAnswer,
        problems=(403, 404, 409, 413, 422),
    ),
)
async def test_endpoint(request: NativeRequest, endpoint_id: str) -> Response[bytes]:
    grant = await request.grant()
    await request.read_nothing()
    return await request.write_once(_tested, send_test, grant, endpoint_id_in(endpoint_id))


@post(
    "/endpoints/{endpoint_id:str}/redeliver",
    status_code=202,
    doc=Doc(
        tag="Endpoints",
        summary="Deliver events again",
        description="Needs `admin`. One event, all that failed since a time, or all that happened in a time, "
        "up to 10,000: also to an endpoint that was not there then. What is on its way already is not "
        "doubled.",
        body=RedeliverRequest,
        answer=RedeliverAnswer,
        problems=(403, 404, 409, 413, 415, 422),
    ),
)
async def redeliver_events(request: NativeRequest, endpoint_id: str) -> Response[bytes]:
    grant = await request.grant()
    which = _which(await request.read_json(RedeliverRequest))
    return await request.write_once(_queued, redeliver, grant, endpoint_id_in(endpoint_id), which)


@post(
    "/endpoints/preview",
    status_code=200,
    doc=Doc(
        tag="Endpoints",
        summary="See what would be sent",
        description="Needs `admin`; with `event_id` for the event's bot. A template that fails is answered "
        "422, with the line and what is wrong there.",
        body=PreviewRequest,
        answer=PreviewAnswer,
        problems=(403, 404, 413, 415, 422),
    ),
)
async def preview_message(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    wanted = await request.read_json(PreviewRequest)
    event_id = None if wanted.event_id is UNSET else check_id(wanted.event_id, "event_id")
    reply = _sample_shown if event_id is None else _event_shown
    template, kind = if_given(wanted.template), _type(wanted.type)
    return await request.write_once(reply, preview_form, grant, wanted.form, template, kind, event_id)


def _answer(endpoint: Endpoint) -> EndpointAnswer:
    return shown(endpoint, EndpointAnswer, **endpoint_fields(endpoint))


def _made(endpoint: Endpoint) -> Reply:
    reply = _shown(endpoint)
    reply.response.headers["Location"] = f"/api/v2/endpoints/{endpoint.id}"
    return reply


def _shown(endpoint: Endpoint) -> Reply:
    answer = shown(endpoint, NewEndpointAnswer, **endpoint_fields(endpoint))
    return Reply(json_answer(answer), OF_NOBODY, secret=True)


def _tested(event_id: str) -> Reply:
    return Reply(json_answer(TestAnswer(event_id=event_id)), OF_NOBODY)


def _queued(count: int) -> Reply:
    return Reply(json_answer(RedeliverAnswer(queued=count)), OF_NOBODY)


def _sample_shown(message: Message) -> Reply:
    shape = PreviewAnswer(content_type=message.content_type, body=message.body.decode())
    return Reply(json_answer(shape), OF_NOBODY)


def _event_shown(message: Message) -> Reply:
    """It holds who somebody is, and so is kept nowhere."""
    return _sample_shown(message)._replace(secret=True)


def _type(name: str | UnsetType) -> EventType:
    if name is UNSET:
        return EventType.LEAD_CAPTURED
    try:
        return EventType(name)
    except ValueError:
        raise InvalidError("type", f"type must be one of {', '.join(EventType)}") from None


def _which(wanted: RedeliverRequest) -> Which:
    given = [one for one in (wanted.event_id, wanted.failed_since, wanted.start) if one is not UNSET]
    if len(given) != 1:
        raise InvalidError("body", "exactly one of event_id, failed_since and from must be given")
    if wanted.start is UNSET and not (wanted.end is UNSET and wanted.types is UNSET):
        raise InvalidError("from", "to and types go with from")
    return Which(
        event_id=None if wanted.event_id is UNSET else check_id(wanted.event_id, "event_id"),
        failed_since=read_moment_if_given(wanted.failed_since, "failed_since"),
        start=read_moment_if_given(wanted.start, "from"),
        end=read_moment_if_given(wanted.end, "to"),
        types=None if wanted.types is UNSET else tuple(wanted.types),
    )


def _change(wanted: EndpointPatch) -> EndpointChange:
    given = {name: getattr(wanted, name) for name in EndpointChange.__struct_fields__}
    lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
    return EndpointChange(**{**given, **lists})


ROUTES: list[HTTPRouteHandler] = [
    make_endpoint,
    list_all_endpoints,
    preview_message,
    read_endpoint,
    patch_endpoint,
    remove_endpoint,
    rotate_one_secret,
    test_endpoint,
    redeliver_events,
]

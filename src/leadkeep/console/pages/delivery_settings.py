"""Make an endpoint or change one, and see beforehand what it would be sent."""

from collections.abc import Mapping
from types import MappingProxyType

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.change_endpoint import change_endpoint
from leadkeep.actions.create_endpoint import create_endpoint
from leadkeep.actions.preview_form import preview_form
from leadkeep.actions.read_endpoints import get_endpoint
from leadkeep.console.endpoint_draft import EndpointDraft, draft_of, read_draft
from leadkeep.console.endpoint_trouble import setting_against
from leadkeep.console.known_bots import known_bots, names_of
from leadkeep.console.pages.delivery import readable
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain import endpoint as domain
from leadkeep.domain.access import Permission
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.event import FEED_TYPES, EventType

# One that takes every type of event.
_TEMPLATE = '{"text": {{ ("Leadkeep: " ~ event.type)|tojson }}, "link": {{ link|tojson }}}'
_NOTHING: Mapping[str, str] = MappingProxyType({})


@get("/delivery/new")
async def new_endpoint(request: ConsoleRequest) -> Response[bytes]:
    await request.grant(Permission.ADMIN)
    return await _page(
        request, EndpointDraft(template=_TEMPLATE, all_types=False, types=(EventType.LEAD_CAPTURED.value,))
    )


@post("/delivery/new")
async def make_endpoint(request: ConsoleRequest) -> Response[bytes]:
    """The secret is shown in the answer, and never again."""
    draft = read_draft(await request.read_form())
    grant = await request.grant(Permission.ADMIN)
    try:
        made = await request.desk.database.write(create_endpoint, grant, draft.change())
    except InvalidError as error:
        return await _page(request, draft, wrong=request.wrong(error))
    if made.form is domain.Form.EMAIL:
        return request.redirect(
            f"/delivery/{made.id}", said="The endpoint is made. Send a test to see whether mail arrives."
        )
    return request.page(
        "delivery/secret.html", endpoint=made, is_new=True, against=setting_against(made, request.settings)
    )


@get("/delivery/{endpoint_id:str}/change")
async def endpoint_to_change(request: ConsoleRequest, endpoint_id: str) -> Response[bytes]:
    grant = await request.grant(Permission.ADMIN)
    found = await request.desk.database.read(get_endpoint, grant, endpoint_id)
    return await _page(request, draft_of(found), found.id)


@post("/delivery/{endpoint_id:str}/change")
async def save_endpoint(request: ConsoleRequest, endpoint_id: str) -> Response[bytes]:
    draft = read_draft(await request.read_form())
    grant = await request.grant(Permission.ADMIN)
    try:
        await request.desk.database.write(change_endpoint, grant, endpoint_id, draft.change())
    except InvalidError as error:
        return await _page(request, draft, endpoint_id, wrong=request.wrong(error))
    return request.redirect(f"/delivery/{endpoint_id}", said="Saved.")


@post("/delivery/preview")
async def preview(request: ConsoleRequest) -> Response[bytes]:
    """The same form again, with what would be sent beside it."""
    form = await request.read_form()
    draft = read_draft(form)
    grant = await request.grant(Permission.ADMIN)
    sample = EventType(form.one_of("sample", tuple(kind.value for kind in EventType)))
    kind = domain.Form(draft.form)
    template = draft.template if kind is domain.Form.TEMPLATE else None
    shown, content_type, problem = "", "", ""
    try:
        message = await request.desk.database.read(preview_form, grant, kind, template, sample, None)
        shown, content_type = readable(message), message.content_type
    except InvalidError as error:
        problem = request.told(error)
    return await _page(
        request,
        draft,
        form.text("endpoint_id", 100),
        sample=sample,
        shown=shown,
        content_type=content_type,
        problem=problem,
    )


async def _page(
    request: ConsoleRequest,
    draft: EndpointDraft,
    endpoint_id: str = "",
    *,
    wrong: Mapping[str, str] = _NOTHING,
    sample: EventType = EventType.LEAD_CAPTURED,
    shown: str = "",
    content_type: str = "",
    problem: str = "",
) -> Response[bytes]:
    grant = await request.grant(Permission.ADMIN)
    bots = await request.desk.database.read(known_bots, grant)
    known = names_of(bots)
    others = sorted(set(draft.bots) - known.keys())
    return request.page(
        "delivery/settings.html",
        status=422 if wrong else 200,
        draft=draft,
        endpoint_id=endpoint_id,
        wrong=wrong,
        forms=list(domain.Form),
        types=FEED_TYPES,
        bots=[*known.items(), *((bot_id, bot_id) for bot_id in others)],
        samples=list(EventType),
        sample=sample,
        shown=shown,
        content_type=content_type,
        problem=problem,
    )


ROUTES: list[HTTPRouteHandler] = [new_endpoint, make_endpoint, endpoint_to_change, save_endpoint, preview]

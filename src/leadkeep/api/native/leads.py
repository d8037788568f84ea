"""Leads: capture one, list them, read one."""

from collections.abc import Mapping
from types import MappingProxyType

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from msgspec.structs import replace

from leadkeep.actions.capture import Capture, new_lead
from leadkeep.actions.read_leads import count_leads, get_lead, list_leads
from leadkeep.api.native.answers import json_answer, json_page_answer
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.etags import etag_of
from leadkeep.api.native.ids import lead_id_in
from leadkeep.api.native.lead_filter import read_filter, read_sort
from leadkeep.api.native.options import ANY_PAGE
from leadkeep.api.native.replies import REPLAYED
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.common import shown
from leadkeep.api.native.shapes.leads import (
    LEAD_SHAPE,
    LeadAnswer,
    LeadCountAnswer,
    LeadFilterQuery,
    LeadPage,
    LeadQuery,
    LeadRequest,
)
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.attributes import keep_attributes
from leadkeep.domain.bot import check_bot_id
from leadkeep.domain.lead import (
    MAX_EMAIL,
    MAX_NAME,
    MAX_PHONE,
    MAX_SESSION_ID,
    Lead,
    NewLead,
    Sort,
)
from leadkeep.domain.text import as_text
from leadkeep.web.cursors import read_cursor


@post(
    "/leads",
    response_headers=ANY_PAGE,
    doc=Doc(
        tag="Leads",
        summary="Capture a lead",
        description="Needs `capture`; for a public bot no token, only an origin that the bot allows. "
        "201 means that the lead is on disk. A bot that is not there yet is made, where the token holds "
        "for all bots.",
        body=LeadRequest,
        answer=LeadAnswer,
        location="/api/v2/leads/{id}",
        etag=True,
        strangers=True,
        problems=(403, 404, 409, 413, 415, 422, 429),
    ),
)
async def capture_lead(request: NativeRequest) -> Response[bytes]:
    new = new_lead_of(await request.read_json(LeadRequest))
    admission = await request.admit(new.bot_id)
    wish = await request.once_for(admission.grant, new.bot_id)
    item = Capture(new_lead(new, admission.region), admission.makes_bot, wish, admission.bot_known)
    with request.desk.in_flight.hold(wish):
        stored = await request.desk.captures.put(item)
    again = REPLAYED if stored.id != item.lead.id else {}
    shown_lead = as_captured(stored, admission.grant)
    return lead_answer(shown_lead, {"Location": f"/api/v2/leads/{stored.id}", **again})


@get(
    "/leads",
    doc=Doc(
        tag="Leads",
        summary="List or search leads",
        description="Needs `read`. Newest first, where `sort` says nothing else. The header `Link` leads to "
        "the next page too.",
        query=LeadQuery,
        answer=LeadPage,
        problems=(403, 404, 422),
    ),
)
async def list_all_leads(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    query = request.read_query(LeadQuery)
    wanted, sort = read_filter(query), read_sort(query)
    asked = {"wanted": wanted, "sort": sort}
    after = read_cursor(query.cursor, asked, by_name=sort in {Sort.A_TO_Z, Sort.Z_TO_A})
    page = await request.desk.database.read(list_leads, grant, wanted, LEAD_SHAPE, after, query.limit, sort)
    return json_page_answer(request, page, asked)


@get(
    "/leads/count",
    doc=Doc(
        tag="Leads",
        summary="Count leads",
        description="Needs `read`. Takes the filters of the list. Exact up to 10,000, beyond that an "
        "estimate.",
        query=LeadFilterQuery,
        answer=LeadCountAnswer,
        problems=(403, 404, 422),
    ),
)
async def count_all_leads(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    wanted = read_filter(request.read_query(LeadFilterQuery))
    counted = await request.desk.database.read(count_leads, grant, wanted)
    return json_answer(shown(counted, LeadCountAnswer))


@get(
    "/leads/{lead_id:str}",
    doc=Doc(
        tag="Leads",
        summary="Read a lead",
        description="Needs `read`. `If-Match` with its `ETag` keeps a change to it from undoing another's.",
        answer=LeadAnswer,
        etag=True,
        problems=(403, 404),
    ),
)
async def read_lead(request: NativeRequest, lead_id: str) -> Response[bytes]:
    grant = await request.grant()
    lead = await request.desk.database.glance(get_lead, grant, lead_id_in(lead_id))
    return lead_answer(lead)


def as_captured(lead: Lead, grant: Grant | None) -> Lead:
    """As whoever captured it may see it: whose it is tells that somebody was known before, and since when."""
    may_read = grant is not None and grant.has(Permission.READ) and grant.covers(lead.bot_id)
    return lead if may_read else replace(lead, person_id=None)


def lead_answer(lead: Lead, headers: Mapping[str, str] = MappingProxyType({})) -> Response[bytes]:
    return json_answer(shown(lead, LeadAnswer), {**headers, "ETag": etag_of(lead.version)})


def new_lead_of(body: LeadRequest) -> NewLead:
    """Raises InvalidError, MalformedError."""
    return NewLead(
        bot_id=check_bot_id(body.bot_id, "bot_id"),
        session_id=as_text(body.session_id, "session_id", MAX_SESSION_ID),
        name=as_text(body.name, "name", MAX_NAME),
        email=as_text(body.email, "email", MAX_EMAIL),
        phone=as_text(body.phone, "phone", MAX_PHONE),
        attributes=keep_attributes(body.attributes),
        origin="native",
    )


ROUTES: list[HTTPRouteHandler] = [capture_lead, list_all_leads, count_all_leads, read_lead]

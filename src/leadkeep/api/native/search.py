"""One box to search everything with."""

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.search_all import search_all
from leadkeep.api.native.answers import json_bytes_answer
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.lead_filter import read_words
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.common import shown
from leadkeep.api.native.shapes.leads import LEAD_SHAPE
from leadkeep.api.native.shapes.people import PersonAnswer
from leadkeep.api.native.shapes.search import SearchAnswer, SearchQuery


@get(
    "/search",
    doc=Doc(
        tag="Leads",
        summary="Search leads and people",
        description="Needs `read`. One box for names, addresses, phone numbers and notes.",
        query=SearchQuery,
        answer=SearchAnswer,
        problems=(403, 422),
    ),
)
async def search_everything(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    query = request.read_query(SearchQuery)
    search = read_words(query.q)
    found = await request.desk.database.read(search_all, grant, search, LEAD_SHAPE, query.limit)
    people = msgspec.json.encode([shown(person, PersonAnswer) for person in found.people])
    return json_bytes_answer(b'{"leads":[%b],"people":%b}' % (found.leads.encode(), people))


ROUTES: list[HTTPRouteHandler] = [search_everything]

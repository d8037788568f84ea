"""One box to search everything with."""

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.find_people import FoundPeople, find_people
from leadkeep.actions.read_leads import list_leads
from leadkeep.api.native.answers import json_bytes_answer
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.lead_filter import read_words
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.common import shown
from leadkeep.api.native.shapes.leads import LEAD_SHAPE
from leadkeep.api.native.shapes.people import PersonAnswer
from leadkeep.api.native.shapes.search import SearchAnswer, SearchQuery
from leadkeep.domain.access import Grant
from leadkeep.domain.json_shape import JsonPage
from leadkeep.domain.lead import LeadFilter, Sort
from leadkeep.domain.search import Search
from leadkeep.storage.database import Store


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
    leads, people = await request.desk.database.read(_found, grant, read_words(query.q), query.limit)
    seen = msgspec.json.encode([shown(person, PersonAnswer) for person in people.people])
    return json_bytes_answer(b'{"leads":[%b],"people":%b}' % (leads.members.encode(), seen))


def _found(store: Store, grant: Grant, search: Search, limit: int) -> tuple[JsonPage, FoundPeople]:
    wanted = LeadFilter(search=search)
    leads = list_leads(store, grant, wanted, LEAD_SHAPE, None, limit, Sort.BEST)
    return leads, find_people(store, grant, search, None, limit)


ROUTES: list[HTTPRouteHandler] = [search_everything]

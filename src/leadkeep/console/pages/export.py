"""The leads of a list as a file, however many they are."""

from collections.abc import AsyncIterator
from functools import partial

import msgspec
from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from leadkeep.actions import clock
from leadkeep.actions.note_deed import note_deed
from leadkeep.actions.read_leads import list_leads
from leadkeep.console.headers import PAGE_HEADERS
from leadkeep.console.lead_query import LeadQuery, read_lead_query
from leadkeep.console.request import ConsoleRequest
from leadkeep.domain.access import Grant
from leadkeep.domain.audit import Deed
from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.lead import EXPORTED, Position
from leadkeep.domain.spreadsheet import cell_of, csv_lines

_SHAPE = JsonShape(tuple((name, name) for name in EXPORTED), missing="null")
_AT_ONCE = 1_000


@get("/inbox/export.csv")
async def export_leads(request: ConsoleRequest) -> Stream:
    """RFC 4180 in UTF-8, with a header; attributes are JSON in one cell."""
    present = await request.present()
    grant = present.user.grant()
    query = read_lead_query(dict(request.query_params), request.formats(present).zone)
    # Before the first of them leaves, so that no export is unknown.
    first = partial(list_leads, grant=grant, wanted=query.wanted, shape=_SHAPE, after=None, limit=1)
    await request.desk.database.read(first)
    filters = sorted(query.given)
    await request.desk.database.write(note_deed, grant, Deed.LEADS_EXPORTED, None, filters=filters)
    name = f"leads-{clock.now():%Y-%m-%d}.csv"
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Stream(_rows(request, grant, query), media_type="text/csv", headers=headers)


async def _rows(request: ConsoleRequest, grant: Grant, query: LeadQuery) -> AsyncIterator[bytes]:
    """Ends without its end where the user may not have the rest any more."""
    database = request.desk.database
    after: Position | None = None
    yield csv_lines([EXPORTED]).encode()
    while True:
        page = await database.read(list_leads, grant, query.wanted, _SHAPE, after, _AT_ONCE, query.sort)
        leads = msgspec.json.decode(f"[{page.members}]")
        yield csv_lines([cell_of(lead[name]) for name in EXPORTED] for lead in leads).encode()
        after = page.next
        if after is None:
            return
        await request.require_still(grant)


ROUTES: list[HTTPRouteHandler] = [export_leads]

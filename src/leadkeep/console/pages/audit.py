"""The audit log: who did what, and who looked at what."""

from collections.abc import AsyncIterator
from functools import partial
from typing import NamedTuple

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from leadkeep.actions import clock
from leadkeep.actions.export_audit import begin_audit_export
from leadkeep.actions.list_keys import list_keys
from leadkeep.actions.read_audit import read_audit
from leadkeep.actions.read_users import list_users
from leadkeep.console.audit_query import read_audit_query
from leadkeep.console.facts import facts_of
from leadkeep.console.headers import PAGE_HEADERS
from leadkeep.console.request import ConsoleRequest
from leadkeep.console.subjects import page_of
from leadkeep.domain.access import OPERATOR, Grant, Permission
from leadkeep.domain.audit import AuditFilter, Deed, Entry
from leadkeep.domain.errors import InvalidError
from leadkeep.domain.moments import iso_z
from leadkeep.domain.spreadsheet import cell_of, csv_lines
from leadkeep.storage.store import Store
from leadkeep.storage.types import is_id

_AT_ONCE = 50
_EXPORTED_AT_ONCE = 1_000
_COLUMNS = ("at", "actor_name", "actor_id", "deed", "subject", "facts")


class _Names(NamedTuple):
    """By id."""

    users: dict[str, str]
    api_keys: dict[str, str]

    @property
    def all(self) -> dict[str, str]:
        return self.api_keys | self.users | {OPERATOR.id: OPERATOR.name}


@get("/audit")
async def audit(request: ConsoleRequest) -> Response[bytes]:
    grant = await request.grant(Permission.ADMIN)
    query = read_audit_query(lambda name: request.query_params.get(name, ""))
    before = request.query_params.get("before", "")
    wrong, entries = "", list[Entry]()
    names = await request.desk.database.read(_names, grant)
    try:
        wanted = query.filter_in(request.formats(await request.present()).zone)
        place = before if is_id(before) else None
        entries = await request.desk.database.read(read_audit, grant, wanted, place, _AT_ONCE + 1)
    except InvalidError as error:
        wrong = request.told(error)
    more = entries[_AT_ONCE - 1].id if len(entries) > _AT_ONCE else ""
    return request.page(
        "audit/page.html",
        status=422 if wrong else 200,
        query=query,
        wrong=wrong,
        entries=entries[:_AT_ONCE],
        older=query.parameters | {"before": more} if more else None,
        is_first=not before,
        names=names,
        deeds=list(Deed),
        page_of=page_of,
        facts_of=partial(facts_of, gettext=request.gettext),
    )


@post("/audit/export")
async def export_audit(request: ConsoleRequest) -> Stream:
    """What is filtered, newest first."""
    form = await request.read_form()
    grant = await request.grant(Permission.ADMIN)
    query = read_audit_query(form.text)
    wanted = query.filter_in(request.formats(await request.present()).zone)
    before = await request.desk.database.write(begin_audit_export, grant, wanted)
    name = f"audit-{clock.now():%Y-%m-%d}.csv"
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    rows = _rows(request, grant, wanted, before)
    return Stream(rows, media_type="text/csv", headers=headers, status_code=200)


async def _rows(
    request: ConsoleRequest, grant: Grant, wanted: AuditFilter, before: str
) -> AsyncIterator[bytes]:
    """Ends without its end where the user may not have the rest any more."""
    database = request.desk.database
    yield csv_lines([_COLUMNS]).encode()
    while True:
        found = await database.read(read_audit, grant, wanted, before, _EXPORTED_AT_ONCE)
        yield csv_lines(map(_row, found)).encode()
        if len(found) < _EXPORTED_AT_ONCE:
            return
        before = found[-1].id
        await request.require_still(grant)


def _row(entry: Entry) -> list[str]:
    cells = (entry.actor_name, entry.actor_id, entry.deed.value, entry.subject, entry.facts or None)
    return [iso_z(entry.at), *map(cell_of, cells)]


def _names(store: Store, grant: Grant) -> _Names:
    return _Names(
        {user.id: user.name for user in list_users(store, grant)},
        {key.id: key.name for key in list_keys(store, grant)},
    )


ROUTES: list[HTTPRouteHandler] = [audit, export_audit]

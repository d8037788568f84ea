"""The stream of leads that fit a list, each as the row it would have there."""

from typing import cast

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from leadkeep.actions.read_events import end_of_feed, feed_of
from leadkeep.actions.read_leads import get_lead, list_leads
from leadkeep.console import cookies
from leadkeep.console.known_bots import known_bots, names_of
from leadkeep.console.lead_query import read_lead_query
from leadkeep.console.lead_rows import SHAPE, columns_of, leads_in
from leadkeep.console.live import News, news
from leadkeep.console.rendering import environment_of
from leadkeep.console.request import ConsoleRequest
from leadkeep.console.watcher import Watcher
from leadkeep.domain.access import Grant
from leadkeep.domain.errors import NotFoundError
from leadkeep.domain.event import EventType, StoredEvent
from leadkeep.domain.lead import Lead, LeadFilter, Sort
from leadkeep.storage.store import Store
from leadkeep.web.cursors import read_place, write_place

_AT_ONCE = 50
_TYPES = (EventType.LEAD_CAPTURED, EventType.LEAD_UPDATED, EventType.LEAD_DELETED)


@get("/live")
async def live_leads(request: ConsoleRequest) -> ASGIApp:
    """Events `lead` (a new one that fits), `changed` (a row, whether it fits or not) and `gone` (an id)."""
    present = await request.present()
    grant = present.user.grant()
    formats = request.formats(present)
    query = read_lead_query(dict(request.query_params), formats.zone)
    template = environment_of(formats.tongue.code).get_template("inbox/row.html")
    columns = columns_of(present.user.preferences.columns)
    bare = request.query_params.get("row") == "short"

    names = names_of(await request.desk.database.read(known_bots, grant))

    def row(lead: Lead) -> str:
        return template.render(
            lead=lead, columns=columns, format=formats, grant=grant, bare=bare, bot_names=names
        )

    async def write(events: list[StoredEvent]) -> list[News]:
        new, changed, gone = await request.desk.database.read(_seen_from, grant, query.wanted, events)
        return [
            *(News("lead", row(lead)) for lead in reversed(new)),
            *(News("changed", row(lead)) for lead in changed),
            *(News("gone", lead_id) for lead_id in gone),
        ]

    feed = feed_of(grant, query.wanted.bot_id, _TYPES)
    # The place that the page was made at, or where its stream was cut off: between the two nothing is missed.
    place = request.headers.get("last-event-id") or request.query_params.get("since")
    after = read_place(place, "since") if place else await request.desk.database.read(end_of_feed)
    watcher = Watcher(request.desk, request.cookies.get(cookies.SIGN_IN), feed)
    return cast(ASGIApp, watcher.stream(news(watcher, after, write), write_place(after)))


def _seen_from(
    store: Store, grant: Grant, wanted: LeadFilter, events: list[StoredEvent]
) -> tuple[list[Lead], list[Lead], list[str]]:
    """Of what the events tell: the new leads that fit, newest first, the others that changed, and the ids of
    those that are gone."""
    subjects = {kind: {event.subject for event in events if event.type is kind} for kind in _TYPES}
    captured = subjects[EventType.LEAD_CAPTURED]
    new = _newest(store, grant, wanted, captured) if captured else []
    updated = sorted(subjects[EventType.LEAD_UPDATED] - {lead.id for lead in new})[-_AT_ONCE:]
    changed = [lead for lead_id in updated if (lead := _if_there(store, grant, lead_id))]
    return new, changed, sorted(subjects[EventType.LEAD_DELETED])


def _newest(store: Store, grant: Grant, wanted: LeadFilter, captured: set[str]) -> list[Lead]:
    page = list_leads(store, grant, wanted, SHAPE, None, _AT_ONCE, Sort.NEWEST)
    return [lead for lead in leads_in(page.members) if lead.id in captured]


def _if_there(store: Store, grant: Grant, lead_id: str) -> Lead | None:
    try:
        return get_lead(store, grant, lead_id)
    except NotFoundError:
        return None


ROUTES: list[HTTPRouteHandler] = [live_leads]

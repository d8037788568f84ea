"""The feed of events: read it, read one, see samples."""

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET, UnsetType

from leadkeep.actions.read_events import end_of_feed, feed_of, get_event, read_feed
from leadkeep.api.native.answers import json_answer, json_bytes_answer
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.ids import event_id_in
from leadkeep.api.native.reading import if_given
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.events import (
    EventAnswer,
    EventPage,
    EventQuery,
    EventSamples,
    SamplesQuery,
)
from leadkeep.domain.access import Permission
from leadkeep.domain.event import FEED_TYPES, EventType
from leadkeep.forms.samples import samples
from leadkeep.web.cursors import read_place, write_place

LATEST, OLDEST = "latest", "oldest"


@get(
    "/events",
    doc=Doc(
        tag="Events",
        summary="Read the feed of events",
        description="Needs `read`. In one order, which never changes: who goes on with `next_cursor` misses "
        "none and sees none twice. Without `after` it begins with the oldest that is kept. Events of no "
        "single bot are for tokens for all bots.",
        query=EventQuery,
        answer=EventPage,
        problems=(403, 404, 422),
    ),
)
async def list_events(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    query = request.read_query(EventQuery)
    feed = feed_of(grant, if_given(query.bot), types_in(query.types))
    after = await place_in(request, query.after)
    page = await request.desk.database.read(read_feed, feed, after, query.limit)
    items = b",".join(event.payload.encode() for event in page.events)
    cursor = msgspec.json.encode(write_place(page.after))
    more = b"true" if page.more else b"false"
    return json_bytes_answer(b'{"items":[%b],"next_cursor":%b,"more":%b}' % (items, cursor, more))


@get(
    "/events/samples",
    doc=Doc(
        tag="Events",
        summary="See an event of each type",
        description="Needs `read`. They are made up, in the shape of real ones.",
        query=SamplesQuery,
        answer=EventSamples,
        problems=(403, 422),
    ),
)
async def list_samples(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    grant.require(Permission.READ)
    wanted = types_in(request.read_query(SamplesQuery).types) or set(FEED_TYPES)
    found = [EventAnswer(**sample) for kind, sample in samples().items() if kind in wanted]
    return json_answer(EventSamples(items=found))


@get(
    "/events/{event_id:str}",
    doc=Doc(
        tag="Events",
        summary="Read an event",
        description="Needs `read`.",
        answer=EventAnswer,
        problems=(403, 404),
    ),
)
async def read_event(request: NativeRequest, event_id: str) -> Response[bytes]:
    grant = await request.grant()
    event = await request.desk.database.read(get_event, grant, event_id_in(event_id))
    return json_bytes_answer(event.payload.encode())


def types_in(text: str | UnsetType) -> set[EventType] | None:
    """The query's pattern has let only known ones through."""
    return None if text is UNSET else {EventType(name) for name in text.split(",")}


async def place_in(request: NativeRequest, after: str | UnsetType) -> int:
    """Raises InvalidError."""
    if after == OLDEST:
        return 0
    if after == LATEST:
        return await request.desk.database.read(end_of_feed)
    return read_place(after, "after")


ROUTES: list[HTTPRouteHandler] = [list_events, list_samples, read_event]

"""The feed live, as server-sent events."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp
from msgspec import UNSET

from leadkeep.actions.desk import Desk
from leadkeep.actions.read_events import Feed, end_of_feed, feed_of
from leadkeep.api.native.docs import LAST_EVENT_ID, Doc
from leadkeep.api.native.events import place_in, types_in
from leadkeep.api.native.reading import if_given
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.events import EventFilter
from leadkeep.domain.errors import LeadkeepError
from leadkeep.domain.event import StoredEvent
from leadkeep.web.asgi import bearer_token, header
from leadkeep.web.cursors import read_place, write_place
from leadkeep.web.event_stream import HEARTBEAT, EventStream


@get(
    "/stream",
    doc=Doc(
        tag="Events",
        summary="Watch the feed of events live",
        description="Needs `read`. Server-sent events, each with its cursor as `id`, its type as `event` and "
        "the event as `data`. Begins with what happens from now on, or after `after` or `Last-Event-ID`. A "
        "comment comes every 15 seconds. The stream ends when the token does.",
        query=EventFilter,
        headers=(LAST_EVENT_ID,),
        stream=True,
        problems=(403, 404, 422),
    ),
)
async def stream_events(request: NativeRequest) -> ASGIApp:
    grant = await request.grant()
    query = request.read_query(EventFilter)
    feed = feed_of(grant, if_given(query.bot), types_in(query.types))
    last = header(request.asgi, b"last-event-id")
    if last:
        after = read_place(last, "Last-Event-ID")
    elif query.after is UNSET:
        after = await request.desk.database.read(end_of_feed)
    else:
        after = await place_in(request, query.after)
    pieces = _pieces(request.desk, bearer_token(request.asgi), feed, after)
    return cast(ASGIApp, EventStream(request.desk.live.watching(grant), pieces, write_place(after)))


async def _pieces(desk: Desk, token: str | None, feed: Feed, after: int) -> AsyncGenerator[bytes, None]:
    """Until the token ends."""
    async with aclosing(desk.live.watch(feed, after)) as pages:
        async for page in pages:
            # Asked again before anything is shown: a key may have been revoked since.
            try:
                await desk.gate.grant(token)
            except LeadkeepError:
                return
            yield b"".join(map(_written, page.events)) or HEARTBEAT


def _written(event: StoredEvent) -> bytes:
    # A payload has no line breaks: JSON escapes them.
    place = write_place(event.number)
    return f"id: {place}\nevent: {event.type.value}\ndata: {event.payload}\n\n".encode()


ROUTES: list[HTTPRouteHandler] = [stream_events]

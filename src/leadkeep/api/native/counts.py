"""Counts: what charts and tables of leads and sessions are made of."""

from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET

from leadkeep.actions.read_counts import read_counts
from leadkeep.api.native.answers import json_bytes_answer
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.counts import CountQuery, CountsAnswer
from leadkeep.domain.access import Grant
from leadkeep.domain.bot import check_bot_id
from leadkeep.domain.counts import Asked
from leadkeep.domain.spans import read_edge
from leadkeep.domain.time_zone import check_time_zone
from leadkeep.storage.store import Store


@get(
    "/counts",
    doc=Doc(
        tag="Counts",
        summary="Count leads and sessions per day or hour",
        description="Needs `read`, and counts what the token covers. Days and hours are those of the time "
        "zone, so that a day may have 23 or 25 hours.",
        query=CountQuery,
        answer=CountsAnswer,
        problems=(403, 404, 422),
    ),
)
async def count(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    asked = _asked(request.read_query(CountQuery), request.desk.time_zone)
    return json_bytes_answer(await request.desk.database.read(_counted, grant, asked))


def _counted(store: Store, grant: Grant, asked: Asked) -> bytes:
    """Written on the reader's thread: it may be a megabyte."""
    return msgspec.json.encode(read_counts(store, grant, asked))


def _asked(query: CountQuery, zone: ZoneInfo) -> Asked:
    if query.time_zone is not UNSET:
        zone = check_time_zone(query.time_zone, "time_zone")
    return Asked(
        zone=zone,
        per=query.per,
        start=None if query.since is UNSET else read_edge(query.since, zone, "from"),
        end=None if query.until is UNSET else read_edge(query.until, zone, "to"),
        by=None if query.by is UNSET else query.by,
        bot_id=None if query.bot is UNSET else check_bot_id(query.bot, "bot"),
    )


ROUTES: list[HTTPRouteHandler] = [count]

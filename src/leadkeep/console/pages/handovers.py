"""The hand-overs: who waits for an agent, who has claimed whom, and what agents do with them."""

from collections.abc import Callable
from typing import cast

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from leadkeep.actions import clock
from leadkeep.actions.answer_session import answer_session
from leadkeep.actions.claim_handover import claim_handover
from leadkeep.actions.read_events import feed_of
from leadkeep.actions.read_queue import Seen, read_queue, seen_now
from leadkeep.actions.request_handover import request_handover
from leadkeep.actions.resolve_handover import resolve_handover
from leadkeep.actions.return_to_bot import return_to_bot
from leadkeep.console import cookies
from leadkeep.console.handover_stream import TYPES, changes
from leadkeep.console.known_bots import known_bots
from leadkeep.console.rendering import session_path
from leadkeep.console.request import ConsoleRequest
from leadkeep.console.watcher import Watcher
from leadkeep.domain.access import Grant, Permission
from leadkeep.domain.bot import Bot
from leadkeep.domain.errors import ConflictError
from leadkeep.domain.handover import Handover
from leadkeep.domain.handover_queue import Queue, patience
from leadkeep.domain.moments import from_iso
from leadkeep.storage.store import Store
from leadkeep.web.cursors import read_place, write_place
from leadkeep.web.paths import decoded_id

_SESSION = "/sessions/{bot_id:str}/{session_id:str}"

_Verb = Callable[[Store, Grant, str, str], Handover]


@get("/handovers")
async def handovers(request: ConsoleRequest) -> Response[bytes]:
    grant = await request.grant()
    bot_id, mine = request.query_params.get("bot") or None, request.query_params.get("mine") == "1"
    queue, bots, seen = await request.desk.database.read(_read, grant, bot_id, mine=mine)
    return request.page(
        "handovers/page.html",
        queue=queue,
        bots=bots,
        bot_id=bot_id,
        mine=mine,
        now=clock.now(),
        patience=patience,
        stream={"bot": bot_id, "after": write_place(seen.number), "answers": seen.answers},
    )


def _read(store: Store, grant: Grant, bot_id: str | None, *, mine: bool) -> tuple[Queue, list[Bot], Seen]:
    queue = read_queue(store, grant, bot_id, mine=mine)
    return queue, known_bots(store, grant), seen_now(store, grant, bot_id)


@get("/live/handovers")
async def live_handovers(request: ConsoleRequest) -> ASGIApp:
    """From what the page has shown on, where it says so."""
    query, grant = request.query_params, await request.grant()
    feed = feed_of(grant, query.get("bot") or None, TYPES)
    seen = await request.desk.database.read(seen_now, grant, feed.bot_id)
    after = request.headers.get("last-event-id") or query.get("after")
    if after:
        seen = Seen(read_place(after, "after"), query.get("answers", seen.answers))
    watcher = Watcher(request.desk, request.cookies.get(cookies.SIGN_IN), feed)
    return cast(ASGIApp, watcher.stream(changes(watcher, seen), write_place(seen.number)))


@post(f"{_SESSION}/handover")
async def request_one(request: ConsoleRequest, bot_id: str, session_id: str) -> Response[bytes]:
    form = await request.read_form()
    reason = form.text("reason").strip() or None
    known = decoded_id(session_id)

    def requested(store: Store, grant: Grant, bot_id: str, session_id: str) -> Handover:
        return request_handover(store, grant, bot_id, session_id, reason)

    return await _done(request, requested, bot_id, known, "An agent is asked for.", _ASKED)


@post(f"{_SESSION}/claim")
async def claim_one(request: ConsoleRequest, bot_id: str, session_id: str) -> Response[bytes]:
    return await _done(request, claim_handover, bot_id, decoded_id(session_id), "It is yours.", _ENDED)


@post(f"{_SESSION}/return")
async def return_one(request: ConsoleRequest, bot_id: str, session_id: str) -> Response[bytes]:
    return await _done(request, return_to_bot, bot_id, decoded_id(session_id), "The bot goes on.", _ENDED)


@post(f"{_SESSION}/resolve")
async def resolve_one(request: ConsoleRequest, bot_id: str, session_id: str) -> Response[bytes]:
    return await _done(request, resolve_handover, bot_id, decoded_id(session_id), "Resolved.", _ENDED)


@post(f"{_SESSION}/answer")
async def answer_one(request: ConsoleRequest, bot_id: str, session_id: str) -> Response[bytes]:
    form = await request.read_form()
    grant, known = await request.grant(Permission.WRITE), decoded_id(session_id)
    await request.desk.database.write(answer_session, grant, bot_id, known, form.text("text"))
    return request.redirect(request.back(session_path(bot_id, known)), said="Your answer is kept.")


async def _done(
    request: ConsoleRequest, verb: _Verb, bot_id: str, session_id: str, said: str, clash: str
) -> Response[bytes]:
    """Back to where the button stood; whoever was second is told who was first."""
    await request.read_form()
    grant = await request.grant(Permission.WRITE)
    try:
        await request.desk.database.write(verb, grant, bot_id, session_id)
    except ConflictError as error:
        said = await _first(request, error) or clash
    return request.redirect(request.back(session_path(bot_id, session_id)), said=said)


async def _first(request: ConsoleRequest, error: ConflictError) -> str:
    match error.facts:
        case {"claimed_by": {"name": str(name)}, "claimed_at": str(at)}:
            time = request.formats(await request.present()).moment(from_iso(at))
            return request.gettext("%(name)s claimed this at %(time)s.") % {"name": name, "time": time}
    return ""


_ASKED = "An agent is asked for already."
_ENDED = "Somebody else has ended this already."

ROUTES: list[HTTPRouteHandler] = [
    handovers,
    live_handovers,
    request_one,
    claim_one,
    return_one,
    resolve_one,
    answer_one,
]

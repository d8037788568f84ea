"""Sessions: open one, list them, read one."""

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from msgspec import UNSET

from leadkeep.actions.read_sessions import get_session, list_sessions
from leadkeep.actions.start_session import start_session
from leadkeep.api.native.answers import json_answer, json_page_answer
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.ids import session_id_in
from leadkeep.api.native.reading import if_given, read_moment_if_given
from leadkeep.api.native.replies import Reply
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.common import shown
from leadkeep.api.native.shapes.handovers import handover_answer
from leadkeep.api.native.shapes.sessions import (
    SESSION_SHAPE,
    OpenedSession,
    SessionDetail,
    SessionPage,
    SessionQuery,
    SessionRequest,
)
from leadkeep.domain.bot import check_bot_id
from leadkeep.domain.handover import HandoverState
from leadkeep.domain.session import Session, SessionFilter
from leadkeep.domain.visit import SentVisit, Utm
from leadkeep.storage.idempotency import About
from leadkeep.storage.types import is_id
from leadkeep.web.cursors import read_cursor
from leadkeep.web.paths import encoded_id


@post(
    "/bots/{bot_id:str}/sessions",
    doc=Doc(
        tag="Sessions",
        summary="Open a session",
        description="Needs `capture`. One that is there already is answered 200, and told what it did not "
        "know of its visit; what it knows stays. A bot that is not there yet is made, where the token holds "
        "for all bots.",
        body=SessionRequest,
        answer=OpenedSession,
        location="/api/v2/bots/{bot_id}/sessions/{id}",
        again=200,
        problems=(403, 404, 413, 415, 422),
    ),
)
async def open_one_session(request: NativeRequest, bot_id: str) -> Response[bytes]:
    grant = await request.grant()
    wanted = await request.read_json(SessionRequest)
    return await request.write_once(_opened, start_session, grant, bot_id, wanted.id, _visit(wanted))


@get(
    "/sessions",
    doc=Doc(
        tag="Sessions",
        summary="List sessions, newest first",
        description="Needs `read`. With `handover=waiting` it is the queue of those who wait for an agent: "
        "who has waited longest comes first. The header `Link` leads to the next page too.",
        query=SessionQuery,
        answer=SessionPage,
        problems=(403, 404, 422),
    ),
)
async def list_all_sessions(request: NativeRequest) -> Response[bytes]:
    grant = await request.grant()
    query = request.read_query(SessionQuery)
    wanted = _filter(query)
    is_known = is_id if wanted.handover is HandoverState.WAITING else _is_text
    after = read_cursor(query.cursor, wanted, is_known)
    page = await request.desk.database.read(list_sessions, grant, wanted, SESSION_SHAPE, after, query.limit)
    return json_page_answer(request, page, wanted)


@get(
    "/bots/{bot_id:str}/sessions/{session_id:str}",
    doc=Doc(
        tag="Sessions",
        summary="Read a session",
        description="Needs `read`. An id goes into the path percent-encoded, a slash as %2F.",
        answer=SessionDetail,
        problems=(403, 404),
    ),
)
async def read_session(request: NativeRequest, bot_id: str, session_id: str) -> Response[bytes]:
    grant = await request.grant()
    session, current = await request.desk.database.read(get_session, grant, bot_id, session_id_in(session_id))
    handover = handover_answer(current) if current else None
    return json_answer(shown(session, SessionDetail, current_handover=handover))


def _visit(wanted: SessionRequest) -> SentVisit:
    return SentVisit(
        page_url=wanted.page_url,
        referrer=wanted.referrer,
        utm=Utm(**msgspec.structs.asdict(wanted.utm)) if wanted.utm else Utm(),
        locale=wanted.locale,
        country=wanted.country,
        user_agent=wanted.user_agent,
    )


def _filter(query: SessionQuery) -> SessionFilter:
    return SessionFilter(
        bot_id=None if query.bot is UNSET else check_bot_id(query.bot, "bot"),
        handover=None if query.handover is UNSET else query.handover,
        handed_over=if_given(query.handed_over),
        is_lead=if_given(query.is_lead),
        created_from=read_moment_if_given(query.created_from, "created_from"),
        created_to=read_moment_if_given(query.created_to, "created_to"),
    )


def _is_text(place: str) -> bool:
    """Sessions' ids hold anything but this, which a database cannot look for."""
    return "\0" not in place


def _opened(opened: tuple[Session, bool]) -> Reply:
    session, is_new = opened
    location = f"/api/v2/bots/{session.bot_id}/sessions/{encoded_id(session.id)}"
    answer = json_answer(shown(session, OpenedSession), {"Location": location}, 201 if is_new else 200)
    return Reply(answer, About(bot_id=session.bot_id, session_id=session.id))


ROUTES: list[HTTPRouteHandler] = [open_one_session, list_all_sessions, read_session]

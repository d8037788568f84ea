"""Hand-overs: request one, claim it, return it to the bot or resolve it, read all of a session."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from leadkeep.actions.claim_handover import claim_handover
from leadkeep.actions.read_handovers import read_handovers
from leadkeep.actions.request_handover import request_handover
from leadkeep.actions.resolve_handover import resolve_handover
from leadkeep.actions.return_to_bot import return_to_bot
from leadkeep.api.native.answers import json_answer, next_link
from leadkeep.api.native.docs import Doc
from leadkeep.api.native.ids import session_id_in
from leadkeep.api.native.replies import Reply
from leadkeep.api.native.request import NativeRequest
from leadkeep.api.native.shapes.common import PageQuery
from leadkeep.api.native.shapes.handovers import (
    HandoverAnswer,
    HandoverPage,
    HandoverRequest,
    handover_answer,
)
from leadkeep.domain.handover import Handover
from leadkeep.domain.lead import Position
from leadkeep.storage.idempotency import About
from leadkeep.web.cursors import cut, read_cursor, write_cursor

_HANDOVER = "/bots/{bot_id:str}/sessions/{session_id:str}/handover"


@post(
    _HANDOVER,
    doc=Doc(
        tag="Sessions",
        summary="Request a hand-over",
        description="Needs `capture` or `write`. The session waits for an agent, and is a lead from now on; "
        "one that is not there yet is made. 409 where it is handed over already.",
        body=HandoverRequest,
        body_required=False,
        answer=HandoverAnswer,
        problems=(403, 404, 409, 413, 415, 422),
    ),
)
async def request_one_handover(request: NativeRequest, bot_id: str, session_id: str) -> Response[bytes]:
    grant = await request.grant()
    wanted = await request.read_json_if_sent(HandoverRequest)
    return await request.write_once(
        _reply, request_handover, grant, bot_id, session_id_in(session_id), wanted.reason
    )


@post(
    f"{_HANDOVER}/claim",
    status_code=200,
    doc=Doc(
        tag="Sessions",
        summary="Claim a hand-over",
        description="Needs `write`. Of all who claim it one gets it; the others are answered 409, with "
        "`claimed_by` and `claimed_at` of who was first. 409 too where none is open.",
        answer=HandoverAnswer,
        problems=(403, 404, 409, 413, 422),
    ),
)
async def claim_one_handover(request: NativeRequest, bot_id: str, session_id: str) -> Response[bytes]:
    grant = await request.grant()
    await request.read_nothing()
    return await request.write_once(_reply, claim_handover, grant, bot_id, session_id_in(session_id))


@post(
    f"{_HANDOVER}/return",
    status_code=200,
    doc=Doc(
        tag="Sessions",
        summary="Return a session to its bot",
        description="Needs `write`. It need not have been claimed. 409 where no hand-over is open.",
        answer=HandoverAnswer,
        problems=(403, 404, 409, 413, 422),
    ),
)
async def return_one_to_bot(request: NativeRequest, bot_id: str, session_id: str) -> Response[bytes]:
    grant = await request.grant()
    await request.read_nothing()
    return await request.write_once(_reply, return_to_bot, grant, bot_id, session_id_in(session_id))


@post(
    f"{_HANDOVER}/resolve",
    status_code=200,
    doc=Doc(
        tag="Sessions",
        summary="Resolve a hand-over",
        description="Needs `write`. It need not have been claimed. 409 where no hand-over is open.",
        answer=HandoverAnswer,
        problems=(403, 404, 409, 413, 422),
    ),
)
async def resolve_one_handover(request: NativeRequest, bot_id: str, session_id: str) -> Response[bytes]:
    grant = await request.grant()
    await request.read_nothing()
    return await request.write_once(_reply, resolve_handover, grant, bot_id, session_id_in(session_id))


@get(
    "/bots/{bot_id:str}/sessions/{session_id:str}/handovers",
    doc=Doc(
        tag="Sessions",
        summary="List the hand-overs of a session, oldest first",
        description="Needs `read`. The header `Link` leads to the next page too.",
        query=PageQuery,
        answer=HandoverPage,
        problems=(403, 404, 422),
    ),
)
async def list_handovers(request: NativeRequest, bot_id: str, session_id: str) -> Response[bytes]:
    grant = await request.grant()
    query = request.read_query(PageQuery)
    asked = {"bot_id": bot_id, "session_id": session_id}
    after = read_cursor(query.cursor, asked)
    found = await request.desk.database.read(
        read_handovers, grant, bot_id, session_id_in(session_id), after=after, limit=query.limit + 1
    )
    items, cursor = cut(found, query.limit, lambda last: write_cursor(_place(last), asked))
    page = HandoverPage(items=[handover_answer(one) for one in items], next_cursor=cursor)
    return json_answer(page, next_link(request, cursor))


def _reply(handover: Handover) -> Reply:
    of = About(bot_id=handover.bot_id, session_id=handover.session_id)
    return Reply(json_answer(handover_answer(handover)), of)


def _place(handover: Handover) -> Position:
    return Position(handover.requested_at, handover.id)


ROUTES: list[HTTPRouteHandler] = [
    request_one_handover,
    claim_one_handover,
    return_one_to_bot,
    resolve_one_handover,
    list_handovers,
]

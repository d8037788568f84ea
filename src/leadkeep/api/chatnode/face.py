"""The routes of the ChatNode face, with or without a trailing slash."""

import msgspec

from leadkeep.actions.desk import Desk
from leadkeep.actions.read_chats import stream_chats
from leadkeep.actions.read_leads import stream_sessions
from leadkeep.api.chatnode.chats import read_count, read_session_ids, render_chats
from leadkeep.api.chatnode.errors import error_answer, refusal
from leadkeep.domain.access import Grant
from leadkeep.domain.json_shape import JsonShape
from leadkeep.web.asgi import (
    Answer,
    Application,
    Receive,
    Scope,
    Send,
    bearer_token,
    json_array,
    route_of,
    send_answer,
)
from leadkeep.web.body import read_body

PREFIX = "/v1/"

CONVERSATION_SHAPE = JsonShape(
    fields=(
        ("session_id", "id"),
        ("created_at", "lead_at"),
        ("enduser_name", "name"),
        ("enduser_email", "email"),
        ("enduser_phone", "phone"),
        ("for_agent", "handed_over"),
    ),
    missing="absent",
    zone="+00:00",
)

_CHATS = "get-chats/{bot_id}"
_METHODS = {"get-conversation-ids/{bot_id}": "POST", _CHATS: "POST", "auth_me": "GET"}


def create_chatnode_face(desk: Desk) -> Application:
    """An ASGI application for every path below `/v1/`."""

    async def answer(scope: Scope, receive: Receive) -> Answer:
        route, bot_id = route_of(scope["path"], PREFIX, "bot_id")
        allowed = _METHODS.get(route)
        if allowed is None:
            return refusal(404, "There is no such route")
        scope["path_template"] = PREFIX + route
        if scope["method"].replace("HEAD", "GET") != allowed:
            return refusal(405, f"{scope['method']} is not allowed here", (b"allow", allowed.encode()))
        grant = await desk.gate.grant(bearer_token(scope))
        if route == "auth_me":
            return Answer(200, _who(grant))
        if route == _CHATS:
            count, only = read_count(scope["query_string"]), read_session_ids(await read_body(scope, receive))
            return json_array(render_chats(await stream_chats(desk.database, grant, bot_id, only, count)))
        return json_array(await stream_sessions(desk.database, grant, bot_id, CONVERSATION_SHAPE))

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            said = await answer(scope, receive)
        except Exception as error:
            said = error_answer(error)
        await send_answer(said, receive, send)

    return application


def _who(grant: Grant) -> bytes:
    slug = "".join(c if c.isalnum() else "-" for c in grant.name.lower()).strip("-")
    return msgspec.json.encode({"id": grant.id, "name": grant.name, "slug": slug or "key"})

"""The routes of the Flowise face, with or without a trailing slash."""

from collections.abc import Awaitable, Callable

import msgspec

from leadkeep.actions.capture import Capture, new_lead
from leadkeep.actions.desk import Desk
from leadkeep.actions.read_leads import stream_leads
from leadkeep.api.flowise.errors import error_answer, refusal
from leadkeep.api.flowise.lead_format import LEAD_SHAPE, parse_lead, render_lead
from leadkeep.api.flowise.widget import render_config
from leadkeep.domain.bot import Bot, is_bot_id
from leadkeep.domain.errors import MalformedError, NotFoundError
from leadkeep.web.asgi import (
    Answer,
    Application,
    Receive,
    Scope,
    Send,
    bearer_token,
    caller_of,
    header,
    json_array,
    route_of,
    send_answer,
)
from leadkeep.web.body import media_type, read_body

PREFIX = "/api/v1/"

_Handler = Callable[[Scope, Receive, str], Awaitable[Answer]]

# No route of this face knows cookies, so any page may call it: a token or the bot's own origins decide.
_ANY_PAGE = (b"access-control-allow-origin", b"*")


def create_flowise_face(desk: Desk) -> Application:
    """An ASGI application for every path below `/api/v1/`."""
    face = _Face(desk)
    routes: dict[tuple[str, str], _Handler] = {
        ("POST", "leads"): face.create_lead,
        ("GET", "leads"): face.no_id,
        ("GET", "leads/{id}"): face.list_leads,
        ("GET", "public-chatbotConfig/{id}"): face.widget_config,
        ("GET", "chatflows-streaming/{id}"): face.streaming,
        ("GET", "ping"): face.ping,
    }
    methods: dict[str, list[str]] = {}
    for method, route in routes:
        methods.setdefault(route, []).append(method)

    async def answer(scope: Scope, receive: Receive) -> Answer:
        route, given = route_of(scope["path"], PREFIX, "id")
        if route in methods:
            scope["path_template"] = PREFIX + route
        method = scope["method"].replace("HEAD", "GET")
        if method == "OPTIONS":
            # Of a route that is not here too: without it a widget would not even get to read that.
            return _preflight(scope, methods.get(route, ["GET", "POST"]))
        if route not in methods:
            return refusal(404, "There is no such route: Leadkeep keeps leads, the chat itself is elsewhere")
        handler = routes.get((method, route))
        if handler is None:
            allowed = ", ".join(methods[route]).encode()
            return refusal(405, f"{method} is not allowed here", (b"allow", allowed))
        return await handler(scope, receive, given)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            said = await answer(scope, receive)
        except Exception as error:
            said = error_answer(error)
        await send_answer(said, receive, send, _ANY_PAGE)

    return application


def _preflight(scope: Scope, methods: list[str]) -> Answer:
    asked = header(scope, b"access-control-request-headers") or "authorization, content-type"
    headers = (
        (b"access-control-allow-methods", ", ".join(methods).encode()),
        (b"access-control-allow-headers", asked.encode("latin-1")),
        (b"access-control-max-age", b"86400"),
    )
    return Answer(204, b"", headers)


class _Face:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def create_lead(self, scope: Scope, receive: Receive, _: str) -> Answer:
        new = parse_lead(await read_body(scope, receive), media_type(scope))
        try:
            admission = await self._desk.doorkeeper.admit(caller_of(scope), new.bot_id)
            stored = await self._desk.captures.put(
                Capture(new_lead(new, admission.region), admission.makes_bot, bot_known=admission.bot_known)
            )
        except NotFoundError:
            raise _unknown(new.bot_id) from None
        return Answer(200, render_lead(stored))

    async def list_leads(self, scope: Scope, receive: Receive, bot_id: str) -> Answer:
        grant = await self._desk.gate.grant(bearer_token(scope))
        _check_id(bot_id)
        try:
            return json_array(await stream_leads(self._desk.database, grant, bot_id, LEAD_SHAPE))
        except NotFoundError:
            raise _unknown(bot_id) from None

    async def no_id(self, scope: Scope, receive: Receive, _: str) -> Answer:
        return refusal(412, "id not provided!")

    async def widget_config(self, scope: Scope, receive: Receive, bot_id: str) -> Answer:
        return Answer(200, render_config(await self._bot(bot_id)))

    async def streaming(self, scope: Scope, receive: Receive, bot_id: str) -> Answer:
        await self._bot(bot_id)
        return Answer(200, msgspec.json.encode({"isStreaming": False}))

    async def ping(self, scope: Scope, receive: Receive, _: str) -> Answer:
        return Answer(200, b"pong", ((b"content-type", b"text/plain; charset=utf-8"),))

    async def _bot(self, bot_id: str) -> Bot:
        """A bot that strangers may know of: what is not public is not there."""
        _check_id(bot_id)
        bot = await self._desk.directory.find(bot_id)
        if bot is None or not bot.public:
            raise _unknown(bot_id)
        return bot


def _check_id(bot_id: str) -> None:
    if not is_bot_id(bot_id):
        raise MalformedError("Invalid Chatflow ID")


def _unknown(bot_id: str) -> NotFoundError:
    return NotFoundError(f"Chatflow {bot_id} not found")

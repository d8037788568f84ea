"""For whoever operates it: is it alive, is it ready, what does it measure."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from leadkeep.api import metrics
from leadkeep.domain.errors import LeadkeepError
from leadkeep.storage.database import Database
from leadkeep.storage.migrate import SchemaState, schema_state
from leadkeep.web.asgi import JSON, Answer, Application, Receive, Scope, Send, send_answer

PATIENCE = 3.0
"""Seconds to wait for the database before saying that it is not reachable."""

PATHS = frozenset({"/livez", "/readyz", "/metrics"})


def create_operations(database: Database) -> Application:
    async def ready() -> Answer:
        problem = await _problem(database)
        if problem:
            return Answer(503, msgspec.json.encode({"status": "not ready", "problem": problem}))
        return Answer(200, b'{"status":"ready"}')

    async def live() -> Answer:
        return Answer(200, b'{"status":"live"}')

    async def measures() -> Answer:
        body, content_type = await asyncio.to_thread(metrics.render)
        return Answer(200, body, ((b"content-type", content_type.encode()),))

    routes: dict[str, Callable[[], Awaitable[Answer]]] = {
        "/livez": live,
        "/readyz": ready,
        "/metrics": measures,
    }

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        scope["path_template"] = path
        if scope["method"] not in {"GET", "HEAD"}:
            said = Answer(405, b'{"status":"only GET is allowed here"}', (JSON, (b"allow", b"GET, HEAD")))
        else:
            said = await routes[path]()
        await send_answer(said, receive, send)

    return application


async def _problem(database: Database) -> str | None:
    try:
        state = await asyncio.wait_for(database.read(schema_state), PATIENCE)
    except (LeadkeepError, TimeoutError):
        return "the database cannot be reached"
    if state is not SchemaState.CURRENT:
        return f"the database's schema is {state.value}: run `leadkeep migrate`"
    return None

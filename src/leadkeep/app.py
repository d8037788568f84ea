"""The composition root: settings -> storage -> actions -> faces, and the server around them."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from functools import partial

from leadkeep.actions.admit import Doorkeeper
from leadkeep.actions.capture_apart import capture_apart
from leadkeep.actions.capture_queue import CaptureQueue
from leadkeep.actions.desk import Desk
from leadkeep.actions.directory import Directory
from leadkeep.actions.gate import Gate, TokenIssuer
from leadkeep.actions.housekeeping import keep_house, watch_handovers
from leadkeep.actions.key_limits import KeyLimits
from leadkeep.actions.live_feed import LiveFeed
from leadkeep.actions.once import InFlight
from leadkeep.actions.passwords import Passwords
from leadkeep.actions.public_limits import PublicLimits
from leadkeep.actions.reception import Reception
from leadkeep.api import metrics
from leadkeep.api.chatnode import create_chatnode_face
from leadkeep.api.documents import vendor_documents
from leadkeep.api.flowise import create_flowise_face
from leadkeep.api.native import create_native_face
from leadkeep.api.observe import observed
from leadkeep.api.operations import PATHS as OPERATIONS
from leadkeep.api.operations import create_operations
from leadkeep.delivery.supervise import Supervisor
from leadkeep.domain.time_zone import check_time_zone
from leadkeep.logs import configure_logs, request_log
from leadkeep.settings import Settings
from leadkeep.storage.database import Database
from leadkeep.web.asgi import Application, Receive, Scope, Send
from leadkeep.web.heads import with_heads

LOG_EVERY = 0.2
"""Seconds between two writes of the log."""


def create_app(settings: Settings) -> Application:
    """The whole of Leadkeep as one ASGI application; it opens its database with the first request."""
    configure_logs(settings.log_level, gather=LOG_EVERY)
    desk = _desk(settings)
    watch = partial(observed, log=request_log() if _logs_requests(settings) else None)
    flowise = watch("flowise", create_flowise_face(desk))
    chatnode = watch("chatnode", create_chatnode_face(desk))
    native = watch("native", create_native_face(desk, vendor_documents()))
    documents = with_heads(native)
    console = with_heads(watch("console", _when_wanted(settings, desk)))
    # Probes come every few seconds, and a line for each would bury the rest.
    operations = observed("operations", create_operations(desk.database), log=None)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(settings, desk, receive, send)
        elif (path := scope["path"]).startswith("/api/v1/"):
            await flowise(scope, receive, send)
        elif path.startswith("/v1/"):
            await chatnode(scope, receive, send)
        elif path in OPERATIONS:
            await operations(scope, receive, send)
        elif path.startswith("/api/"):
            await native(scope, receive, send)
        elif path.startswith(_DOCUMENTS):
            await documents(scope, receive, send)
        else:
            await console(scope, receive, send)

    return application


_DOCUMENTS = ("/docs", "/openapi")
"""Where the native API is described."""


def _when_wanted(settings: Settings, desk: Desk) -> Application:
    """The console, made when somebody first opens it: who has no browser here pays nothing for it."""
    made: list[Application] = []

    async def console(scope: Scope, receive: Receive, send: Send) -> None:
        if not made:
            from leadkeep.console import create_console

            made.append(create_console(settings, desk))
        await made[0](scope, receive, send)

    return console


def _logs_requests(settings: Settings) -> bool:
    return settings.access_log and settings.log_level in {"debug", "info"}


def _desk(settings: Settings) -> Desk:
    # Captures come most often.
    database = Database(settings.database, apart=[capture_apart])
    gate = Gate(database, _issuer(settings))
    directory = Directory(database)
    limits = PublicLimits(settings.public_rate_per_address, settings.public_rate_per_bot)
    return Desk(
        database=database,
        gate=gate,
        directory=directory,
        doorkeeper=Doorkeeper(gate, directory, limits),
        captures=CaptureQueue(database, settings.capture_queue, metrics.count_batch),
        in_flight=InFlight(),
        live=LiveFeed(database),
        key_limits=KeyLimits(settings.api_rate_per_key),
        reception=Reception(database),
        passwords=Passwords(),
        time_zone=check_time_zone(settings.time_zone, "time_zone"),
    )


def _issuer(settings: Settings) -> TokenIssuer | None:
    if not settings.jwt_issuer:
        return None
    # The cryptography behind JWTs is a tenth of the server's memory: only who uses it pays for it.
    from leadkeep.actions.jwt_issuer import issuer_from

    return issuer_from(settings)


async def _live(settings: Settings, desk: Desk, receive: Receive, send: Send) -> None:
    """The ASGI lifespan protocol: background work runs between its two messages."""
    await receive()
    with closing(desk.database), closing(desk.passwords):
        async with _background(settings, desk):
            await send({"type": "lifespan.startup.complete"})
            await receive()
    await send({"type": "lifespan.shutdown.complete"})


@asynccontextmanager
async def _background(settings: Settings, desk: Desk) -> AsyncIterator[None]:
    keep_events = timedelta(days=settings.keep_events)
    tasks = [
        asyncio.create_task(keep_house(desk.database, desk.gate, keep_events)),
        asyncio.create_task(watch_handovers(desk.database)),
        asyncio.create_task(Supervisor(settings, desk.database).run()),
        asyncio.create_task(desk.live.run()),
    ]
    # What was loaded stays: looking through all of it again and again held up one answer in a hundred.
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(Exception):
            await desk.gate.flush()

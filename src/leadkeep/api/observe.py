"""Around every request: an id, a line in the log, and its place in the metrics."""

import re
from random import getrandbits
from time import perf_counter

import structlog

from leadkeep.api.metrics import face_metrics
from leadkeep.logs import RequestLog
from leadkeep.web.asgi import Application, Message, Receive, Scope, Send, header

_SANE_ID = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")


def observed(name: str, face: Application, log: RequestLog | None) -> Application:
    """The face, watched. The log names the route's template, never the path: a path can hold anything."""
    metrics = face_metrics(name)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        start = perf_counter()
        request_id = _request_id(scope)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        status = 0

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
            await send(message)

        try:
            await face(scope, receive, send_on)
        finally:
            seconds = perf_counter() - start
            metrics.count(scope["method"], status, seconds)
            if log is not None:
                route = scope.get("path_template", "unmatched")
                log(name, scope["method"], route, status, round(seconds * 1000, 2), request_id)

    return application


def _request_id(scope: Scope) -> str:
    """The caller's own, where it is harmless, so that one id runs through all of an operator's logs."""
    sent = header(scope, b"x-request-id")
    return sent if sent and _SANE_ID.match(sent) else f"{getrandbits(64):016x}"

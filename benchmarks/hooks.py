"""A receiver of webhooks that notes when they come; `/slow/...` takes ten seconds to answer."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SLOWNESS = 10.0


def create_hooks() -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """GET of a path gives the times at which a POST to it came, by a clock that all processes share."""
    arrivals: dict[str, list[float]] = defaultdict(list)

    async def hooks(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if scope["method"] == "GET":
            body = msgspec.json.encode(arrivals[path])
        else:
            while (await receive()).get("more_body"):
                pass
            arrivals[path].append(time.monotonic())
            if path.startswith("/slow"):
                await asyncio.sleep(SLOWNESS)
            body = b"noted"
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-length", b"%d" % len(body))],
            }
        )
        await send({"type": "http.response.body", "body": body})

    return hooks

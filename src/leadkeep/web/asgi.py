"""What the hand-routed faces share of ASGI: headers, tokens, answers, and streams with flat memory.

A framework costs more per request than storing a lead does, so the two vendor faces do without one.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, MutableMapping, Sequence
from contextlib import aclosing
from typing import Any, NamedTuple

from leadkeep.actions.admit import Caller
from leadkeep.actions.read_leads import JsonStream

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
"""As in the ASGI 3.0 specification, no finer: the hand-routed faces look into few of the keys."""

Headers = Sequence[tuple[bytes, bytes]]

ENDLESS = "leadkeep.endless"
"""In the scope of a request whose answer has no end of its own."""

JSON = (b"content-type", b"application/json; charset=utf-8")


class Answer(NamedTuple):
    """A whole answer, or a stream of the pieces of one."""

    status: int
    body: bytes | AsyncGenerator[bytes, None]
    headers: Headers = (JSON,)


def as_headers(named: Mapping[str, str]) -> Headers:
    return [(name.encode(), value.encode()) for name, value in named.items()]


def header(scope: Scope, name: bytes) -> str | None:
    """The first header of that (lower-case) name."""
    headers: Headers = scope["headers"]
    for key, value in headers:
        if key == name:
            return value.decode("latin-1")
    return None


def route_of(path: str, prefix: str, id_name: str) -> tuple[str, str]:
    """The route's template below the prefix and the id in it, "" for none: `leads/{id}`, `abc`."""
    name, slash, given = path.removeprefix(prefix).rstrip("/").partition("/")
    return (f"{name}/{{{id_name}}}", given) if slash else (name, "")


def bearer_token(scope: Scope) -> str | None:
    """The token sent, "" for a header without one, None where no header was sent.

    The word Bearer may be missing, as Flowise allows; its case does not matter (RFC 9110, 11.1).
    """
    sent = header(scope, b"authorization")
    if sent is None:
        return None
    scheme, _, token = sent.strip().partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return sent.strip()


def caller_of(scope: Scope) -> Caller:
    client = scope["client"]
    return Caller(
        token=bearer_token(scope),
        origin=header(scope, b"origin"),
        address=client[0] if client else "",
    )


async def send_answer(answer: Answer, receive: Receive, send: Send, *extra: tuple[bytes, bytes]) -> None:
    """Write the answer, with extra headers; a stream stops as soon as nobody reads it any more."""
    if isinstance(answer.body, bytes):
        headers = [*answer.headers, *extra, (b"content-length", b"%d" % len(answer.body))]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})
    else:
        await _send_stream(answer._replace(headers=[*answer.headers, *extra]), answer.body, receive, send)


async def _send_stream(
    answer: Answer, body: AsyncGenerator[bytes, None], receive: Receive, send: Send
) -> None:
    gone = asyncio.create_task(disconnected(receive))
    try:
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        async with aclosing(body):
            async for piece in body:
                if gone.done():
                    return
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)


async def disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def json_array(members: JsonStream) -> Answer:
    """The pages as one bare JSON array."""
    if members.rest is None:
        return Answer(200, f"[{members.first}]".encode())
    return Answer(200, _joined(members.first, members.rest))


async def _joined(first: str, rest: AsyncGenerator[str, None]) -> AsyncGenerator[bytes, None]:
    yield b"[" + first.encode()
    async for page in rest:
        if page:
            yield b"," + page.encode()
    yield b"]"

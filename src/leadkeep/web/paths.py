"""Paths whose ids hold any character.

ASGI hands on a path already decoded, in which an encoded slash is a slash like any other. This puts U+0000 in
its place, which no id can hold, so that the routes see one segment; `decoded_id` turns it back.
"""

from urllib.parse import quote, unquote

from leadkeep.web.asgi import Application, Receive, Scope, Send

_SLASH = "\0"


def with_encoded_slashes(face: Application) -> Application:
    """The face, told an encoded slash from a plain one."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        raw: bytes = scope.get("raw_path", b"")
        if b"%" in raw:
            # In place: what the routes find out about a request stands in this very scope.
            scope["path"] = "/".join(map(_segment, raw.decode("latin-1").split("/")))
        await face(scope, receive, send)

    return application


def decoded_id(segment: str) -> str:
    """The id that a path's segment stands for."""
    return segment.replace(_SLASH, "/")


def encoded_id(any_id: str) -> str:
    """The segment that stands for the id."""
    return quote(any_id, safe="")


def encoded_path(path: str) -> str:
    """A path as the routes saw it, as it was sent."""
    return quote(path).replace("%00", "%2F")


def _segment(raw: str) -> str:
    # What is no text becomes U+FFFD, as ASGI servers have it; U+0000 stands for something else here.
    return unquote(raw).replace("\0", "\ufffd").replace("/", _SLASH)

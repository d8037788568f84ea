"""Reading a request's body: once, decompressed, and never more of it than what it is for can need."""

import re
import zlib

from leadkeep.domain.errors import MalformedError, TooLargeError, UnsupportedError
from leadkeep.web.asgi import Receive, Scope, header

MAX_BODY = 64 * 1024
"""Bytes, after decompression: what a lead can need."""
MAX_MEMBERS = 16
"""Files that a gzip body may consist of: to go on to the next one takes a copy of the rest."""

_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^";\s]*)', re.IGNORECASE)
_UTF_8 = {"utf-8", "utf8", "us-ascii", "ascii"}
_BOM = b"\xef\xbb\xbf"


async def read_body(scope: Scope, receive: Receive, limit: int = MAX_BODY) -> bytes:
    """The body, without a byte order mark; `limit` is in bytes, before decompression and after it.

    Raises TooLargeError, MalformedError, UnsupportedError.
    """
    encoding = (header(scope, b"content-encoding") or "identity").strip().lower()
    if encoding not in {"identity", "gzip", "x-gzip", "deflate"}:
        raise UnsupportedError("Content-Encoding must be gzip, deflate or identity")
    body = await _received(receive, limit)
    if encoding != "identity":
        body = _inflated(body, limit)
    return body.removeprefix(_BOM)


def media_type(scope: Scope) -> str:
    """The content type without its parameters, "" for none. Raises UnsupportedError for another charset."""
    sent = header(scope, b"content-type")
    if sent is None or sent == "application/json":
        return sent or ""
    charset = _CHARSET.search(sent)
    if charset and charset[1].lower() not in _UTF_8:
        raise UnsupportedError("charset must be utf-8")
    return sent.partition(";")[0].strip().lower()


async def _received(receive: Receive, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise MalformedError("The body ended early")
        piece: bytes = message["body"]
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise TooLargeError(f"The body is larger than {limit} bytes")
        if not message["more_body"]:
            return b"".join(pieces)


def _inflated(body: bytes, limit: int) -> bytes:
    """Gzip, of one or more members (RFC 1952), or zlib (RFC 1950)."""
    inflated = b""
    for _ in range(MAX_MEMBERS):
        if not body:
            break
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        try:
            inflated += member.decompress(body, limit + 1 - len(inflated))
        except zlib.error:
            raise MalformedError("The body is not what its Content-Encoding says") from None
        if len(inflated) > limit:
            raise TooLargeError(f"The body is larger than {limit} bytes once decompressed")
        if not member.eof:
            raise MalformedError("The compressed body ended early")
        body = member.unused_data
    if body:
        raise MalformedError(f"The compressed body has more than {MAX_MEMBERS} members")
    return inflated

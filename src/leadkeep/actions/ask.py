"""Ask a server that the operator named, as one asks somebody who may be slow, or not be oneself any more."""

import asyncio
import ipaddress
import ssl
from typing import NamedTuple

import httpx

MAX_BYTES = 256 * 1024
TIMEOUT = 5.0
"""Seconds for one answer, from the first byte to the last."""


class Answer(NamedTuple):
    status: int
    body: bytes


async def ask(tls: ssl.SSLContext, request: httpx.Request) -> Answer:
    """What is said at that very address; of more than MAX_BYTES, a little more than those.

    Raises httpx.HTTPError, and OSError where it takes too long.
    """
    # Unpacked, a small answer could be of any size; so none may come packed.
    request.headers["Accept-Encoding"] = "identity"
    body = b""
    async with asyncio.timeout(TIMEOUT), httpx.AsyncClient(verify=tls, timeout=TIMEOUT) as client:
        answer = await client.send(request, stream=True, follow_redirects=False)
        try:
            async for part in answer.aiter_raw():
                body += part
                if len(body) > MAX_BYTES:
                    break
        finally:
            await answer.aclose()
    return Answer(answer.status_code, body)


def is_private_way(url: httpx.URL) -> bool:
    """Whether nobody on the way can answer in the other's place: by TLS, or since it is this machine."""
    return url.scheme == "https" or (url.scheme == "http" and _is_loopback(url.host))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

"""The names of what can go wrong with an attempt; no text of a receiver's or a library's is among them."""

import errno
import ssl

import aiohttp

from leadkeep.delivery.sockets import BlockedAddressError
from leadkeep.domain.errors import InvalidError
from leadkeep.logs import exception_chain

_BY_NUMBER = {
    errno.ECONNREFUSED: "refused",
    errno.ENETUNREACH: "unreachable",
    errno.EHOSTUNREACH: "unreachable",
    errno.ETIMEDOUT: "timeout",
}
_BY_KIND: tuple[tuple[type[BaseException], str], ...] = (
    (InvalidError, "template_failed"),
    (BlockedAddressError, "blocked_address"),
    (aiohttp.ClientConnectorDNSError, "dns_failed"),
    (ssl.SSLError, "tls_failed"),
    (aiohttp.ClientSSLError, "tls_failed"),
    (TimeoutError, "timeout"),
    (aiohttp.InvalidURL, "invalid_url"),
    (aiohttp.ServerDisconnectedError, "closed"),
    (aiohttp.ClientPayloadError, "closed"),
    (ConnectionResetError, "closed"),
    (BrokenPipeError, "closed"),
    (aiohttp.ClientResponseError, "bad_answer"),
)


def outcome_of(error: BaseException) -> str:
    """`failed` where it is none of those that are known."""
    chain = list(exception_chain(error))
    for kind, name in _BY_KIND:
        if any(isinstance(one, kind) for one in chain):
            return name
    numbers = (one.errno for one in chain if isinstance(one, OSError) and one.errno is not None)
    return next((_BY_NUMBER[number] for number in numbers if number in _BY_NUMBER), "failed")

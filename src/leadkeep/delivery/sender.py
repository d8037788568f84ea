"""Posts an event to an endpoint, and says what came of it."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from urllib.parse import urlsplit

import aiohttp
from standardwebhooks import Webhook

from leadkeep.actions import clock
from leadkeep.delivery.outcomes import outcome_of
from leadkeep.delivery.sockets import open_socket
from leadkeep.domain.addresses import AddressRules
from leadkeep.domain.delivery import MAX_ANSWER, OK, Attempt, Claim, Result
from leadkeep.forms import Message
from leadkeep.forms.request_headers import request_headers, signed_headers

TIMEOUT = 15.0
"""Seconds from the name's lookup to the end of the answer."""
_KEEP_ALIVE = 10.0
_SUCCESS = range(200, 300)


class Sender:
    """Belongs to one event loop. `rules` say which addresses it may connect to."""

    def __init__(
        self, rules: AddressRules, form: Callable[[Claim], Message], timeout: float = TIMEOUT
    ) -> None:
        self._rules = rules
        self._form = form
        total = aiohttp.ClientTimeout(total=timeout)
        self._checked = _session(total, rules)
        self._unchecked = _session(total, None)

    async def send(self, claim: Claim) -> Attempt:
        """One attempt; whatever happens is its result."""
        at, start = clock.now(), time.monotonic()
        try:
            result = await self._posted(claim, at)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            result = Result(outcome=outcome_of(error))
        milliseconds = round((time.monotonic() - start) * 1_000)
        return Attempt(claim=claim, at=at, milliseconds=milliseconds, result=result)

    async def _posted(self, claim: Claim, at: datetime) -> Result:
        message = self._form(claim)
        headers = request_headers(claim.endpoint.headers, message, signed(claim, message.body, at))
        url = claim.endpoint.url
        host = urlsplit(url).hostname or ""
        session = self._unchecked if self._rules.allows_host(host) else self._checked
        async with session.post(url, data=message.body, headers=headers, allow_redirects=False) as answer:
            text = await _beginning(answer)
        status = answer.status
        return Result(
            outcome=OK if status in _SUCCESS else f"http_{status}",
            status=status,
            answer=text or None,
            retry_after=_wish(answer.headers.get("Retry-After"), at),
        )

    async def close(self) -> None:
        await self._checked.close()
        await self._unchecked.close()


def signed(claim: Claim, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks 1.0. While a secret is being replaced, both sign."""
    text = body.decode()
    signatures = (Webhook(secret).sign(claim.event_id, at, text) for secret in claim.endpoint.secrets_at(at))
    return signed_headers(claim.event_id, at, " ".join(signatures))


def _session(timeout: aiohttp.ClientTimeout, rules: AddressRules | None) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(
        limit=0,
        # A name is looked up for each connection: what it stood for before says nothing.
        use_dns_cache=False,
        keepalive_timeout=_KEEP_ALIVE,
        socket_factory=partial(open_socket, rules) if rules else None,
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
    )


async def _beginning(answer: aiohttp.ClientResponse) -> str:
    """Of a longer answer the rest is not read: its connection is closed."""
    read = bytearray()
    async for part in answer.content.iter_any():
        read += part
        if len(read) > MAX_ANSWER:
            answer.close()
            break
    # PostgreSQL keeps no such character in a text.
    return bytes(read[:MAX_ANSWER]).decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _wish(retry_after: str | None, now: datetime) -> timedelta | None:
    """`Retry-After` (RFC 9110, 10.2.3): seconds or a date. None where there is none that can be read."""
    if not retry_after:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return timedelta(seconds=min(int(retry_after[:10]), 10**8))
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now, timedelta(0))

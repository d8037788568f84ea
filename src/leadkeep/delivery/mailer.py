"""Mails an endpoint's events: each by itself, or all that were gathered in one."""

import asyncio
import time
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

import msgspec

from leadkeep.actions import clock
from leadkeep.domain.delivery import OK, Attempt, Claim, Result
from leadkeep.forms.email import Envelope, mail_of
from leadkeep.forms.facts import Facts, facts_of
from leadkeep.forms.links import link_to
from leadkeep.mail import Sent, send_mail
from leadkeep.settings import Settings

NO_SERVER = Result(outcome="no_mail_server")
_AT_ONCE = 4
"""Mails on their way at a time: mail servers count connections."""


class Mailer:
    """Belongs to one event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lines = asyncio.Semaphore(_AT_ONCE)

    async def send(self, claims: Sequence[Claim]) -> list[Attempt]:
        """One mail about all of these events, which go to the same endpoint; what came of it, for each."""
        async with self._lines:
            at, start = clock.now(), time.monotonic()
            result = await self._mailed(claims)
            milliseconds = round((time.monotonic() - start) * 1_000)
        return [Attempt(claim=claim, at=at, milliseconds=milliseconds, result=result) for claim in claims]

    async def _mailed(self, claims: Sequence[Claim]) -> Result:
        if not self._settings.smtp_host:
            return NO_SERVER
        try:
            sent = await asyncio.to_thread(self._send, claims)
        except Exception:
            # It could not even be written.
            return Result(outcome="failed")
        return Result(outcome=OK if sent.outcome == OK else sent.outcome, answer=sent.answer)

    def _send(self, claims: Sequence[Claim]) -> Sent:
        told = [(claim.event_id, claim.subject, self._facts(claim)) for claim in claims]
        mail = mail_of(told, envelope_of(self._settings, addresses_in(claims[0].endpoint.url)))
        return send_mail(self._settings, mail)

    def _facts(self, claim: Claim) -> Facts:
        link = link_to(self._settings.public_url, claim.event_type, claim.subject)
        return facts_of(msgspec.json.decode(claim.payload), link)


def addresses_in(url: str) -> list[str]:
    """Of a `mailto:` (RFC 6068) with several addresses."""
    return [unquote(address) for address in urlsplit(url).path.split(",")]


def envelope_of(settings: Settings, to: Sequence[str]) -> Envelope:
    return Envelope(settings.smtp_from, to, settings.smtp_from.rpartition("@")[2].strip("> ") or "leadkeep")

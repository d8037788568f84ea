"""A mail server on loopback: TLS, a login, and what it was given."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.support.postgres import free_port

USER = "leadkeep"
PASSWORD = "a password for mail"


class MailServer:
    """`tls` False: without STARTTLS, and so without a login; `implicit`: TLS from the start instead.

    `goodbye` is what it says to QUIT.
    """

    def __init__(
        self,
        *,
        tls: bool = True,
        implicit: bool = False,
        password: str = PASSWORD,
        certified: str = "localhost",
    ) -> None:
        self.goodbye = "221 Bye"
        self._password = password
        self.authority = trustme.CA()
        self.logins: list[str] = []
        self._mails: list[EmailMessage] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(certified).configure_cert(context)
        login: dict[str, Any] = {"authenticator": self._authenticate}
        # The library takes TLS by STARTTLS for the only one.
        login |= {"auth_require_tls": False} if implicit else {"auth_required": True}
        how = {"ssl_context": context} if implicit else {"tls_context": context, "require_starttls": True}
        options = {**login, **how} if tls else {}
        self._controller = Controller(self, hostname="127.0.0.1", port=free_port(), **options)

    @property
    def port(self) -> int:
        return int(self._controller.port)

    def take(self) -> list[EmailMessage]:
        """What has arrived since the last time."""
        taken, self._mails = self._mails, []
        self.logins.clear()
        return taken

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, how: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login.decode())
        good = (data.login, data.password) == (USER.encode(), self._password.encode())
        return AuthResult(success=good, handled=False)

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address.startswith("refused"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_QUIT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        return self.goodbye

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self._mails.append(mail)
        return "250 OK"


@contextmanager
def mail_server(**options: Any) -> Iterator[MailServer]:
    server = MailServer(**options)
    server.start()
    try:
        yield server
    finally:
        server.stop()

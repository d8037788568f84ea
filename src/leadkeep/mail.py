"""Sends mail over SMTP, and says what came of it.

By the standard library, in whatever thread asks: it knows what mail servers ask for, and few mails are sent
at a time.
"""

import errno
import smtplib
import socket
import ssl
import time
from base64 import b64encode
from contextlib import suppress
from email.message import EmailMessage
from typing import Any, NamedTuple

from leadkeep.domain.delivery import MAX_ANSWER
from leadkeep.logs import exception_chain
from leadkeep.settings import Settings

TIMEOUT = 25.0
"""Seconds that it all may take: less than the lease of a delivery, after which somebody else sends it."""
OK = "ok"
_GOODBYE = 2.0
_LOGGED_IN = {235, 503}
# As with requests: the names are the same where the same thing is wrong.
_BY_KIND: tuple[tuple[type[BaseException], str], ...] = (
    (smtplib.SMTPAuthenticationError, "smtp_login_failed"),
    # Of what is asked of a server, that is STARTTLS or the login.
    (smtplib.SMTPNotSupportedError, "smtp_not_supported"),
    (smtplib.SMTPRecipientsRefused, "smtp_address_refused"),
    (smtplib.SMTPSenderRefused, "smtp_address_refused"),
    (smtplib.SMTPResponseException, "smtp_refused"),
    (ssl.SSLError, "tls_failed"),
    (socket.gaierror, "dns_failed"),
    # What no name can look like.
    (UnicodeError, "dns_failed"),
    (TimeoutError, "timeout"),
    (ConnectionRefusedError, "refused"),
)
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH}


class Sent(NamedTuple):
    """`outcome` is `ok` or the name of what failed, `answer` what the mail server said."""

    outcome: str
    answer: str | None = None


def send_mail(settings: Settings, mail: EmailMessage, timeout: float = TIMEOUT) -> Sent:
    """Takes as long as the mail server does. Never raises for what that, or the way there, does."""
    try:
        server = _connected(settings, timeout)
        try:
            refused = server.send_message(mail)
            server.say_goodbye()
        finally:
            server.close()
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        return Sent(_outcome(error), _said(error))
    # Some of the addresses were taken: those who have it would have it twice.
    return Sent(OK, f"{len(refused)} of the addresses were refused" if refused else None)


class _Smtp(smtplib.SMTP):
    """With a time by which it must all be done."""

    def __init__(self, settings: Settings, timeout: float, **options: Any) -> None:
        self._end = time.monotonic() + timeout
        super().__init__(settings.smtp_host, settings.smtp_port, timeout=timeout, **options)

    def getreply(self) -> tuple[int, bytes]:
        if self.sock is not None:
            # Zero would be: never wait.
            self.sock.settimeout(max(0.001, self._end - time.monotonic()))
        return super().getreply()

    def say_goodbye(self) -> None:
        """The mail is taken; whatever the server says to this does not change that."""
        self._end = min(self._end, time.monotonic() + _GOODBYE)
        with suppress(smtplib.SMTPException, OSError):
            self.quit()

    def log_in(self, user: str, password: str) -> None:
        """The standard library knows ASCII only; anything else goes by PLAIN, which is UTF-8 (RFC 4616)."""
        if (user + password).isascii():
            self.login(user, password)
            return
        self.ehlo_or_helo_if_needed()
        if "PLAIN" not in self.esmtp_features.get("auth", "").upper().split():
            raise smtplib.SMTPNotSupportedError
        shown = b64encode(f"\0{user}\0{password}".encode()).decode()
        code, said = self.docmd("AUTH", f"PLAIN {shown}")
        if code not in _LOGGED_IN:
            raise smtplib.SMTPAuthenticationError(code, said)


class _SmtpOverTls(_Smtp, smtplib.SMTP_SSL):
    pass


def _connected(settings: Settings, timeout: float) -> _Smtp:
    context = ssl.create_default_context()
    if settings.smtp_tls == "tls":
        server: _Smtp = _SmtpOverTls(settings, timeout, context=context)
    else:
        server = _Smtp(settings, timeout)
    try:
        if settings.smtp_tls == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.log_in(settings.smtp_user, settings.smtp_password)
    except BaseException:
        server.close()
        raise
    return server


def _outcome(error: Exception) -> str:
    """`closed` where it has no name. The library says so of a connection that failed in any way; which way it
    was, is what led to that."""
    chain = list(exception_chain(error))
    for kind, name in _BY_KIND:
        if any(isinstance(one, kind) for one in chain):
            return name
    if any(isinstance(one, OSError) and one.errno in _UNREACHABLE for one in chain):
        return "unreachable"
    # Raised as such where the ways to log in that it knows are not those of the server.
    return "smtp_not_supported" if type(error) is smtplib.SMTPException else "closed"


def _said(error: Exception) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return None
    text = said if isinstance(said, str) else said.decode(errors="replace")
    # PostgreSQL keeps no such character in a text.
    return f"{code} {text}".replace("\0", "\N{REPLACEMENT CHARACTER}")[:MAX_ANSWER]

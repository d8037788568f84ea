"""Sends mail over SMTP, and says what came of it."""

import smtplib
import socket
import ssl
from email.message import EmailMessage
from typing import NamedTuple

from leadkeep.settings import Settings

TIMEOUT = 15.0
"""Seconds that any step of the conversation may take."""
OK = "ok"


class Sent(NamedTuple):
    """`outcome` is `ok` or the name of what failed, `answer` what the mail server said."""

    outcome: str
    answer: str | None = None


def send_mail(settings: Settings, mail: EmailMessage, timeout: float = TIMEOUT) -> Sent:
    """Takes as long as the mail server does. Never raises for what that, or the way there, does."""
    try:
        with _connected(settings, timeout) as server:
            refused = server.send_message(mail)
    except smtplib.SMTPException as error:
        return Sent(_smtp_outcome(error), _said(error))
    except ssl.SSLError:
        return Sent("tls_failed")
    except socket.gaierror:
        return Sent("dns_failed")
    except TimeoutError:
        return Sent("timeout")
    except ConnectionRefusedError:
        return Sent("refused")
    except OSError:
        return Sent("closed")
    # Some of the addresses were taken: those who have it would have it twice.
    return Sent(OK, f"{len(refused)} of the addresses were refused" if refused else None)


def _connected(settings: Settings, timeout: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if settings.smtp_tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=timeout, context=context
        )
    else:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=timeout)
    try:
        if settings.smtp_tls == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
    except BaseException:
        server.close()
        raise
    return server


def _smtp_outcome(error: smtplib.SMTPException) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "smtp_login_failed"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        # Of what is asked of a server, that is STARTTLS or the login.
        return "smtp_not_supported"
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused):
        return "smtp_address_refused"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "closed"
    return "smtp_refused"


def _said(error: smtplib.SMTPException) -> str | None:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return f"{code} {text.decode(errors='replace')}"
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"{error.smtp_code} {said if isinstance(said, str) else said.decode(errors='replace')}"
    return None

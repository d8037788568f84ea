"""Whether mail can be sent, seen by sending one."""

from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from leadkeep.actions import clock
from leadkeep.cli.checks import Finding
from leadkeep.cli.database import settings_of
from leadkeep.domain.email import read_email
from leadkeep.domain.errors import InvalidError
from leadkeep.forms.email import address_of, sender_of
from leadkeep.mail import OK, send_mail
from leadkeep.settings import Settings

_ADVICE = {
    "dns_failed": "nobody knows that host; is smtp_host right?",
    "unreachable": "there is no way there; is smtp_host right?",
    "refused": "nothing listens there; is smtp_port right?",
    "timeout": "it does not answer; is the way there open, and the port right?",
    "closed": "the connection was closed; does smtp_tls fit the port (starttls 587, tls 465)?",
    "tls_failed": "its certificate is not trusted, or it speaks no TLS there; does smtp_tls fit the port?",
    "smtp_login_failed": "it does not take smtp_user and smtp_password",
    "smtp_not_supported": "it offers no STARTTLS, or no login; see smtp_tls and smtp_user",
    "smtp_address_refused": "it does not take smtp_from or the address; does it want a login (smtp_user)?",
}


def check_mail(database: str | None, config: Path | None, address: str) -> Finding:
    """Raises InvalidError for what is no address."""
    if read_email(address).normal is None:
        raise InvalidError("--send-test", f"--send-test must be an e-mail address, not {address!r}")
    settings = settings_of(database, config)
    if not settings.smtp_host:
        return Finding("fail", "mail", "no server is set to send it by; set smtp_host")
    sent = send_mail(settings, _mail(settings, address))
    place = f"{settings.smtp_host}:{settings.smtp_port}"
    if sent.outcome == OK:
        return Finding("ok", "mail", f"{place} took a mail to {address}; see whether it arrives")
    said = f" ({sent.answer})" if sent.answer else ""
    advice = _ADVICE.get(sent.outcome, "it refused the mail")
    return Finding("fail", "mail", f"{place}: {sent.outcome}{said}; {advice}")


def _mail(settings: Settings, address: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = "A test from Leadkeep"
    mail["From"], mail["To"] = sender_of(settings.smtp_from), address_of(address)
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = make_msgid(domain="leadkeep")
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("Mail from this Leadkeep arrives. Endpoints can now be mail addresses.\n")
    return mail

"""Mail about events: one, or many gathered into one."""

from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from typing import NamedTuple

from leadkeep.domain.moments import from_iso
from leadkeep.forms.facts import Facts, clean

MAX_SUBJECT = 150


class Envelope(NamedTuple):
    """Who writes to whom. `domain` is that of message ids; `thread` what the mails of one subject share."""

    sender: str
    to: Sequence[str]
    domain: str


def mail_of(events: Sequence[tuple[str, str, Facts]], envelope: Envelope) -> EmailMessage:
    """A mail about these events, each with its id and the subject that it is about, oldest first.

    The same events make the same Message-ID, so that a mail sent twice is shown once.
    """
    event_id, subject, facts = events[0]
    mail = EmailMessage()
    mail["Subject"] = (facts.title if len(events) == 1 else f"{len(events)} events: {facts.title}")[
        :MAX_SUBJECT
    ]
    mail["From"] = envelope.sender
    mail["To"] = [Address(addr_spec=address) for address in envelope.to]
    mail["Date"] = format_datetime(from_iso(events[-1][2].at))
    mail["Message-ID"] = f"<{event_id}@{envelope.domain}>"
    if len(events) == 1:
        # All mail about one lead is one thread.
        mail["References"] = f"<{_as_id(subject)}@{envelope.domain}>"
        mail["In-Reply-To"] = mail["References"]
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join(text_of(facts) for _, _, facts in events) + "\n")
    mail.add_alternative(_html([facts for _, _, facts in events]), subtype="html")
    return mail


def _as_id(subject: str) -> str:
    """What may stand before the @ of a message id (RFC 5322, 3.6.4), of a lead's id or a session's place."""
    return "".join(char if char.isascii() and (char.isalnum() or char in "-_.") else "-" for char in subject)[
        :200
    ]


def text_of(facts: Facts) -> str:
    rows = [f"{name}: {value}" for name, value in facts.rows]
    return "\n".join([facts.title, *rows, *([facts.link] if facts.link else [])])


def _html(many: Sequence[Facts]) -> str:
    style = "font-family:sans-serif;font-size:15px;line-height:1.5"
    return f'<!doctype html><html><body style="{style}">{"<hr>".join(map(_section, many))}</body></html>'


def _section(facts: Facts) -> str:
    rows = "".join(
        f'<tr><td style="color:#666;padding-right:16px;vertical-align:top">{escape(clean(name))}</td>'
        f"<td>{escape(value)}</td></tr>"
        for name, value in facts.rows
    )
    link = f'<p><a href="{escape(facts.link)}">Open in Leadkeep</a></p>' if facts.link else ""
    return f"<h3>{escape(facts.title)}</h3><table>{rows}</table>{link}"

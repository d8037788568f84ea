"""Mail about events: one, or many gathered into one."""

import re
from collections import Counter
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from email.utils import format_datetime
from hashlib import blake2b
from html import escape
from typing import NamedTuple

from leadkeep.domain.email import ascii_domain
from leadkeep.domain.event import EventType
from leadkeep.domain.moments import from_iso
from leadkeep.forms.facts import Facts
from leadkeep.forms.plain import cut

MAX_SUBJECT = 150
_MAX_DOMAIN = 38
"""Of a message id: in a longer line Python's email writes it as encoded words, which is no id any more."""
_ID = re.compile(r"[A-Za-z0-9-]{1,36}")
_GATHERED = {
    EventType.LEAD_CAPTURED: ("new lead", "new leads"),
    EventType.LEAD_UPDATED: ("changed lead", "changed leads"),
    EventType.LEAD_DELETED: ("deleted lead", "deleted leads"),
    EventType.SESSION_HANDED_OVER: ("visitor waits for a person", "visitors wait for a person"),
    EventType.SESSION_ESCALATED: ("visitor still waits", "visitors still wait"),
}


class Envelope(NamedTuple):
    """Who writes to whom. `domain` is that of message ids."""

    sender: str
    to: Sequence[str]
    domain: str


def mail_of(events: Sequence[tuple[str, str, Facts]], envelope: Envelope) -> EmailMessage:
    """A mail about these events, each with its id and the subject that it is about, oldest first.

    The same events make the same Message-ID, so that a mail sent twice is shown once.
    """
    event_id, subject, facts = events[0]
    gathered = [facts for _, _, facts in events]
    mail = EmailMessage()
    mail["Subject"] = cut(facts.title if len(events) == 1 else _summary(gathered), MAX_SUBJECT)
    mail["From"] = sender_of(envelope.sender)
    mail["To"] = [address_of(address) for address in envelope.to]
    mail["Date"] = format_datetime(from_iso(events[-1][2].at))
    domain = _domain_of_ids(envelope.domain)
    mail["Message-ID"] = f"<{event_id}@{domain}>"
    if len(events) == 1:
        # All mail about one lead is one thread.
        mail["References"] = f"<{_as_id(subject)}@{domain}>"
        mail["In-Reply-To"] = mail["References"]
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join(map(_dated, gathered)) + "\n")
    mail.add_alternative(_html(gathered), subtype="html")
    return mail


def _summary(many: Sequence[Facts]) -> str:
    """What there is most of comes first."""
    counts = Counter(_GATHERED.get(facts.kind) for facts in many)
    others = counts.pop(None, 0)
    said = [f"{count} {names[count > 1]}" for names, count in counts.most_common() if names]
    if said and others:
        said.append(f"{others} more")
    return f"{len(many)} events" + (f": {', '.join(said)}" if said else "")


def sender_of(text: str) -> Address:
    """Of an address, with or without a name: `Leadkeep <leads@example.com>`."""
    (typed,) = default.header_factory("From", text).addresses
    return Address(typed.display_name, typed.username, ascii_domain(typed.domain))


def address_of(text: str) -> Address:
    local, _, domain = text.rpartition("@")
    return Address(username=local, domain=ascii_domain(domain))


def _domain_of_ids(domain: str) -> str:
    plain = ascii_domain(domain)
    return plain if 0 < len(plain) <= _MAX_DOMAIN else "leadkeep"


def _as_id(subject: str) -> str:
    """What may stand before the @ of a message id (RFC 5322, 3.6.4): a lead's id as it is, and what visitors
    have a part in, such as a session's place, as a hash."""
    return subject if _ID.fullmatch(subject) else blake2b(subject.encode(), digest_size=16).hexdigest()


def text_of(facts: Facts) -> str:
    rows = [f"{name}: {value}" for name, value in facts.rows]
    return "\n".join([facts.title, *rows, *([facts.link] if facts.link else [])])


def _dated(facts: Facts) -> str:
    return f"{text_of(facts)}\n{_when(facts)}"


def _when(facts: Facts) -> str:
    """Mail may come late, or be gathered."""
    return f"{from_iso(facts.at):%Y-%m-%d %H:%M} UTC"


def _html(many: Sequence[Facts]) -> str:
    style = "font-family:sans-serif;font-size:15px;line-height:1.5"
    return f'<!doctype html><html><body style="{style}">{"<hr>".join(map(_section, many))}</body></html>'


def _section(facts: Facts) -> str:
    rows = "".join(
        f'<tr><td style="color:#666;padding-right:16px;vertical-align:top">{escape(name)}</td>'
        f"<td>{escape(value)}</td></tr>"
        for name, value in facts.rows
    )
    link = f'<p><a href="{escape(facts.link)}">Open in Leadkeep</a></p>' if facts.link else ""
    when = f'<p style="color:#666">{_when(facts)}</p>'
    return f"<h3>{escape(facts.title)}</h3><table>{rows}</table>{when}{link}"

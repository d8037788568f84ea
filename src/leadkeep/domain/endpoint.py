"""An endpoint: where events are delivered to, and which, and in what form."""

from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from leadkeep.domain.event import Event, EventType


class Form(StrEnum):
    """`standard` is the event itself; the others are made for people, `template` by the operator."""

    STANDARD = "standard"
    SLACK = "slack"
    TEAMS = "teams"
    DISCORD = "discord"
    TEMPLATE = "template"
    EMAIL = "email"


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """A stored endpoint.

    `url` is http or https; mailto where the form is `email`. `types` and `bots` None: all, also those yet to
    come. `secret` signs (Standard Webhooks 1.0), and `old_secret` with it until `old_secret_until`.
    `digest_minutes`, of mail: how long events are gathered into one. `from_number`: events up to this one of
    the feed came before it, or while it was off. `failing_since`: no attempt has gone well since.
    `disabled_reason`: why it was switched off, where nobody did it.
    """

    id: str
    url: str
    description: str = ""
    form: Form = Form.STANDARD
    template: str | None = None
    types: tuple[EventType, ...] | None = None
    bots: tuple[str, ...] | None = None
    headers: dict[str, str] = {}
    secret: str
    old_secret: str | None = None
    old_secret_until: datetime | None = None
    digest_minutes: int | None = None
    enabled: bool = True
    from_number: int = 0
    failing_since: datetime | None = None
    disabled_reason: str | None = None
    created_at: datetime
    changed_at: datetime

    def wants(self, event: Event) -> bool:
        """Whether it is to have it, as long as it is on."""
        if event.endpoint_id is not None:
            return event.endpoint_id == self.id
        return (self.types is None or event.type in self.types) and (
            self.bots is None or event.bot_id in self.bots
        )

    def secrets_at(self, now: datetime) -> list[str]:
        """Those that sign at that moment, the newest first."""
        overlaps = self.old_secret is not None and self.old_secret_until is not None
        if overlaps and now < self.old_secret_until:  # type: ignore[operator]
            return [self.secret, self.old_secret]  # type: ignore[list-item]
        return [self.secret]


def host_of(url: str) -> str:
    """For those who may not know all of it: what comes after the host is a secret with many receivers.

    Of mail, the domains.
    """
    parts = urlsplit(url)
    if parts.scheme == "mailto":
        return ", ".join(dict.fromkeys(address.rpartition("@")[2] for address in parts.path.split(",")))
    return parts.hostname or ""

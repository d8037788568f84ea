"""One visit to a bot, with all that came of it."""

from datetime import datetime
from typing import Any, NamedTuple

from leadkeep.demo.browsers import Browser
from leadkeep.domain.handover import Handover
from leadkeep.domain.lead import Lead
from leadkeep.domain.message import Message


class Actor(NamedTuple):
    id: str
    name: str


class Changed(NamedTuple):
    """One field of a lead, in its history; `before` and `after` as they stand in JSON."""

    id: str
    lead_id: str
    at: datetime
    by: Actor
    field: str
    before: Any
    after: Any


class Noted(NamedTuple):
    id: str
    lead_id: str
    at: datetime
    by: Actor
    text: str


class Visit(NamedTuple):
    """A session, from `created_at` on. `lead_at` is when it became a lead, None where it did not."""

    bot_id: str
    session_id: str
    created_at: datetime
    lead_at: datetime | None
    page_url: str
    referrer: str | None
    utm: dict[str, str]
    locale: str
    country: str
    browser: Browser
    leads: list[Lead]
    messages: list[Message]
    handover: Handover | None
    changes: list[Changed]
    notes: list[Noted]

"""Sessions on the wire."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from leadkeep.api.native.fields import (
    BotId,
    Cursor,
    Flag,
    LeadEmail,
    LeadName,
    LeadPhone,
    Limit,
    Moment,
    SessionId,
)
from leadkeep.api.native.shapes.handovers import HandoverAnswer
from leadkeep.domain.browser import MAX_USER_AGENT
from leadkeep.domain.handover import HandoverState
from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.visit import MAX_URL, MAX_UTM, Utm

_URL = f"http or https, up to {MAX_URL} characters; kept without user and password"
PageUrl = Annotated[str, Meta(description=_URL, examples=["https://www.example.com/prices?utm_source=news"])]
Referrer = Annotated[str, Meta(description=_URL, examples=["https://search.example/"])]
Locale = Annotated[str, Meta(description="BCP 47", examples=["de-DE"])]
Country = Annotated[str, Meta(description="ISO 3166, two letters", examples=["DE"])]
UserAgent = Annotated[
    str,
    Meta(description=f"Up to {MAX_USER_AGENT} characters are kept", examples=["Mozilla/5.0 (X11; Linux)"]),
]
UtmText = Annotated[str, Meta(description=f"Up to {MAX_UTM} characters are kept", examples=["news"])]


class UtmRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """The campaign; what is left out is read from the query of `page_url`."""

    source: UtmText | None = None
    medium: UtmText | None = None
    campaign: UtmText | None = None
    term: UtmText | None = None
    content: UtmText | None = None


class SessionRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """A session to open. Without an id it gets one. What cannot be used of its visit is left out."""

    id: Annotated[SessionId, Meta(min_length=1)] | None = None
    page_url: PageUrl | None = None
    referrer: Referrer | None = None
    utm: UtmRequest | None = None
    locale: Locale | None = None
    country: Country | None = None
    user_agent: UserAgent | None = None


class OpenedSession(Struct, kw_only=True):
    """A session that was opened."""

    id: SessionId
    bot_id: BotId
    created_at: Moment


class SessionAnswer(Struct, kw_only=True):
    """A session: what it knows of its visitor, where they came from, and how its hand-over stands.

    `name`, `email` and `phone` are the newest of its leads. `lead_at` is when it became a lead.
    """

    id: SessionId
    bot_id: BotId
    created_at: Moment
    lead_at: Moment | None
    name: LeadName | None
    email: LeadEmail | None
    phone: LeadPhone | None
    page_url: PageUrl | None
    referrer: Referrer | None
    utm: Utm
    locale: Locale | None
    country: Country | None
    user_agent: UserAgent | None
    browser: Annotated[str | None, Meta(examples=["Firefox"])]
    os: Annotated[str | None, Meta(examples=["Linux"])]
    device: Annotated[str | None, Meta(description="Where it can be told", examples=["iPhone"])]
    handed_over_at: Annotated[Moment | None, Meta(description="The first time")]
    handover: Annotated[HandoverState | None, Meta(description="How the newest one stands")]
    waiting_since: Annotated[Moment | None, Meta(description="Of one that waits for an agent")]


SESSION_SHAPE = JsonShape(
    fields=tuple((name, name) for name in SessionAnswer.__struct_fields__), missing="null"
)
"""The same shape again, for the database to write lists in."""


class SessionDetail(SessionAnswer, kw_only=True):
    """A session with its open hand-over, which waits or is claimed."""

    current_handover: HandoverAnswer | None


class SessionPage(Struct, kw_only=True):
    """Sessions, newest first. `next_cursor` null: this was the last page."""

    items: list[SessionAnswer]
    next_cursor: str | None


class SessionQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which sessions to list: every condition given must hold."""

    bot: BotId | UnsetType = UNSET
    handover: Annotated[HandoverState, Meta(description="How the newest hand-over stands")] | UnsetType = (
        UNSET
    )
    handed_over: Annotated[Flag, Meta(description="Whether it ever was")] | UnsetType = UNSET
    is_lead: Flag | UnsetType = UNSET
    created_from: Annotated[Moment, Meta(description="At this moment or later")] | UnsetType = UNSET
    created_to: Annotated[Moment, Meta(description="Before this moment")] | UnsetType = UNSET
    cursor: Cursor | UnsetType = UNSET
    limit: Limit = 50

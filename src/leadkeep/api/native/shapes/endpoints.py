"""Endpoints on the wire, and the ledger of what was delivered to them."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from leadkeep.api.native.fields import Cursor, EventTypes, KeyBots, Limit, Moment, Uuid
from leadkeep.domain.delivery import State
from leadkeep.domain.endpoint import Endpoint, Form
from leadkeep.domain.endpoint_change import (
    MAX_DESCRIPTION,
    MAX_DIGEST,
    MAX_HEADER_VALUE,
    MAX_HEADERS,
    MAX_TEMPLATE,
    MAX_URL,
    masked,
)

Url = Annotated[
    str,
    Meta(
        max_length=MAX_URL,
        description="http or https; for the form `email`, `mailto:` with up to 20 addresses",
        examples=["https://example.com/hooks/leads"],
    ),
]
Description = Annotated[str, Meta(max_length=MAX_DESCRIPTION, examples=["CRM of the sales team"])]
FormField = Annotated[
    Form,
    Meta(description="`standard` is the event itself; the others are messages for people, or a template's"),
]
Template = Annotated[
    str,
    Meta(
        max_length=MAX_TEMPLATE,
        description="Jinja, with `event`, its `data` and `link`; for the form `template`",
        examples=['{"text": {{ data.lead.name|tojson }}}'],
    ),
]
Headers = Annotated[
    dict[str, Annotated[str, Meta(max_length=MAX_HEADER_VALUE)]],
    Meta(
        max_length=MAX_HEADERS,
        description="Sent along. Values are secret: they are shown as `********`, which sent back leaves "
        "them as they are",
        examples=[{"Authorization": "Bearer 5f1c0a52"}],
    ),
]
Digest = Annotated[
    int, Meta(ge=1, le=MAX_DIGEST, description="Of mail: how long events are gathered into one")
]
Secret = Annotated[
    str,
    Meta(
        pattern="^whsec_[A-Za-z0-9+/]+={0,2}$",
        description="What events are signed with (Standard Webhooks)",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    ),
]


class EndpointPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of an endpoint; what is left out stays. Null means all `types` or `bots`, and takes a
    `template` or `digest_minutes` away."""

    url: Url | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    form: FormField | UnsetType = UNSET
    template: Template | UnsetType | None = UNSET
    types: EventTypes | UnsetType | None = UNSET
    bots: KeyBots | UnsetType | None = UNSET
    headers: Headers | UnsetType = UNSET
    digest_minutes: Digest | UnsetType | None = UNSET
    enabled: bool | UnsetType = UNSET


class EndpointRequest(EndpointPatch, kw_only=True, forbid_unknown_fields=True):
    """An endpoint to make. It gets all events, as they are, where nothing else is said."""

    url: Url
    secret: Secret | UnsetType = UNSET


class EndpointAnswer(Struct, kw_only=True):
    """An endpoint: where events are delivered to."""

    id: Uuid
    url: Url
    description: Description
    form: FormField
    template: Template | None
    types: EventTypes | None
    bots: KeyBots | None
    headers: dict[str, str]
    digest_minutes: int | None
    enabled: bool
    failing_since: Annotated[Moment | None, Meta(description="Nothing has arrived since")]
    disabled_reason: Annotated[str | None, Meta(description="Where nobody switched it off")]
    old_secret_until: Annotated[Moment | None, Meta(description="Until then the secret before signs too")]
    created_at: Moment
    changed_at: Moment


class NewEndpointAnswer(EndpointAnswer, kw_only=True):
    """An endpoint with its secret, which is shown this once."""

    secret: Secret


class EndpointList(Struct, kw_only=True):
    """Every endpoint that this token could have made itself, oldest first."""

    items: list[EndpointAnswer]


class RotateRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """How long both secrets sign, and which one is the new one where it is not to be made up."""

    overlap_hours: Annotated[int, Meta(ge=0, le=720)] = 24
    secret: Secret | UnsetType = UNSET


class TestAnswer(Struct, kw_only=True):
    """The event that is on its way."""

    event_id: Uuid


class RedeliverRequest(
    Struct, kw_only=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}
):
    """Exactly one of `event_id`, `failed_since` and `from`. `to` is now where it is left out."""

    event_id: Uuid | UnsetType = UNSET
    failed_since: Moment | UnsetType = UNSET
    start: Moment | UnsetType = UNSET
    end: Moment | UnsetType = UNSET
    types: EventTypes | UnsetType = UNSET


class RedeliverAnswer(Struct, kw_only=True):
    """How many deliveries that brought about."""

    queued: int


class PreviewRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """A form, and the event to see it with: a sample of a type, or one of the feed."""

    form: FormField
    template: Template | UnsetType = UNSET
    type: Annotated[str, Meta(examples=["lead.captured"])] | UnsetType = UNSET
    event_id: Uuid | UnsetType = UNSET


class PreviewAnswer(Struct, kw_only=True):
    """What would be sent."""

    content_type: str
    body: str


class DeliveryEndpoint(Struct, kw_only=True):
    """Whom it is for: of the address only the host."""

    id: Uuid
    host: str
    description: Description


class DeliveryAnswer(Struct, kw_only=True):
    """A delivery as it stands. `due_at` is null once it is finished."""

    id: int
    endpoint: DeliveryEndpoint
    event_id: Uuid
    event_type: str
    bot_id: str | None
    state: State
    attempts: int
    due_at: Moment | None
    created_at: Moment
    finished_at: Moment | None
    tried_at: Annotated[Moment | None, Meta(description="The last attempt")]
    outcome: Annotated[str | None, Meta(description="Of the last attempt", examples=["ok", "http_500"])]
    status: Annotated[int | None, Meta(description="The HTTP status of the last answer")]


class DeliveryPage(Struct, kw_only=True):
    """Deliveries, newest first. `next_cursor` null: this was the last page."""

    items: list[DeliveryAnswer]
    next_cursor: str | None


class DeliveryQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which deliveries to list."""

    state: State | UnsetType = UNSET
    outcome: (
        Annotated[str, Meta(pattern="^[a-z0-9_]{1,40}$", description="Of the last attempt")] | UnsetType
    ) = UNSET
    cursor: Cursor | UnsetType = UNSET
    limit: Limit = 50


class AttemptAnswer(Struct, kw_only=True):
    """An attempt: when, how long it took, and what came of it."""

    id: Uuid
    at: Moment
    milliseconds: int
    outcome: Annotated[str, Meta(examples=["ok", "timeout", "http_500"])]
    status: int | None
    answer: Annotated[str | None, Meta(description="How the receiver's answer begins")]


class AttemptList(Struct, kw_only=True):
    """Attempts at one delivery, oldest first."""

    items: list[AttemptAnswer]


def endpoint_fields(endpoint: Endpoint) -> dict[str, Any]:
    """What is not shown as it is stored."""
    return {"headers": masked(endpoint.headers)}

"""Leads on the wire."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from leadkeep.api.native.fields import (
    Attributes,
    BotId,
    Cursor,
    LeadEmail,
    LeadName,
    LeadPhone,
    Limit,
    Moment,
    Owner,
    SessionId,
    Uuid,
)
from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.lead import Status


class LeadRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """A lead to capture. Without a session it gets one of its own."""

    bot_id: BotId
    session_id: SessionId | None = None
    name: LeadName | None = None
    email: LeadEmail | None = None
    phone: LeadPhone | None = None
    attributes: Attributes = {}


class LeadAnswer(Struct, kw_only=True):
    """A lead. Contact details are as typed; beside them is their comparable form, or why there is none."""

    id: Uuid
    bot_id: BotId
    session_id: SessionId
    person_id: Uuid | None
    name: LeadName | None
    email: LeadEmail | None
    email_normal: str | None
    email_problem: str | None
    email_disposable: Annotated[bool, Meta(description="Whether its domain gives throw-away addresses")]
    email_role: Annotated[bool, Meta(description="Whether it is a function's mailbox, such as sales@")]
    phone: LeadPhone | None
    phone_e164: str | None
    phone_problem: str | None
    phone_region: Annotated[str | None, Meta(description="ISO 3166, two letters", examples=["GB"])]
    phone_type: Annotated[str | None, Meta(description="null: not valid", examples=["mobile"])]
    attributes: dict[str, Any]
    origin: Annotated[str, Meta(description="The API it came in by", examples=["native"])]
    message_id: Annotated[Uuid | None, Meta(description="The message it was found in")]
    status: Status
    owner: Owner | None
    tags: list[str]
    value: Annotated[str | None, Meta(description="A decimal number", examples=["120.5"])]
    currency: Annotated[str | None, Meta(description="ISO 4217", examples=["EUR"])]
    version: Annotated[int, Meta(ge=1, description="Grows with every change; quoted, it is the `ETag`")]
    created_at: Moment
    changed_at: Moment


LEAD_SHAPE = JsonShape(fields=tuple((name, name) for name in LeadAnswer.__struct_fields__), missing="null")
"""The same shape again, for the database to write lists in."""


class LeadPage(Struct, kw_only=True):
    """Leads, newest first. `next_cursor` null: this was the last page."""

    items: list[LeadAnswer]
    next_cursor: str | None


# Query parameters are unset rather than null when they are not given: `bot=null` is a bot of that name.
class LeadConditions(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which leads are meant: every condition given must hold."""

    bot: BotId | UnsetType = UNSET
    session: SessionId | UnsetType = UNSET
    email: (
        Annotated[
            str,
            Meta(
                max_length=320,
                description="Compared without case, as `email_normal`",
                extra_json_schema={"format": "email"},
            ),
        ]
        | UnsetType
    ) = UNSET
    person: Annotated[Uuid, Meta(description="A person's id, also from before a merge")] | UnsetType = UNSET
    created_from: Annotated[Moment, Meta(description="At this moment or later")] | UnsetType = UNSET
    created_to: Annotated[Moment, Meta(description="Before this moment")] | UnsetType = UNSET


class LeadQuery(LeadConditions, kw_only=True, forbid_unknown_fields=True):
    """Which leads to list, and from where on."""

    cursor: Cursor | UnsetType = UNSET
    limit: Limit = 50

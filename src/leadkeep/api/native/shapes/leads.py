"""Leads on the wire."""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from leadkeep.api.native.fields import (
    Attributes,
    BotId,
    Cursor,
    Flag,
    LeadEmail,
    LeadName,
    LeadPhone,
    Limit,
    Moment,
    Owner,
    SessionId,
    Uuid,
    Words,
)
from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.lead import Status

MAX_LABEL = 200
MAX_ATTRIBUTE = 1_000

_STATUS = "|".join(Status)


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
    person_id: Annotated[
        Uuid | None, Meta(description="Whose lead it is; null in the answer to a capture without `read`")
    ]
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
    """Leads in the order asked for. `next_cursor` null: this was the last page."""

    items: list[LeadAnswer]
    next_cursor: str | None


class LeadCountAnswer(Struct, kw_only=True):
    """How many leads there are: exactly up to 10,000, beyond that an estimate."""

    count: int
    exact: Annotated[bool, Meta(description="false: an estimate")]


# Query parameters are unset rather than null when they are not given: `bot=null` is a bot of that name.
class LeadFilterQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which leads are meant: every condition given must hold."""

    q: Words | UnsetType = UNSET
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
    status: (
        Annotated[
            str,
            Meta(
                pattern=f"^({_STATUS})(,({_STATUS}))*$",
                description="One of these, separated by commas",
                examples=["new,contacted"],
            ),
        ]
        | UnsetType
    ) = UNSET
    owner: Annotated[str, Meta(min_length=1, max_length=MAX_LABEL)] | UnsetType = UNSET
    tag: Annotated[str, Meta(min_length=1, max_length=MAX_LABEL)] | UnsetType = UNSET
    origin: (
        Annotated[str, Meta(min_length=1, max_length=MAX_LABEL, description="As a lead shows it")] | UnsetType
    ) = UNSET
    person: Annotated[Uuid, Meta(description="A person's id, also from before a merge")] | UnsetType = UNSET
    created_from: Annotated[Moment, Meta(description="At this moment or later")] | UnsetType = UNSET
    created_to: Annotated[Moment, Meta(description="Before this moment")] | UnsetType = UNSET
    changed_from: Annotated[Moment, Meta(description="At this moment or later")] | UnsetType = UNSET
    changed_to: Annotated[Moment, Meta(description="Before this moment")] | UnsetType = UNSET
    has_email: Annotated[Flag, Meta(description="Whether one was given")] | UnsetType = UNSET
    has_phone: Annotated[Flag, Meta(description="Whether one was given")] | UnsetType = UNSET
    valid_email: Annotated[Flag, Meta(description="Whether it amounts to an address")] | UnsetType = UNSET
    valid_phone: Annotated[Flag, Meta(description="Whether it amounts to a number")] | UnsetType = UNSET
    handed_over: Annotated[Flag, Meta(description="Whether its session was ever handed over")] | UnsetType = (
        UNSET
    )
    waiting: Annotated[Flag, Meta(description="Whether its session waits for an agent now")] | UnsetType = (
        UNSET
    )
    attribute: (
        Annotated[
            str,
            Meta(
                pattern=r"^[^:]+:",
                max_length=MAX_ATTRIBUTE,
                description="A key of `attributes`, a colon, and its value: a text, number, boolean or null",
                examples=["plan:pro"],
            ),
        ]
        | UnsetType
    ) = UNSET


class LeadQuery(LeadFilterQuery, kw_only=True, forbid_unknown_fields=True):
    """Which leads to list, and in which order."""

    sort: (
        Annotated[
            Literal["-created", "created", "-changed", "changed", "name", "-name", "best"],
            Meta(description="`-` is newest first, or z to a. `best` is for `q`: whole words come first"),
        ]
        | UnsetType
    ) = UNSET
    cursor: Cursor | UnsetType = UNSET
    limit: Limit = 50

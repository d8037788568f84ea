"""Requests and answers as they stand on the wire. The OpenAPI document is made from these very structs."""

from datetime import datetime
from typing import Annotated, Any, TypeVar

from msgspec import UNSET, Meta, Struct, UnsetType

from leadkeep.api.native.fields import (
    Attributes,
    BotId,
    BotName,
    Cursor,
    FormText,
    KeyBots,
    KeyName,
    LeadEmail,
    LeadName,
    LeadPhone,
    Limit,
    Moment,
    Origins,
    Permissions,
    SessionId,
    Uuid,
)
from leadkeep.domain.access import Permission
from leadkeep.domain.bot import LeadForm
from leadkeep.domain.json_shape import JsonShape
from leadkeep.domain.moments import iso_z

T = TypeVar("T", bound=Struct)


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
    created_at: Moment


LEAD_SHAPE = JsonShape(fields=tuple((name, name) for name in LeadAnswer.__struct_fields__), missing="null")
"""The same shape again, for the database to write lists in."""


class LeadPage(Struct, kw_only=True):
    """Leads, newest first. `next_cursor` null: this was the last page."""

    items: list[LeadAnswer]
    next_cursor: str | None


# Query parameters are unset rather than null when they are not given: `bot=null` is a bot of that name.
class LeadQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Which leads to list: every condition given must hold."""

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
    created_from: Annotated[Moment, Meta(description="At this moment or later")] | UnsetType = UNSET
    created_to: Annotated[Moment, Meta(description="Before this moment")] | UnsetType = UNSET
    cursor: Cursor | UnsetType = UNSET
    limit: Limit = 50


class PageQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    cursor: Cursor | UnsetType = UNSET
    limit: Limit = 50


class FormRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """The parts of the form to set; the others stay as they are."""

    enabled: bool | UnsetType = UNSET
    title: FormText | UnsetType = UNSET
    success_message: FormText | UnsetType = UNSET
    ask_name: bool | UnsetType = UNSET
    ask_email: bool | UnsetType = UNSET
    ask_phone: bool | UnsetType = UNSET


class BotPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a bot; what is left out stays."""

    name: BotName | UnsetType = UNSET
    public: (
        Annotated[bool, Meta(description="Whether leads may be left with it without a key")] | UnsetType
    ) = UNSET
    origins: Origins | UnsetType = UNSET
    form: FormRequest | UnsetType = UNSET


class BotRequest(BotPatch, kw_only=True, forbid_unknown_fields=True):
    """A bot to make. Its name is its id where none is given."""

    id: BotId


class BotAnswer(Struct, kw_only=True):
    """A bot: one chatbot whose leads are kept."""

    id: BotId
    name: BotName
    public: bool
    origins: list[str]
    form: LeadForm
    created_at: Moment


class BotPage(Struct, kw_only=True):
    """Bots, by id. `next_cursor` null: this was the last page."""

    items: list[BotAnswer]
    next_cursor: str | None


class KeyRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """A key to make."""

    name: KeyName
    permissions: Permissions
    bots: KeyBots | None = None
    expires_at: Moment | None = None


class KeyAnswer(Struct, kw_only=True):
    """A key. Its token is not kept; `hint` is how that begins."""

    id: Uuid
    name: KeyName
    hint: Annotated[str, Meta(examples=["lk_Zk3vQ1"])]
    permissions: list[Permission]
    bots: list[str] | None
    created_at: Moment
    expires_at: Moment | None
    last_used_at: Moment | None
    revoked_at: Moment | None


class NewKeyAnswer(KeyAnswer, kw_only=True):
    """A new key with its token, which is shown this once."""

    token: str


class KeyList(Struct, kw_only=True):
    """Every key that this token could have made itself, oldest first, the revoked ones too."""

    items: list[KeyAnswer]


class MeAnswer(Struct, kw_only=True):
    """What the token grants. `bots` null means all bots."""

    id: str
    name: str
    permissions: list[Permission]
    bots: list[str] | None


def shown(value: Struct, kind: type[T], **more: object) -> T:
    """A value of the domain in the shape of an answer, which need not show all of it."""
    names = [name for name in kind.__struct_fields__ if name not in more]
    return kind(**{name: _plain(getattr(value, name)) for name in names}, **more)


def _plain(part: object) -> object:
    if isinstance(part, datetime):
        return iso_z(part)
    return sorted(part) if isinstance(part, frozenset) else part

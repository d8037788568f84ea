"""Bots on the wire."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from leadkeep.api.native.fields import BotId, BotName, FormText, Moment, Origins, OwnContacts, Region
from leadkeep.domain.bot import MAX_MINUTES, LeadForm

EscalateAfter = Annotated[
    int,
    Meta(
        ge=1,
        le=MAX_MINUTES,
        description="Minutes that a visitor may wait for an agent before `session.escalated` is told",
    ),
]


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
    region: Region | UnsetType | None = UNSET
    extract: (
        Annotated[bool, Meta(description="Whether contacts in visitors' messages become leads")] | UnsetType
    ) = UNSET
    own_contacts: OwnContacts | UnsetType = UNSET
    escalate_after: EscalateAfter | UnsetType | None = UNSET


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
    region: str | None
    extract: bool
    own_contacts: list[str]
    escalate_after: EscalateAfter | None
    created_at: Moment


class BotPage(Struct, kw_only=True):
    """Bots, by id. `next_cursor` null: this was the last page."""

    items: list[BotAnswer]
    next_cursor: str | None

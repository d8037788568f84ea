"""What a team makes of leads, on the wire: changes, notes, history."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from leadkeep.actions.change_leads import MAX_LEADS
from leadkeep.api.native.fields import (
    Amount,
    AmountText,
    AttributesPatch,
    Currency,
    Moment,
    NoteText,
    Owner,
    SomeTags,
    Tags,
    Uuid,
    WholeAmount,
)
from leadkeep.api.native.shapes.common import Actor
from leadkeep.api.native.shapes.leads import LeadFilterQuery
from leadkeep.domain.lead import Status


class LeadPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """What to change of a lead; what is left out stays, null clears.

    A value has a currency always. To clear the value clears the currency too.
    """

    status: Status | UnsetType = UNSET
    owner: Owner | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    add_tags: SomeTags | UnsetType = UNSET
    remove_tags: SomeTags | UnsetType = UNSET
    value: AmountText | WholeAmount | Amount | UnsetType | None = UNSET
    currency: Currency | UnsetType | None = UNSET
    attributes: AttributesPatch | UnsetType = UNSET


class LeadsPatch(Struct, kw_only=True, forbid_unknown_fields=True):
    """A change to many leads: those named by `ids`, or those that `filter` fits. One of the two is given."""

    ids: Annotated[list[Uuid], Meta(min_length=1, max_length=MAX_LEADS)] | UnsetType = UNSET
    filter: LeadFilterQuery | UnsetType = UNSET
    change: LeadPatch


class LeadsPatched(Struct, kw_only=True):
    """How many leads were meant, and how many of them were not like that before."""

    matched: int
    changed: int


class NoteRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """A note to add."""

    text: NoteText


class NoteAnswer(Struct, kw_only=True):
    """What somebody wrote about a lead."""

    id: Uuid
    lead_id: Uuid
    text: str
    written_at: Moment
    written_by: Actor | None


class NotePage(Struct, kw_only=True):
    """A lead's notes, newest first. `next_cursor` null: this was the last page."""

    items: list[NoteAnswer]
    next_cursor: str | None


class PastChangeAnswer(Struct, kw_only=True):
    """One change of a lead: who, when, from and to.

    `field` is `status`, `owner`, `tags`, `value`, `currency`, `attributes.` and a key, or `note`: of a note
    that was added or deleted, `after` or `before` is the id.
    """

    id: Uuid
    at: Moment
    by: Actor | None
    field: Annotated[str, Meta(examples=["status"])]
    before: Any
    after: Any


class HistoryPage(Struct, kw_only=True):
    """A lead's history, newest first. `next_cursor` null: this was the last page."""

    items: list[PastChangeAnswer]
    next_cursor: str | None

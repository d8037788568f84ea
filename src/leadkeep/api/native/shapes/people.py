"""People on the wire, and their merges."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from leadkeep.api.native.fields import BotId, Moment, SessionId, Uuid, Words
from leadkeep.api.native.shapes.common import Actor, PageQuery
from leadkeep.domain.duplicates import Reason
from leadkeep.domain.person import MAX_REASON, MAX_SHOWN


class PersonAnswer(Struct, kw_only=True):
    """Whom leads belong to: the newest name, address and number among them, as typed or in E.164."""

    id: Uuid
    name: str | None
    email: str | None
    phone: str | None
    lead_count: int
    first_at: Annotated[Moment, Meta(description="Of the oldest lead")]
    last_at: Annotated[Moment, Meta(description="Of the newest lead")]


class PersonSessionAnswer(Struct, kw_only=True):
    """A session in which the person left a lead."""

    bot_id: BotId
    session_id: SessionId
    last_at: Annotated[Moment, Meta(description="Of the newest lead")]


class PersonProfile(PersonAnswer, kw_only=True):
    """A person with what a first look asks for, newest first."""

    emails: Annotated[list[str], Meta(max_length=MAX_SHOWN, description="Normalised")]
    phones: Annotated[list[str], Meta(max_length=MAX_SHOWN, description="E.164")]
    bots: Annotated[list[str], Meta(max_length=MAX_SHOWN)]
    sessions: Annotated[list[PersonSessionAnswer], Meta(max_length=MAX_SHOWN)]


class PersonPage(Struct, kw_only=True):
    """People, newest lead first. `next_cursor` null: this was the last page."""

    items: list[PersonAnswer]
    next_cursor: str | None


class PeopleQuery(PageQuery, kw_only=True, forbid_unknown_fields=True):
    """Which people to list; with `q`, those who have a lead that it finds."""

    q: Words | UnsetType = UNSET


class MergeRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """Two people who are one. The one known for longer goes on."""

    person_id: Uuid
    other_id: Uuid
    reason: Annotated[str, Meta(max_length=MAX_REASON, examples=["Same voice"])] | None = None


class MergeAnswer(Struct, kw_only=True):
    """That one person was merged into another: by the lead that linked them, or by somebody."""

    id: Uuid
    at: Moment
    survivor_id: Uuid
    absorbed_id: Uuid
    reason: str | None
    lead_id: Uuid | None
    merged_by: Annotated[Actor | None, Meta(description="null: a lead linked them")]
    undone_at: Moment | None
    undone_by: Actor | None


class MergePage(Struct, kw_only=True):
    """Merges, newest first, the undone ones too. `next_cursor` null: this was the last page."""

    items: list[MergeAnswer]
    next_cursor: str | None


class SuggestionAnswer(Struct, kw_only=True):
    """Somebody who may be the same person, and why."""

    person: PersonAnswer
    reasons: list[Reason]


class SuggestionList(Struct, kw_only=True):
    """Those with most reasons first."""

    items: list[SuggestionAnswer]

"""What events say, by type: the JSON Schema of them all, as docs/events.schema.json has it."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from leadkeep.api.native.fields import BotId, Moment, SessionId, Uuid
from leadkeep.api.native.shapes.common import Actor
from leadkeep.api.native.shapes.handovers import HandoverAnswer
from leadkeep.api.native.shapes.leads import LeadAnswer
from leadkeep.api.native.shapes.people import MergeAnswer

_REF = "#/$defs/{name}"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Change(Struct, kw_only=True):
    """One change of a lead."""

    field: str
    before: Any
    after: Any


class DeletedLead(Struct, kw_only=True):
    """All that is still told of a lead that is gone."""

    id: Uuid
    bot_id: BotId
    session_id: SessionId


class SessionData(Struct, kw_only=True):
    """Which session, and what it knows of its visitor."""

    id: SessionId
    bot_id: BotId
    name: str | None
    email: str | None
    phone: str | None


class EndpointData(Struct, kw_only=True):
    """Which endpoint: of its address the host."""

    id: Uuid
    host: str
    description: str


class LeadCaptured(Struct, kw_only=True):
    lead: LeadAnswer


class LeadUpdated(Struct, kw_only=True):
    lead: LeadAnswer
    changes: list[Change]
    by: Actor


class LeadDeleted(Struct, kw_only=True):
    lead: DeletedLead
    by: Actor


class PersonMerged(Struct, kw_only=True):
    merge: MergeAnswer


class HandoverStep(Struct, kw_only=True):
    session: SessionData
    handover: HandoverAnswer
    by: Actor | None


class EndpointDisabled(Struct, kw_only=True):
    endpoint: EndpointData
    reason: str


class TestSent(Struct, kw_only=True):
    message: str
    by: Actor


class _Event(Struct, kw_only=True):
    id: Uuid
    timestamp: Moment
    bot_id: BotId | None


def _of(kinds: Any, data: type[Struct], name: str) -> type[Struct]:
    fields = [("type", kinds), ("data", data)]
    return msgspec.defstruct(name, fields, bases=(_Event,), kw_only=True)


_STEPS = Literal[
    "session.handed_over", "session.claimed", "session.returned", "session.resolved", "session.escalated"
]
_KINDS = [
    _of(Literal["lead.captured"], LeadCaptured, "LeadCapturedEvent"),
    _of(Literal["lead.updated"], LeadUpdated, "LeadUpdatedEvent"),
    _of(Literal["lead.deleted"], LeadDeleted, "LeadDeletedEvent"),
    _of(Literal["person.merged", "person.unmerged"], PersonMerged, "PersonEvent"),
    _of(_STEPS, HandoverStep, "SessionEvent"),
    _of(Literal["endpoint.disabled"], EndpointDisabled, "EndpointEvent"),
    _of(Annotated[Literal["test"], Meta(description="To one endpoint alone")], TestSent, "TestEvent"),
]


def events_schema() -> dict[str, Any]:
    """Of any event, whichever type it has."""
    refs, defs = msgspec.json.schema_components(_KINDS, ref_template=_REF)
    return {"$schema": _DIALECT, "title": "An event of Leadkeep", "oneOf": [*refs], "$defs": defs}

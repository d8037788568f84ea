"""Many leads in one request, on the wire."""

from typing import Annotated

from msgspec import Meta, Raw, Struct

from leadkeep.actions.capture_many import MAX_LEADS
from leadkeep.api.native.problems import Problem
from leadkeep.api.native.shapes.leads import LeadAnswer

# Read one by one, so that one which is no lead sinks no other: the document may not say that it is refused.
_Lead = Annotated[
    Raw,
    Meta(
        description="As in `POST /api/v2/leads`; what is no lead is refused in its own outcome",
        extra_json_schema={"anyOf": [{"$ref": "#/components/schemas/LeadRequest"}, {}]},
    ),
]


class LeadBatchRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """Leads to capture, of any bots."""

    leads: Annotated[list[_Lead], Meta(min_length=1, max_length=MAX_LEADS)]


class CaptureOutcome(Struct, kw_only=True):
    """What became of one lead: the status and answer that it would have had alone."""

    status: Annotated[int, Meta(description="201 where it is stored", examples=[201])]
    lead: LeadAnswer | None
    problem: Problem | None


class LeadBatchAnswer(Struct, kw_only=True):
    """An outcome for each lead, in the order they were sent in."""

    items: list[CaptureOutcome]

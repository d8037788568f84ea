"""Hand-overs on the wire."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from leadkeep.api.native.fields import Moment, Uuid
from leadkeep.api.native.shapes.common import Actor, actor, shown
from leadkeep.domain.handover import MAX_REASON, Handover

Reason = Annotated[str, Meta(max_length=MAX_REASON, examples=["Asks for a discount"])]
Seconds = Annotated[float, Meta(ge=0, description="From the request on")]


class HandoverRequest(Struct, kw_only=True, forbid_unknown_fields=True):
    """Why the visitor is to talk to a person."""

    reason: Reason | None = None


class HandoverAnswer(Struct, kw_only=True):
    """A hand-over: each step with its time and who took it.

    `answered_at` is the first message of an agent after it was requested.
    """

    id: Uuid
    reason: Reason | None
    requested_at: Moment
    requested_by: Actor | None
    claimed_at: Moment | None
    claimed_by: Actor | None
    escalated_at: Annotated[Moment | None, Meta(description="Nobody had claimed it in time")]
    answered_at: Moment | None
    ended_at: Moment | None
    ended_by: Actor | None
    outcome: Literal["returned", "resolved"] | None
    waiting_seconds: Seconds | None
    first_answer_seconds: Seconds | None


class HandoverPage(Struct, kw_only=True):
    """Hand-overs of a session, oldest first. `next_cursor` null: this was the last page."""

    items: list[HandoverAnswer]
    next_cursor: str | None


def handover_answer(handover: Handover) -> HandoverAnswer:
    return shown(
        handover,
        HandoverAnswer,
        requested_by=actor(handover.requested_by_id, handover.requested_by_name),
        claimed_by=actor(handover.claimed_by_id, handover.claimed_by_name),
        ended_by=actor(handover.ended_by_id, handover.ended_by_name),
    )

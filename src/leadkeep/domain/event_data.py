"""What events say of things: in the shapes in which the native API shows them, frozen as they were then."""

from datetime import datetime
from typing import Any

from leadkeep.domain.handover import Handover
from leadkeep.domain.lead import Lead
from leadkeep.domain.merge import Merge
from leadkeep.domain.moments import iso_z
from leadkeep.domain.session import Session

# Where it came to before any merges is nobody's business.
_LEAD = tuple(name for name in Lead.__struct_fields__ if name not in {"home_id", "created_at", "changed_at"})


def lead_data(lead: Lead) -> dict[str, Any]:
    shown = {name: getattr(lead, name) for name in _LEAD}
    shown["created_at"] = iso_z(lead.created_at)
    shown["changed_at"] = iso_z(lead.changed_at)
    return shown


def handover_data(handover: Handover) -> dict[str, Any]:
    return {
        "id": handover.id,
        "reason": handover.reason,
        "requested_at": iso_z(handover.requested_at),
        "requested_by": actor_data(handover.requested_by_id, handover.requested_by_name),
        "claimed_at": _moment(handover.claimed_at),
        "claimed_by": actor_data(handover.claimed_by_id, handover.claimed_by_name),
        "escalated_at": _moment(handover.escalated_at),
        "answered_at": _moment(handover.answered_at),
        "ended_at": _moment(handover.ended_at),
        "ended_by": actor_data(handover.ended_by_id, handover.ended_by_name),
        "outcome": handover.outcome,
        "waiting_seconds": handover.waiting_seconds,
        "first_answer_seconds": handover.first_answer_seconds,
    }


def session_data(bot_id: str, session_id: str, session: Session | None) -> dict[str, Any]:
    """Which session, and what it knows of its visitor."""
    known = {name: getattr(session, name, None) for name in ("name", "email", "phone")}
    return {"id": session_id, "bot_id": bot_id, **known}


def merge_data(merge: Merge) -> dict[str, Any]:
    return {
        "id": merge.id,
        "at": iso_z(merge.at),
        "survivor_id": merge.survivor_id,
        "absorbed_id": merge.absorbed_id,
        "reason": merge.reason,
        "lead_id": merge.lead_id,
        "merged_by": actor_data(merge.merged_by_id, merge.merged_by_name),
        "undone_at": _moment(merge.undone_at),
        "undone_by": actor_data(merge.undone_by_id, merge.undone_by_name),
    }


def actor_data(id_: str | None, name: str | None) -> dict[str, str] | None:
    """None where nobody did it."""
    return None if id_ is None else {"id": id_, "name": name or ""}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else iso_z(moment)

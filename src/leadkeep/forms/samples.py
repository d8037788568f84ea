"""One event of each type, as they are: for trying things out, for Zapier and its like, and for the docs."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from leadkeep.domain.contact import read_email, read_phone
from leadkeep.domain.event import EventType, payload_of
from leadkeep.domain.event_data import actor_data, handover_data, lead_data, merge_data
from leadkeep.domain.handover import Handover, HandoverState
from leadkeep.domain.lead import Lead, Status
from leadkeep.domain.merge import Merge

AT = datetime(2026, 11, 23, 7, 2, 23, tzinfo=UTC)
BOT = "support"
_SESSION = "s-81"
_GRACE = actor_data("01989f00-0000-7000-8000-0000000000aa", "Grace Hopper")
_VISITOR = {"id": _SESSION, "bot_id": BOT, "name": "Ada Lovelace", "email": "ada@example.com", "phone": None}


@cache
def samples() -> dict[EventType, dict[str, Any]]:
    """Payloads, decoded."""
    made = {}
    for number, (kind, (bot_id, data)) in enumerate(_data().items(), start=1):
        event_id = f"019ab1f2-7c3d-7e4f-8a5b-{number:012d}"
        made[kind] = msgspec.json.decode(payload_of(event_id, kind, AT, bot_id, data))
    return made


def _data() -> dict[EventType, tuple[str | None, dict[str, Any]]]:
    lead, owned = _lead(), msgspec.structs.replace(_lead(), owner="Grace Hopper", version=2)
    change = {"field": "owner", "before": None, "after": "Grace Hopper"}
    named = {"id": lead.id, "bot_id": BOT, "session_id": _SESSION}
    hook = {
        "id": "019ab1f2-0000-7000-8000-000000000003",
        "host": "hooks.example.com",
        "description": "CRM",
    }
    merge, undone = (
        _merge(),
        msgspec.structs.replace(_merge(), undone_at=AT, undone_by_id="g", undone_by_name="Grace Hopper"),
    )
    return {
        EventType.LEAD_CAPTURED: (BOT, {"lead": lead_data(lead)}),
        EventType.LEAD_UPDATED: (BOT, {"lead": lead_data(owned), "changes": [change], "by": _GRACE}),
        EventType.LEAD_DELETED: (BOT, {"lead": named, "by": _GRACE}),
        EventType.PERSON_MERGED: (None, {"merge": merge_data(merge)}),
        EventType.PERSON_UNMERGED: (None, {"merge": merge_data(undone)}),
        **{kind: (BOT, data) for kind, data in _handovers().items()},
        EventType.ENDPOINT_DISABLED: (None, {"endpoint": hook, "reason": "It answered 410 Gone"}),
        EventType.TEST: (None, {"message": "This is a test from Leadkeep.", "by": _GRACE}),
    }


def _handovers() -> dict[EventType, dict[str, Any]]:
    waits = Handover(
        id="019ab1f2-0000-7000-8000-000000000004",
        bot_id=BOT,
        session_id=_SESSION,
        reason="Asks for a discount",
        requested_at=AT - timedelta(minutes=5),
        requested_by_id="019ab1f2-0000-7000-8000-0000000000bb",
        requested_by_name="widget",
    )
    late = msgspec.structs.replace(waits, escalated_at=AT)
    claimed = msgspec.structs.replace(waits, claimed_at=AT, claimed_by_id="g", claimed_by_name="Grace Hopper")

    def ended(outcome: HandoverState) -> Handover:
        return msgspec.structs.replace(
            claimed, ended_at=AT, ended_by_id="g", ended_by_name="Grace Hopper", outcome=outcome
        )

    steps = {
        EventType.SESSION_HANDED_OVER: (waits, actor_data("019ab1f2-0000-7000-8000-0000000000bb", "widget")),
        EventType.SESSION_CLAIMED: (claimed, _GRACE),
        EventType.SESSION_RETURNED: (ended(HandoverState.RETURNED), _GRACE),
        EventType.SESSION_RESOLVED: (ended(HandoverState.RESOLVED), _GRACE),
        EventType.SESSION_ESCALATED: (late, None),
    }
    return {
        kind: {"session": _VISITOR, "handover": handover_data(step), "by": by}
        for kind, (step, by) in steps.items()
    }


def _lead() -> Lead:
    email, phone = read_email("ada@example.com"), read_phone("+44 20 7946 0958", None)
    return Lead(
        id="019ab1f2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
        bot_id=BOT,
        session_id=_SESSION,
        person_id="019ab1f2-0000-7000-8000-000000000001",
        name="Ada Lovelace",
        email="ada@example.com",
        email_normal=email.normal,
        email_problem=email.problem,
        phone="+44 20 7946 0958",
        phone_e164=phone.e164,
        phone_problem=phone.problem,
        phone_region=phone.region,
        phone_type=phone.type,
        attributes={"plan": "pro", "message": "When can we talk?"},
        origin="flowise",
        status=Status.NEW,
        created_at=AT,
        changed_at=AT,
    )


def _merge() -> Merge:
    return Merge(
        id="019ab1f2-0000-7000-8000-000000000002",
        survivor_id="019ab1f2-0000-7000-8000-000000000001",
        absorbed_id="019ab1f2-0000-7000-8000-000000000005",
        reason=None,
        lead_id="019ab1f2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
        at=AT - timedelta(minutes=1),
        merged_by_id=None,
        merged_by_name=None,
        undone_at=None,
        undone_by_id=None,
        undone_by_name=None,
    )

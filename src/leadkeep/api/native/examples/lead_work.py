"""Examples of work on leads."""

from typing import Any

from msgspec import Struct

from leadkeep.api.native.fields import MOMENT_EXAMPLE, UUID_EXAMPLE
from leadkeep.api.native.shapes.lead_work import (
    LeadPatch,
    LeadsPatch,
    LeadsPatched,
    NoteAnswer,
    NoteRequest,
    PastChangeAnswer,
)

BODIES: dict[type[Struct], dict[str, Any]] = {
    LeadPatch: {
        "won": {"status": "won", "value": "120.50", "currency": "EUR"},
        "sorted": {
            "owner": "Grace Hopper",
            "add_tags": ["vip"],
            "attributes": {"plan": "pro", "trial": None},
        },
        "cleared": {"owner": None, "value": None},
    },
    LeadsPatch: {
        "named": {"ids": [UUID_EXAMPLE], "change": {"status": "contacted"}},
        "filtered": {
            "filter": {"bot": "support", "created_to": MOMENT_EXAMPLE},
            "change": {"status": "lost", "add_tags": ["never answered"]},
        },
    },
    NoteRequest: {"note": {"text": "Wants a call on Monday morning"}},
}

_ACTOR = {"id": UUID_EXAMPLE, "name": "crm"}

EXAMPLES: dict[type[Struct], Any] = {
    LeadsPatched: {"matched": 12, "changed": 9},
    NoteAnswer: {
        "id": UUID_EXAMPLE,
        "lead_id": UUID_EXAMPLE,
        "text": "Wants a call on Monday morning",
        "written_at": MOMENT_EXAMPLE,
        "written_by": _ACTOR,
    },
    PastChangeAnswer: {
        "id": UUID_EXAMPLE,
        "at": MOMENT_EXAMPLE,
        "by": _ACTOR,
        "field": "status",
        "before": "new",
        "after": "contacted",
    },
}
